"""A spider over the invented news site of test_scrapy.py: `python newspider.py SITE KIND SETTINGS STATS`."""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import attrs
import pydantic
import scrapy
from scrapy.crawler import CrawlerProcess
from zyte_common_items import Article, Author

COPYDESK = "copydesk.integrations.scrapy"


@dataclasses.dataclass
class DataclassItem:
    id: str
    url: str | None
    title: str | None
    authors: list[str]
    date: str | None
    text: str
    copydesk: dict[str, Any] | None = None


@attrs.frozen
class AttrsItem:
    """Has the field of the tag, and does not let it be set."""

    id: str
    url: str | None
    title: str | None
    authors: list[str]
    date: str | None
    text: str
    copydesk: dict[str, Any] | None = None


class PydanticItem(pydantic.BaseModel):
    id: str
    url: str | None
    title: str | None
    authors: list[str]
    date: str | None
    text: str


class ScrapyItem(scrapy.Item):  # type: ignore[misc]
    id = scrapy.Field()
    url = scrapy.Field()
    title = scrapy.Field()
    authors = scrapy.Field()
    date = scrapy.Field()
    text = scrapy.Field()


def zyte(**fields: Any) -> Article:
    return Article(
        url=fields["url"], headline=fields["title"], authors=[Author(name=name) for name in fields["authors"]],
        datePublished=fields["date"], articleBody=fields["text"],
    )  # fmt: skip


KINDS = {
    "dict": dict, "dataclass": DataclassItem, "attrs": AttrsItem, "pydantic": PydanticItem, "scrapy": ScrapyItem, "zyte": zyte
}  # fmt: skip


class HarbourPost(scrapy.Spider):  # type: ignore[misc]
    name = "harbourpost"

    def parse(self, response: Any) -> Any:
        yield from response.follow_all(css="li a", callback=self.parse_story)

    def parse_story(self, response: Any) -> Any:
        kind = self.kind
        if kind == "mixed":
            number = int(response.url.rsplit("-", 1)[1])
            kind = sorted(KINDS)[number % len(KINDS)]
        yield KINDS[kind](
            id=response.url.rsplit("/", 1)[1],
            url=response.css("link[rel=canonical]::attr(href)").get(),
            title=response.css("h1.headline::text").get(),
            authors=response.css(".author::text").getall(),
            date=response.css("time::attr(datetime)").get(),
            text="\n".join(response.css("article p::text").getall()),
        )


if __name__ == "__main__":
    site, kind, settings, stats = sys.argv[1:]
    process = CrawlerProcess(
        {
            "ITEM_PIPELINES": {f"{COPYDESK}.CopydeskPipeline": 900},
            "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "INFO",
            **json.loads(settings),
        }
    )
    crawler = process.create_crawler(HarbourPost)
    process.crawl(crawler, start_urls=[site], kind=kind)
    process.start()
    Path(stats).write_text(json.dumps(crawler.stats.get_stats(), default=str))

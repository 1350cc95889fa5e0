"""Scrapy: a real crawl of an invented news site on loopback, whose layout changes in the middle."""

import csv
import http.server
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, TEXT, serving

pytest.importorskip("scrapy")
pytest.importorskip("zyte_common_items")

BROKEN = {
    "EXTENSIONS": {"copydesk.integrations.scrapy.CloseBrokenSource": 500},
    "COPYDESK_CLOSE_MINIMUM": 8,
    "COPYDESK_CLOSE_WINDOW": 10,
}


@contextmanager
def news_site(stories: int, changes_at: int, slow_at: int = 40) -> Iterator[str]:
    """A front page and its stories; from the story that is asked for as number ``changes_at`` on, headlines have another class.

    From ``slow_at`` on it is slow, as sites are: a machine under load must have the time to judge before all is crawled.
    """

    class Site(http.server.BaseHTTPRequestHandler):
        asked = 0

        def do_GET(self) -> None:
            if self.path == "/":
                body = (
                    "<ul>"
                    + "".join(f'<li><a href="/2025/06/14/story-{n}">{n}</a></li>' for n in range(stories))
                    + "</ul>"
                )
            else:
                Site.asked += 1
                if Site.asked > slow_at:
                    time.sleep(4)
                style = "headline" if Site.asked <= changes_at else "c-title"
                paragraphs = "".join(f"<p>{part}</p>" for part in TEXT.split("\n"))
                body = (
                    f'<link rel=canonical href="https://www.harbourpost.example{self.path}">'
                    f"<article><h1 class={style}>Ferry {self.path[-2:]} Resumes</h1><span class=author>Ana Lindqvist</span>"
                    f"<time datetime=2025-06-14T08:30:00Z></time>{paragraphs}</article>"
                )
            self.send_response(200 if self.path != "/robots.txt" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<html><body>{body}</body></html>".encode())

        def log_message(self, *_: Any) -> None:
            pass

    with serving(Site) as running:
        yield f"http://127.0.0.1:{running.server_port}/"


@dataclass
class Crawl:
    """What a crawl left: Scrapy's stats, its log, the exported items, and the run directory."""

    stats: dict[str, Any]
    log: str
    feed: list[dict[str, Any]]
    run: Path

    def kept(self, verdict: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.run / f"{verdict}.jsonl").read_text(encoding="utf-8").splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        return dict(json.loads((self.run / "summary.json").read_text(encoding="utf-8")))


def crawl(folder: Path, stories: int, changes_at: int, kind: str = "dict", **settings: Any) -> Crawl:
    feed, run, stats = folder / "items.jsonl", folder / "run", folder / "stats.json"
    settings |= {"FEEDS": {str(feed): {"format": "jsonlines"}}, "COPYDESK_RUN_DIR": str(run)}
    with news_site(stories, changes_at) as site:
        command = [sys.executable, str(ROOT / "tests" / "newspider.py"), site, kind, json.dumps(settings), str(stats)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    items = [json.loads(line) for line in feed.read_text(encoding="utf-8").splitlines()] if feed.exists() else []
    return Crawl(json.loads(stats.read_text(encoding="utf-8")), done.stderr, items, run)


def test_a_layout_that_changes_closes_the_spider_and_nothing_is_lost(tmp_path: Path) -> None:
    done = crawl(tmp_path, 120, changes_at=20, **BROKEN)
    stats = done.stats
    assert stats["finish_reason"] == "copydesk_source_broken"
    assert stats["item_scraped_count"] == stats["copydesk/accepted"] == 20
    assert stats["item_dropped_count"] == stats["copydesk/quarantined"] < 100
    assert stats["copydesk/rules/title-missing"] == stats["copydesk/quarantined"]
    assert stats["copydesk/broken/www.harbourpost.example"] <= 20 + stats["copydesk/quarantined"]
    assert stats["copydesk/gate_passed"] is False
    assert "harbourpost.example has broken: title-missing" in done.log
    # every item once, as it was
    assert done.kept("accepted") == done.feed
    both = [item["id"] for verdict in ("accepted", "quarantined") for item in done.kept(verdict)]
    assert len(both) == len(set(both)) == done.summary["counts"]["read"]
    assert all(item["title"] is None and item["text"] == TEXT for item in done.kept("quarantined"))
    assert (done.run / "report.html").is_file()
    assert "great_expectations" not in done.log  # it tells hundreds of things at INFO when it is imported


RELAPSE = """
from scrapy import Spider
from scrapy.crawler import CrawlerProcess
from copydesk.integrations.desk import Judgement
from copydesk.integrations.scrapy import item_judged

class Relapse(Spider):
    name, start_urls = "relapse", ["data:,x"]

    def parse(self, response):
        evil = "a\\x1b[2J\\n"
        for source, accepted, times in [
            ("b", True, 4), (evil, False, 4), (evil, True, 8), ("b", False, 8), (evil, False, 8),
        ]:
            for _ in range(times):
                said = Judgement(accepted, source, ())
                self.crawler.signals.send_catch_log(item_judged, item={}, judgement=said)

settings = {"EXTENSIONS": {"copydesk.integrations.scrapy.CloseBrokenSource": 500}, "COPYDESK_CLOSE_MINIMUM": 4,
            "COPYDESK_CLOSE_WINDOW": 8, "TELNETCONSOLE_ENABLED": False}
process = CrawlerProcess(settings)
crawler = process.create_crawler(Relapse)
process.crawl(crawler)
process.start()
print(crawler.stats.get_value("finish_reason"))
"""


def test_a_source_that_recovers_and_breaks_again_closes_the_spider_and_writes_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RELAPSE], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=100
    )
    assert done.stdout.splitlines()[-1] == "copydesk_source_broken", done.stderr
    assert "\x1b" not in done.stderr
    assert "copydesk: a\\x1b[2J\\x0a has broken" in done.stderr


def test_items_of_every_class_go_on_as_they_came(tmp_path: Path) -> None:
    done = crawl(tmp_path, 18, changes_at=100, kind="mixed")
    assert done.stats["copydesk/accepted"] == done.stats["item_scraped_count"] == 18
    assert done.summary["counts"] == {"read": 18, "accepted": 18, "quarantined": 0, "unreadable": 0}
    assert {"headline" in item for item in done.feed} == {True, False}
    assert "finished" in done.stats["finish_reason"]
    assert "Warning" not in done.log


def test_quarantined_items_get_a_feed_of_their_own(tmp_path: Path) -> None:
    feed = tmp_path / "feeds" / "bad.csv"
    done = crawl(
        tmp_path, 8, changes_at=4, kind="scrapy", COPYDESK_QUARANTINED="route", COPYDESK_QUARANTINE_FEED=str(feed)
    )
    with feed.open(encoding="utf-8", newline="") as lines:
        bad = list(csv.DictReader(lines))
    assert sorted(item["id"] for item in bad) == sorted(item["id"] for item in done.kept("quarantined"))
    assert (len(bad), len(done.feed)) == (4, 4)


def test_items_are_tagged_and_one_without_the_field_does_not_pass_for_accepted(tmp_path: Path) -> None:
    done = crawl(tmp_path, 12, changes_at=0, kind="mixed", COPYDESK_QUARANTINED="tag")
    tags = [item["copydesk"] for item in done.feed]
    # dicts and dataclasses take the tag; three classes have no such field, and the frozen one does not take it
    assert len(tags) == 4
    assert all(tag["verdict"] == "quarantined" and "title-missing" in tag["rules"] for tag in tags)
    assert done.stats["item_dropped_count"] == 8
    assert "has no field 'copydesk'" in done.log


def test_a_rule_that_crashes_closes_the_spider_and_passes_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import polars as pl\nfrom copydesk.rules import Rule, Severity, rule\n"
        "@rule('X001', 'crashes', severity=Severity.ERROR, field='title')\nclass Crashes(Rule):\n"
        '    """Crashes."""\n    def passes(self):\n        return pl.col("no_such_column").is_null()\n'
    )
    (tmp_path / "c.yaml").write_text("contract: x\nplugins: [mine.py]\n")
    done = crawl(tmp_path, 6, changes_at=100, COPYDESK_CONTRACT=str(tmp_path / "c.yaml"))
    assert done.feed == []
    assert done.stats["finish_reason"] in ("copydesk_failed", "finished")
    assert "the rule crashes crashed" in done.log
    assert not (done.run / "summary.json").exists()


def test_a_wrong_setting_is_told_before_anything_is_crawled(tmp_path: Path) -> None:
    done = crawl(tmp_path, 1, changes_at=1, COPYDESK_QUARANTINED="burn")
    assert "COPYDESK_QUARANTINED is 'burn'; it must be drop, tag, route" in done.log
    assert (done.feed, done.run.exists()) == ([], False)


def test_a_contract_that_is_not_there_is_all_that_is_complained_of(tmp_path: Path) -> None:
    done = crawl(tmp_path, 1, changes_at=1, COPYDESK_CONTRACT=str(tmp_path / "nowhere.yaml"))
    assert "cannot read the contract" in done.log
    assert "AttributeError" not in done.log
    assert (done.feed, done.run.exists()) == ([], False)

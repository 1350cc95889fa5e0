"""copydesk in a Scrapy project: an item pipeline that judges items, and an extension that stops a spider whose source broke.

```python
ITEM_PIPELINES = {"copydesk.integrations.scrapy.CopydeskPipeline": 900}
EXTENSIONS = {"copydesk.integrations.scrapy.CloseBrokenSource": 500}
COPYDESK_QUARANTINED = "drop"
```

Items may be of any class that Scrapy knows. They go on as they came, the very same objects; only a tag is added where that is
asked for. docs/pipelines.md tells all settings.
"""

import logging
from collections import Counter, deque
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.exporters import BaseItemExporter
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from scrapy.utils.misc import build_from_crawler, load_object
from twisted.internet.defer import Deferred

from copydesk.errors import CopydeskError, InputError, UsageError
from copydesk.integrations.desk import Desk, Judgement
from copydesk.rundir import folder_by_time
from copydesk.wording import printable

logger = logging.getLogger(__name__)
T = TypeVar("T")

item_judged: Final = object()
"""A Scrapy signal: sent with ``item`` and ``judgement`` (`copydesk.integrations.desk.Judgement`) for each item judged."""

WAYS: Final = ("drop", "tag", "route")
"""What `COPYDESK_QUARANTINED` may be."""


class CopydeskPipeline:
    """Judges every item; quarantined ones are dropped, tagged, or dropped here and exported to a feed of their own.

    The run directory holds all items as JSON lines, accepted and quarantined, and is completed when the spider closes. Where
    the check itself fails, the spider is closed with the reason "copydesk_failed": nothing passes unjudged.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._desk: Desk | None = None
        self._contract = settings.get("COPYDESK_CONTRACT")
        self._way = settings.get("COPYDESK_QUARANTINED", "drop")
        self._field = settings.get("COPYDESK_TAG_FIELD", "copydesk")
        self._feed = Path(feed) if (feed := settings.get("COPYDESK_QUARANTINE_FEED")) else None
        if self._way not in WAYS:
            raise UsageError(f"COPYDESK_QUARANTINED is {self._way!r}; it must be {', '.join(WAYS)}")
        if (self._way == "route") != (self._feed is not None):
            raise UsageError('COPYDESK_QUARANTINED = "route" and COPYDESK_QUARANTINE_FEED = "file" go together')
        if self._feed is not None:
            known, name = settings.getwithbase("FEED_EXPORTERS"), self._feed.suffix.lstrip(".").lower()
            if name not in known:
                raise UsageError(
                    f"COPYDESK_QUARANTINE_FEED is {str(self._feed)!r}: Scrapy has no exporter for {name!r}"
                )
            self._exporting = load_object(known[name])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Begins the run."""
        spider = self._crawler.spider
        assert spider is not None
        name = spider.name
        default = folder_by_time(f"{name}-")
        self._out = Path(self._crawler.settings.get("COPYDESK_RUN_DIR") or default)
        self._exporter: BaseItemExporter | None = None
        if self._feed is not None:
            self._feed.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._feed.open("wb")
            self._exporter = build_from_crawler(self._exporting, self._crawler, self._file)
            self._exporter.start_exporting()
        self._desk = Desk(self._contract, self._out, f"spider {name}")

    async def process_item(self, item: Any) -> Any:
        """The item, if it is accepted or tagged; the reactor goes on while it is judged."""
        assert self._desk is not None
        try:
            judgement = await _answer(self._desk.put(item))
        except UsageError as error:
            self._count("unreadable")
            raise DropItem(f"copydesk: {error}") from None
        except CopydeskError:
            _close(self._crawler, "copydesk_failed")
            raise
        self._tell(item, judgement)
        if self._way == "tag":
            item = self._tagged(item, judgement)
        if judgement.accepted or self._way == "tag":
            return item
        if self._exporter is not None:
            self._exporter.export_item(item)
        raise DropItem(f"quarantined by copydesk: {', '.join(judgement.rules) or 'not readable'}")

    async def close_spider(self) -> None:
        """Completes the run: its folder, its report, and its result in Scrapy's stats and log."""
        if self._exporter is not None:
            self._exporter.finish_exporting()
            self._file.close()
        if self._desk is None:  # the run has never begun, and Scrapy has said why
            return
        try:
            result = await _answer(self._desk.close())
        except InputError:
            logger.info("copydesk: the spider gave no item")
            return
        except CopydeskError as error:
            logger.error("copydesk: %s", error)
            return
        self._stat("gate_passed", result.passed)
        self._stat("run_dir", str(self._out))
        said = "; ".join(result.summary["gate"]["reasons"]) or "the gate passed"
        logger.log(
            logging.INFO if result.passed else logging.ERROR,
            "copydesk: %s; %s",
            printable(said),
            self._out / "report.html",
        )

    def _tagged(self, item: Any, judgement: Judgement) -> Any:
        try:
            ItemAdapter(item)[self._field] = judgement.as_tag()
        except (KeyError, AttributeError, TypeError, ValueError):  # untagged it must not pass for accepted
            if judgement.accepted:
                return item
            raise DropItem(
                f"quarantined by copydesk, and {type(item).__name__} has no field {self._field!r} that takes a tag"
            ) from None
        return item

    def _tell(self, item: Any, judgement: Judgement) -> None:
        self._count("accepted" if judgement.accepted else "quarantined")
        for severity, number in Counter(str(finding.severity) for finding in judgement.findings).items():
            self._count(f"findings/{severity}", number)
        for rule in judgement.rules:
            self._count(f"rules/{rule}")
        self._crawler.signals.send_catch_log(item_judged, item=item, judgement=judgement)

    def _count(self, name: str, number: int = 1) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(f"copydesk/{name}", number)

    def _stat(self, name: str, value: object) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.set_value(f"copydesk/{name}", value)


class CloseBrokenSource:
    """Closes a spider, with the reason "copydesk_source_broken", when every source that it has seen enough of is broken.

    Broken is a source of whose last `COPYDESK_CLOSE_WINDOW` items (40) at least the share `COPYDESK_CLOSE_SHARE` (0.5) is
    quarantined; below `COPYDESK_CLOSE_MINIMUM` items (20) nothing is said. The stat `copydesk/broken/<source>` has the item at
    which a source was found so.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._share = settings.getfloat("COPYDESK_CLOSE_SHARE", 0.5)
        self._least = settings.getint("COPYDESK_CLOSE_MINIMUM", 20)
        self._window = max(self._least, settings.getint("COPYDESK_CLOSE_WINDOW", 40))
        self._last: dict[str, deque[Judgement]] = {}
        self._seen = 0
        self._broken: set[str] = set()
        self._closing = False
        crawler.signals.connect(self.judged, signal=item_judged)
        crawler.signals.connect(self.closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    def judged(self, judgement: Judgement) -> None:
        """Counts one more item of a source."""
        self._seen += 1
        last = self._last.setdefault(judgement.source, deque(maxlen=self._window))
        last.append(judgement)
        if not self._is_broken(last) or self._closing:
            return
        if judgement.source not in self._broken:
            self._broken.add(judgement.source)
            self._name(judgement.source, last)
        if all(self._is_broken(items) for items in self._last.values() if len(items) >= self._least):
            self._closing = True
            _close(self._crawler, "copydesk_source_broken")

    def _name(self, source: str, last: "deque[Judgement]") -> None:
        """Says once of a source that it is broken."""
        rules = Counter(rule for one in last if not one.accepted for rule in one.rules)
        logger.error(
            "copydesk: %s has broken: %s", printable(source), ", ".join(rule for rule, _ in rules.most_common(3))
        )
        assert self._crawler.stats is not None
        self._crawler.stats.set_value(f"copydesk/broken/{source}", self._seen)

    def closed(self) -> None:
        """Lets go of what was seen."""
        self._last.clear()

    def _is_broken(self, last: "deque[Judgement]") -> bool:
        quarantined = sum(not judgement.accepted for judgement in last)
        return len(last) >= self._least and quarantined >= self._share * len(last)


async def _answer(future: "Future[T]") -> T:
    """What another thread answers, in whatever event loop Scrapy runs."""
    from twisted.internet import reactor

    deferred: Deferred[T] = Deferred()

    def answered(done: "Future[T]") -> None:
        error = done.exception()
        if error is None:
            reactor.callFromThread(deferred.callback, done.result())
        else:
            reactor.callFromThread(deferred.errback, error)

    future.add_done_callback(answered)
    return await maybe_deferred_to_future(deferred)


def _close(crawler: Crawler, reason: str) -> None:
    assert crawler.engine is not None
    deferred_from_coro(crawler.engine.close_spider_async(reason=reason)).addErrback(
        lambda _: None
    )  # it is closing already

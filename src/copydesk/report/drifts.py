"""What is unusual against the past, in the language of the report: said anew from the entry's numbers.

The run's own sentence is in English and may know more (which languages); it stays where the report is in English, and where an
entry lacks a number.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from copydesk.report.article import named
from copydesk.report.shown import shown
from copydesk.texts import ENGLISH, Texts

_DAYS: Final = 72.0
"""Hours from which on an age is told in days, as `copydesk.history.says` does."""


def told_first(drift: Sequence[Mapping[str, Any]], most: int) -> list[Mapping[str, Any]]:
    """The entries that a short list has room for, in their order: a source's second only when each source has its first, since
    one that is wholly broken fails a dozen rules."""
    seen: Counter[str | None] = Counter()
    turns: list[tuple[int, int]] = []
    for place, entry in enumerate(drift):
        turns.append((seen[entry["source"]], place))
        seen[entry["source"]] += 1
    return [drift[place] for place in sorted(place for _, place in sorted(turns)[:most])]


def drifted(entry: Mapping[str, Any], summary: Mapping[str, Any], t: Texts) -> dict[str, Any]:
    """An entry of ``summary``'s drift with its sentence, whether that had to be left in English, and the filter that shows its
    articles."""
    rule = entry["measure"].removeprefix("rule:") if entry["measure"].startswith("rule:") else None
    wanted = {"rule": rule, "source": entry["source"]} if rule or entry["measure"] == "quarantined" else {}
    said = None if t.language == ENGLISH else _said(entry, rule, summary, t)
    return {
        **entry,
        "said": shown(entry["says"]) if said is None else said,
        "foreign": said is None,
        "filter": {key: value for key, value in wanted.items() if value},
    }


def _said(entry: Mapping[str, Any], rule: str | None, summary: Mapping[str, Any], t: Texts) -> Markup | None:
    measure, observed, usual = entry["measure"], entry.get("observed"), entry.get("usual")
    if observed is None or usual is None or "articles" not in entry or not entry.get("since"):
        return None
    n, (low, high) = entry["articles"], usual
    key = "drift.rule" if rule else f"drift.{measure}"
    among: str
    if rule or measure in ("quarantined", "language"):
        what = t(key, n=n, share=t.percent(observed, 1), rule=rule)
        among = t("drift.percent", part=_range(t.number(round(100 * low)), t.number(round(100 * high))))
    elif measure == "freshness":
        what, among = t(key, n=n, age=_age(observed, t)), _range(_age(low, t), _age(high, t))
    else:
        what = t(key, n=n, characters=round(observed))
        among = _range(t.number(round(low)), t.number(round(high)))
    weekday = datetime.fromisoformat(summary["started_at"]).weekday()
    lately = entry.get("lately")
    if lately and lately["usual"]:
        before = _range(*(t.number(round(number)) for number in lately["usual"]))
        what = t("drift.lately.volume", what=what, runs=lately["runs"], n=lately["articles"], usual=before)
    elif lately:
        share = t.percent(lately["observed"], 1)
        what = t("drift.lately", what=what, runs=lately["runs"], n=lately["articles"], share=share)
    return t(
        "drift.says",
        source=shown(named(entry["source"], t)) if entry["source"] else t("drift.whole"),
        what=what,
        usual=t("drift.usual.day", usual=among, day=t(f"drift.day.{weekday}"))
        if measure in ("volume", "silent")
        else t("drift.usual.until", usual=among, n=lately["weeks"])
        if lately and lately["weeks"]
        else t("drift.usual", usual=among),
        since=t("drift.now") if entry["since"] == summary["run_id"] else t("drift.since", run=shown(entry["since"])),
    )


def _range(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"


def _age(hours: float, t: Texts) -> Markup:
    return t("drift.hours", n=round(hours)) if hours < _DAYS else t("drift.days", n=round(hours / 24))

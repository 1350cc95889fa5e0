"""Who printed a text first, and whose it probably is: what is known is used, what is not known is not made up."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import Finished, write_jsonl
from copydesk.syndication.members import Cluster
from test_syndication import CONTRACT, article, words


def member(name: str, published: str | None, *agencies: str, units: int = 100, **more: Any) -> dict[str, Any]:
    day = published is not None and "T" not in published
    return {
        "record": int.from_bytes(name.encode()), "article_id": name, "source": f"{name}.example", "byline": None, "units": units,
        "text": 7, "published_at": published and datetime.fromisoformat(published).replace(tzinfo=UTC),
        "published_precision": published and ("day" if day else "instant"), "url_href": f"https://{name}.example/a",
        "canonical_site": None, "agencies": [*agencies], "likely_agency": next(iter(agencies), None),
        "likely_agency_signals": [], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("published", "first", "why"),
    [
        (["2025-06-16", "2025-06-16T08:30", "2025-06-16T10:00"], 1, "published first, 90 minutes before the next, of those that give a time"),
        (["2025-06-16", "2025-06-16T08:30", None], 1, "it alone gives a time on the day on which it was published first"),
        (["2025-06-16", "2025-06-17T08:30", None], 0, "published first, 1 day before the next"),
        (["2025-06-18", "2025-06-16T08:30", None], 1, "published first, 2 days before the next"),
        (["2025-06-16", "2025-06-16", "2025-06-17"], 0, "it is the longest of those that were published first, on the same day"),
        (["2025-06-16T09:00", "2025-06-16T08:30", "2025-06-17"], 1, "published first, 30 minutes before the next"),
        (["9999-12-31", "2025-06-16T08:30", None], 1, "published first, 2912641 days before the next"),
    ],
)  # fmt: skip
def test_a_day_is_not_taken_for_its_midnight(published: list[str | None], first: int, why: str) -> None:
    members = [
        member(name, at, units=100 - place) for place, (name, at) in enumerate(zip("abc", published, strict=True))
    ]
    assert Cluster(members).first == (members[first], why)
    assert Cluster(members[::-1]).first == (members[first], why)


def test_of_agencies_that_as_many_credit_the_likely_one_was_credited_first() -> None:
    reuters, afp = member("a", "2025-06-16T08:30", "reuters"), member("b", "2025-06-16T09:30", "afp")
    assert Cluster([afp, reuters]).agency == "reuters"
    assert Cluster([afp, reuters, member("c", None, "afp")]).agency == "afp"


def test_of_agencies_that_as_many_credit_the_likely_one_has_it_on_its_own_site() -> None:
    home = member("a", "2025-06-16T09:30", "afp", likely_agency_signals=["own-site: afp.com"])
    cluster = Cluster([member("b", "2025-06-16T08:30", "aap"), home])
    assert (cluster.agency, cluster.first[0]["article_id"]) == ("afp", "a")
    assert cluster.reasons()[:2] == ["1 of 2 sources credits AFP", "others credit AAP"]


@pytest.mark.parametrize("byline", ["Newsroom", "By Staff and Agencies", "Redaktion", "Quay.example", "Sports Desk"])
def test_a_desk_claims_no_text(check: Callable[..., Finished], tmp_path: Path, byline: str) -> None:
    contract = tmp_path / "contract.yaml"
    contract.write_text(CONTRACT, encoding="utf-8")
    signed = {"wire": "AFP", "quay": byline, "staff": "Ana Lindqvist"}
    records = [
        article(name, words("story"), name, hour=8 + place, authors=[author])
        for place, (name, author) in enumerate(signed.items())
    ]
    found = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", contract, "--fail-on", "never").findings
    said = {name: rule for name, rule in found.select("article_id", "rule").rows() if rule.startswith("copy-")}
    assert said == {"quay": "copy-uncredited", "staff": "copy-claimed-by-staff"}


def test_the_report_prints_a_day_as_one_and_draws_it_not_before_the_first(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    contract = tmp_path / "contract.yaml"
    contract.write_text(CONTRACT, encoding="utf-8")
    records = [article(name, words("story"), name, hour=8) for name in "ab"]
    records.append(article("day", words("story"), "c") | {"date": "2025-06-14"})
    page = (
        check(write_jsonl(tmp_path / "in.jsonl", records), "-c", contract, "--fail-on", "never").run / "report.html"
    ).read_text(encoding="utf-8")
    section = page.partition('<h2 id="syndication">')[2].partition("<h2")[0]
    assert "<td>2025-06-14</td>" in section
    assert section.count("<circle") == 2


@pytest.mark.parametrize("turned", [False, True])
def test_a_finding_quotes_the_article_that_it_names(
    check: Callable[..., Finished], tmp_path: Path, turned: bool
) -> None:
    contract = tmp_path / "contract.yaml"
    contract.write_text(CONTRACT, encoding="utf-8")
    lines = words("story")
    printed = {"first": "1,200", "equal": "1.200", "other": "1,300"}
    records = [
        article(name, [*lines[:6], f"It will cost {crowns} crowns in all.", *lines[6:]], name, hour=8 + place)
        for place, (name, crowns) in enumerate(printed.items())
    ]
    source = write_jsonl(tmp_path / "in.jsonl", records[::-1] if turned else records)
    found = check(source, "-c", contract, "--fail-on", "never").findings.filter(rule="copy-facts-changed")
    said = "number differs: “1,300” here, “1,200” in first.example (first)"
    assert found.select("article_id", "message").rows() == [("other", said)]

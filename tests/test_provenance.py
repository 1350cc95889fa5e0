"""Where an article comes from: levels that never collapse, attribution, rights, credentials, and the evidence as PROV-JSON."""

import json
import os
import struct
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import prov.model
import pytest

import copydesk
from conftest import TEXT, Finished, record, write_jsonl
from copydesk.articles import credentials
from copydesk.provenance import LEVELS
from copydesk.provenance.attribution import WEIGHTS, confidence
from test_warc import URL, response, warc, written

Check = Callable[..., Finished]


def judged(check: Check, folder: Path, *records: dict[str, Any], files: tuple[bytes, ...] = ()) -> list[dict[str, Any]]:
    """The rows of `articles.parquet` for some records, with captures if there are any."""
    path = write_jsonl(folder / "in.jsonl", records)
    means = ["--warc", written(folder, *files)] if files else []
    return check(path, "--fail-on", "never", *means).articles.to_dicts()


def page(head: str = "", text: str = TEXT, **headers: str) -> bytes:
    """A page that carries an article."""
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    body = (
        f"<html><head><title>Ferry Resumes</title>{head}</head><body><h1>Ferry Resumes</h1>{paragraphs}</body></html>"
    )
    return response(body.encode(), Content_Type="text/html; charset=utf-8", **headers)


def linked(**fields: Any) -> str:
    article = {"@type": "NewsArticle", "headline": "Ferry Resumes", **fields}
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def levels(row: dict[str, Any]) -> dict[str, str]:
    return {level: row[f"provenance_{level}"] for level in LEVELS}


def said(row: dict[str, Any], level: str) -> str:
    return "; ".join(words for words in row["provenance_evidence"] if words.startswith(level))


def test_offline_only_what_the_record_says_is_judged(check: Check, tmp_path: Path) -> None:
    row = judged(check, tmp_path, record())[0]
    assert row["provenance"] == "coherent"
    assert levels(row) == {
        "claimed": "pass", "coherent": "pass", "resolvable": "not-checked", "matched": "not-checked",
        "archived": "not-checked", "attributed": "unknown", "signed": "not-checked",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "no title"),
        ({"authors": []}, "no byline"),
        ({"date": "soon"}, "no date that can be read"),
        ({"url": "www.example.com/a"}, "no well-formed original URL"),
    ],
)
def test_an_incomplete_claim_breaks_the_chain_at_its_start(
    check: Check, tmp_path: Path, fields: dict[str, Any], words: str
) -> None:
    row = judged(check, tmp_path, record(**fields))[0]
    assert row["provenance"] is None
    assert said(row, "claimed") == f"claimed fail: {words}"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"date": "2025-07-20T08:30:00Z"}, "the URL names another day"),
        ({"source": "other.example"}, "the URL belongs to another site than the source"),
        ({"authors": ["Reuters"], "text": f"LIMA (AFP) - {TEXT}"}, "byline and signature name different agencies"),
        ({"html": '<meta property="article:published_time" content="2024-01-02">'}, "the kept page names another date"),
    ],
)
def test_claims_that_contradict_each_other_are_named(
    check: Check, tmp_path: Path, fields: dict[str, Any], words: str
) -> None:
    row = judged(check, tmp_path, record(**fields))[0]
    assert row["provenance"] == "claimed"
    assert f"coherent fail: {words}" in row["provenance_evidence"]


def test_nothing_to_compare_is_neither_coherent_nor_incoherent(check: Check, tmp_path: Path) -> None:
    row = judged(check, tmp_path, record(url="https://www.example.com/ferry"))[0]
    assert levels(row)["coherent"] == "unknown"
    assert row["provenance"] == "claimed"


def test_a_capture_that_carries_the_article_resolves_matches_and_archives(check: Check, tmp_path: Path) -> None:
    row = judged(check, tmp_path, record(), files=(warc(page()),))[0]
    assert row["provenance"] == "archived"
    assert (row["origin_match"], row["origin_by"]) == ("same", "warc")
    assert row["origin_sha256"] in said(row, "archived")


def test_each_level_keeps_its_own_verdict(check: Check, tmp_path: Path) -> None:
    other = "A tram without wheels has won the city's prize for patience. The jury praised its calm.\n" * 12
    gone, different = "https://www.example.com/2025/06/14/gone", "https://www.example.com/2025/06/14/tram"
    rows = judged(
        check, tmp_path, record(url=gone), record(id="a2", url=different),
        files=(warc(response(b"", "404 Not Found"), gone), warc(page(text=other).replace(b"Ferry Resumes", b"Tram Wins Prize"), different)),
    )  # fmt: skip
    assert (levels(rows[0])["resolvable"], levels(rows[0])["matched"]) == ("unknown", "not-checked")
    assert (levels(rows[1])["resolvable"], levels(rows[1])["matched"]) == ("pass", "fail")
    assert (levels(rows[1])["archived"], rows[1]["provenance"]) == ("pass", "resolvable")


@pytest.mark.parametrize(
    ("fields", "agency", "signs"),
    [
        ({"authors": ["AFP"]}, "afp", {"byline"}),
        ({"text": f"LIMA (AFP) - {TEXT}"}, "afp", {"signature"}),
        ({"html": '<link rel="canonical" href="https://www.afp.com/en/ferry">'}, "afp", {"canonical"}),
        (
            {"html": linked(sourceOrganization={"name": "Reuters"}, publisher={"name": "The Post"})},
            "reuters",
            {"organisation"},
        ),
        ({"html": linked(isBasedOn="https://apnews.com/article/ferry")}, "ap", {"based-on"}),
        ({"url": "https://apnews.com/2025/06/14/ferry"}, "ap", {"own-site"}),
        ({"html": linked(author=[{"name": "AFP"}])}, "afp", {"page-byline"}),
        ({"authors": ["AFP"], "text": f"LIMA (AFP) - {TEXT}"}, "afp", {"byline", "signature"}),
    ],
)
def test_signs_of_an_agency_are_weighed_and_named(
    check: Check, tmp_path: Path, fields: dict[str, Any], agency: str, signs: set[str]
) -> None:
    row = judged(check, tmp_path, record(**fields))[0]
    assert row["likely_agency"] == agency
    assert row["likely_agency_confidence"] == pytest.approx(confidence(signs), abs=1e-4)
    assert {sign.split(":")[0] for sign in row["likely_agency_signals"]} == signs
    assert levels(row)["attributed"] == ("unknown" if signs == {"page-byline"} else "pass")


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="canonical" href="/2025/06/14/ferry-resumes">',
        linked(isBasedOn=URL, sourceOrganization={"name": "The Post"}, publisher={"name": "The Post"}),
        '<meta name="original-source" content="https://www.example.com/2025/06/14/ferry-resumes">',
    ],
)
def test_what_points_at_the_page_itself_is_no_sign(check: Check, tmp_path: Path, html: str) -> None:
    assert judged(check, tmp_path, record(html=html))[0]["likely_agency"] is None


def test_an_own_article_is_attributed_to_its_publisher(check: Check, tmp_path: Path) -> None:
    head = '<link rel="canonical" href="/2025/06/14/ferry-resumes"><meta property="og:site_name" content="The Harbour Post">'
    row = judged(check, tmp_path, record(), files=(warc(page(head)),))[0]
    assert (row["provenance"], row["likely_agency"], row["publisher"]) == ("attributed", None, "The Harbour Post")


def test_roles_stay_apart(check: Check, tmp_path: Path) -> None:
    head = '<meta property="og:site_name" content="The Harbour Post">'
    row = judged(check, tmp_path, record(authors=["AFP"], source="example.com"), files=(warc(page(head)),))[0]
    assert (row["likely_agency"], row["publisher"], row["source"], row["original_url"]) == (
        "afp",
        "The Harbour Post",
        "example.com",
        URL,
    )


def test_a_conflict_of_agencies_is_a_failed_attribution(check: Check, tmp_path: Path) -> None:
    row = judged(check, tmp_path, record(authors=["Reuters"], text=f"LIMA (AFP) - {TEXT}"))[0]
    assert levels(row)["attributed"] == "fail"


def test_weights_are_shares_and_agreement_adds_to_them() -> None:
    assert all(0 < weight < 1 for weight in WEIGHTS.values())
    assert confidence(["byline", "signature"]) > max(WEIGHTS["byline"], WEIGHTS["signature"])
    assert confidence([]) == 0


@pytest.mark.parametrize(
    ("html", "reasons"),
    [
        ('<meta name="robots" content="index, noai">', ["noai"]),
        ('<meta name="tdm-reservation" content="1">', ["tdm-reservation"]),
        (linked(license="https://creativecommons.org/licenses/by-nc/4.0/"), ["licence: https://creativecommons.org/licenses/by-nc/4.0/"]),
        ('<meta name="robots" content="index, follow">', []),
        (linked(license="https://creativecommons.org/licenses/by/4.0/"), []),
    ],
)  # fmt: skip
def test_reserved_rights_are_read_from_the_kept_page(
    check: Check, tmp_path: Path, html: str, reasons: list[str]
) -> None:
    row = judged(check, tmp_path, record(html=html))[0]
    assert (row["rights_reserved"], row["rights_reasons"]) == (bool(reasons), reasons)


def test_reserved_rights_of_the_fetched_page_count_too(check: Check, tmp_path: Path) -> None:
    rows = judged(check, tmp_path, record(), files=(warc(page(TDM_Reservation="1")),))
    assert (rows[0]["rights_reserved"], rows[0]["rights_reasons"]) == (True, ["tdm-reservation"])
    assert judged(check, tmp_path, record())[0]["rights_reserved"] is None


MANIFEST = b"\0\0\0\x40jumb" + bytes(range(56))


def signed(text: str = TEXT, manifest: bytes = MANIFEST) -> str:
    """``text`` with a manifest in variation selectors (C2PA 2.3, section A.7)."""
    wrapper = struct.pack("!8sBI", credentials.MAGIC, 1, len(manifest)) + manifest
    return text + "\ufeff" + "".join(chr(0xFE00 + byte) if byte < 16 else chr(0xE0100 + byte - 16) for byte in wrapper)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (TEXT, "absent"),
        (f"{TEXT} \u2764\ufe0f \U0001f468\u200d\U0001f469", "absent"),
        (signed(), "intact"),
        (unicodedata.normalize("NFC", signed()), "intact"),
        (signed().replace("\ufeff", ""), "damaged"),
        (signed()[:-3], "damaged"),
        (TEXT + "\ufeff" + signed("")[4:], "damaged"),
        (signed(manifest=bytes(64)), "damaged"),
        (signed(signed()), "damaged"),
        ("-----BEGIN C2PA MANIFEST----- https://example.com/m.c2pa -----END C2PA MANIFEST-----\n" + TEXT, "intact"),
        (
            "-----BEGIN C2PA MANIFEST----- data:application/c2pa;base64,AAAA -----END C2PA MANIFEST-----\n" + TEXT,
            "damaged",
        ),
        ("-----BEGIN C2PA MANIFEST-----\n" + TEXT, "damaged"),
        (TEXT + "\n-----END C2PA MANIFEST-----", "damaged"),
        (TEXT + "\ufe01" * 100_000, "absent"),
    ],
)
def test_credentials_in_a_text_are_intact_damaged_or_absent(text: str, state: str) -> None:
    found = pl.DataFrame(credentials.columns(pl.Series(["plain", text, None])))
    assert found["credentials"].to_list() == ["absent", state, None]


def test_credentials_are_looked_for_before_the_text_is_cleaned_and_never_pass_unverified(
    check: Check, tmp_path: Path
) -> None:
    rows = judged(check, tmp_path, record(text=signed()), record(id="a2", text=signed().replace("\ufeff", "")))
    assert [row["credentials"] for row in rows] == ["intact", "damaged"]
    assert [levels(row)["signed"] for row in rows] == ["unknown", "fail"]
    assert "the signature was not verified" in said(rows[0], "signed")


def test_a_manifest_by_reference_is_noted(check: Check, tmp_path: Path) -> None:
    row = judged(check, tmp_path, record(html='<link rel="c2pa-manifest" href="https://example.com/m.c2pa">'))[0]
    assert levels(row)["signed"] == "unknown"


HOSTILE = {
    "id": 'x"}],"a:b":{', "title": "run:record-0 \u0000 \u202e </script>", "authors": ["AFP", "prov:type"],
    "text": TEXT, "extractor": "news please/1 (x:y) 'q' \"z\"", "source": "xsd:string",
}  # fmt: skip


def documents(run: Path) -> list[prov.model.ProvDocument]:
    """The documents of a run, as the `prov` package reads them."""
    lines = (run / "provenance.jsonl").read_text(encoding="utf-8").splitlines()
    return [prov.model.ProvDocument.deserialize(content=line, format="json") for line in lines]


def test_the_evidence_is_prov_that_the_prov_package_reads_and_writes_again(check: Check, tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "in.jsonl", [record(), record(**HOSTILE), record(id="a3", authors=["AFP"], extractor="fundus")]
    )
    run = check(
        path, "--warc", written(tmp_path, warc(page('<meta property="og:site_name" content="The Harbour Post">')))
    ).run
    found = documents(run)
    assert len(found) == 3
    for document in found:
        again = prov.model.ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
        assert again == document
        assert document.unified() == document
    last = found[2].get_provn()
    for part in (
        "activity(run:scrape-2", "activity(run:fetch-2", "activity(run:check", "entity(run:record-2", "entity(run:capture-",
        "agent(run:copydesk", "agent(run:agency-", "agent(run:publisher-", "agent(run:scraper-", "prov:PrimarySource",
    ):  # fmt: skip
        assert part in last
    sha256 = pl.read_parquet(run / "articles.parquet")["origin_sha256"][2]
    assert f'copydesk:sha256="{sha256}"' in last
    assert all(line.count("\n") == 0 for line in (run / "provenance.jsonl").read_text(encoding="utf-8").splitlines())


def test_the_evidence_is_written_where_an_origin_is_asked_or_on_demand(check: Check, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", [record()])
    assert not (check(path).run / "provenance.jsonl").exists()
    finished = check(path, "--provenance")
    assert len(documents(finished.run)) == 1
    assert "provenance.jsonl" in json.loads((finished.run / "manifest.json").read_text())["files"]


def test_a_capture_file_is_bound_to_the_run_by_its_digest_and_a_broken_one_is_an_input_error(
    check: Check, tmp_path: Path
) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", [record()])
    whole = written(tmp_path, warc(page()))
    finished = check(path, "--warc", whole)
    assert str(whole) in json.loads((finished.run / "manifest.json").read_text())["inputs"]
    assert finished.summary["captures"][0]["captures"] == 1
    whole.write_bytes(whole.read_bytes() + b"rubbish")
    finished = check(path, "--warc", whole)
    assert finished.code == 3
    assert f"{whole}: broken at byte" in finished.err
    assert finished.articles["origin_match"].to_list() == ["same"]


def test_the_python_interface_takes_captures_too(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", [record()])
    captures = written(tmp_path, warc(page()))
    for warcs in ([captures], captures, str(captures)):  # one file needs no list, as one input needs none
        run = copydesk.check(path, warc=warcs)
        assert run.summary["captures"][0]["captures"] == 1
        assert run.result.articles is not None
        assert run.result.articles["origin_match"].to_list() == ["same"]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--record", "x.warc.gz"], 2, "needs --online"),
        (["--online", "--warc", "x.warc.gz", "--record", "x.warc.gz"], 2, "write over"),
        (["--warc", "missing.warc.gz"], 3, "missing.warc.gz"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: list[str], code: int, words: str) -> None:
    write_jsonl(tmp_path / "in.jsonl", [record()])
    command = [sys.executable, "-m", "copydesk", "check", "in.jsonl", "-o", "run", *options]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True, env=os.environ)
    assert finished.returncode == code
    assert words in finished.stderr


def test_the_report_carries_the_chain_as_data_that_cannot_run(check: Check, tmp_path: Path) -> None:
    site = '<meta property="og:site_name" content="&lt;img src=x onerror=alert(1)&gt;">'
    path = write_jsonl(tmp_path / "in.jsonl", [record(authors=["by AFP"], text=f"{TEXT}\nShare on Facebook")])
    html = (check(path, "--warc", written(tmp_path, warc(page(site)))).run / "report.html").read_text(encoding="utf-8")
    start = html.index('<script type="application/json" id="data">')
    data = html[html.index(">", start) + 1 : html.index("</script>", start)]
    assert "<" not in data
    [article] = json.loads(data)["articles"]
    links = {link["role"]: link for link in article["chain"]}
    assert list(links) == ["agency", "publisher", "capture", "record"]
    assert links["agency"]["name"] == "AFP"
    assert links["publisher"]["name"] == "<img src=x onerror=alert(1)>"
    assert links["capture"]["detail"].startswith("SHA-256 ")
    assert {"level": "matched", "verdict": "pass"}.items() <= links["publisher"]["support"][1].items()
    assert "<img" not in html

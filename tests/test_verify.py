"""`copydesk verify`: a run is what its manifest says, or the difference is named; a hostile manifest chooses no path."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import TEXT, Finished, record, write_jsonl
from copydesk.cli import main
from copydesk.errors import InputError
from copydesk.verify import verify


@pytest.fixture
def run(check: Callable[..., Finished], tmp_path: Path) -> Path:
    """A finished run of one record."""
    return check(write_jsonl(tmp_path / "in.jsonl", [record()])).run


def rewritten(run: Path, **changes: Any) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    for kind, entries in changes.items():
        manifest[kind] |= entries
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_run_that_nobody_touched_passes(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = verify(run)
    assert found.passed
    assert {"summary.json", "articles.parquet", "report.html", "accepted.jsonl"} <= set(found.intact)
    assert found.inputs_intact == [str(run.parent / "in.jsonl")]
    assert main(["verify", str(run)]) == 0
    assert "as the run wrote it" in capsys.readouterr().out


@pytest.mark.skipif(os.sep == "\\", reason="no file can be called so there")
def test_a_colon_and_a_backslash_in_a_story_s_name_are_letters(check: Callable[..., Finished], tmp_path: Path) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    for name in ("10:30 ferry.txt", "a\\b.txt"):
        (stories / name).write_text(f"Ferry Resumes\n\nBy Ana Lindqvist\n\nJune 14, 2025\n\n{TEXT}\n", encoding="utf-8")
    found = verify(check(stories).run)
    assert found.passed, found.refused
    assert {"10:30 ferry.txt", "a\\b.txt"} <= {Path(name).name for name in found.intact}


def test_a_report_that_was_rendered_again_is_still_the_run_s(run: Path) -> None:
    assert main(["report", str(run)]) == 0
    assert verify(run).passed


def test_changed_missing_and_added_files_are_named(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "accepted.jsonl").write_text("{}\n", encoding="utf-8")
    (run / "report.html").unlink()
    (run / "note.txt").write_text("", encoding="utf-8")
    assert main(["verify", str(run), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["passed"], told["changed"], told["missing"], told["extra"]) == (
        False,
        ["accepted.jsonl"],
        ["report.html"],
        ["note.txt"],
    )


@pytest.mark.parametrize("kind", ["changed", "missing", "refused", "extra", "inputs_changed"])
def test_each_difference_fails_by_itself(run: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    source = run.parent / "in.jsonl"
    if kind == "changed":
        (run / "accepted.jsonl").write_bytes(source.read_bytes() + b"\n")
    elif kind == "missing":
        (run / "accepted.jsonl").unlink()
    elif kind == "refused":
        rewritten(run, files={"../in.jsonl": hashlib.sha256(source.read_bytes()).hexdigest()})
    elif kind == "extra":
        (run / "pages").mkdir()  # a folder alone is nothing that was added
        assert verify(run).passed
        (run / "pages" / "manifest.json").write_text("", encoding="utf-8")
    else:
        source.write_bytes(source.read_bytes() + b"\n")
    found = verify(run)
    differing = {
        name: names for name, names in vars(found).items() if names and name not in ("intact", "inputs_intact")
    }
    assert list(differing) == [kind]
    assert not found.passed
    assert main(["verify", str(run)]) == 1
    assert f"NOT as the run wrote it; {len(found.intact)} files intact" in capsys.readouterr().out


def test_a_changed_input_fails_and_one_that_is_gone_is_only_told(run: Path) -> None:
    path = run.parent / "in.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    assert verify(run).inputs_changed == [str(path)]
    assert main(["verify", str(run)]) == 1
    path.unlink()
    assert verify(run).inputs_missing == [str(path)]
    assert main(["verify", str(run)]) == 0


def test_inputs_with_relative_names_are_looked_for_where_one_says(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "in.jsonl").write_bytes((tmp_path / "in.jsonl").read_bytes())
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    manifest["inputs"] = {"in.jsonl": next(iter(manifest["inputs"].values()))}
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert verify(run, folder).inputs_intact == ["in.jsonl"]


@pytest.mark.parametrize(
    "name",
    ["../in.jsonl", "/etc/passwd", "a/../../in.jsonl", "link", "folder/in.jsonl", "..", "x\0y", ""],
)
def test_a_manifest_that_leads_out_of_the_run_is_refused(run: Path, tmp_path: Path, name: str) -> None:
    (run / "link").symlink_to(tmp_path / "in.jsonl")
    (run / "folder").symlink_to(tmp_path)
    rewritten(run, files={name: next(iter(verify(run).intact)) and "0" * 64})
    found = verify(run)
    assert found.refused == [name]
    assert not found.passed


def test_links_in_the_run_are_extra_and_not_followed(run: Path, tmp_path: Path) -> None:
    (run / "folder").symlink_to(tmp_path)
    assert verify(run).extra == ["folder"]


@pytest.mark.parametrize(
    "manifest",
    [None, "", "[]", "{}", '{"files": [], "inputs": {}}', '{"files": {"a": "b"}, "inputs": null}', "[" * 100_000],
)
def test_what_is_no_finished_run_is_said_to_be_none(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest"):
        verify(tmp_path)
    assert main(["verify", str(tmp_path)]) == 3


def test_a_manifest_that_is_a_link_is_refused(run: Path, tmp_path: Path) -> None:
    (run / "manifest.json").rename(tmp_path / "other.json")
    (run / "manifest.json").symlink_to(tmp_path / "other.json")
    with pytest.raises(InputError, match="link"):
        verify(run)


def test_digests_that_are_none_are_refused(run: Path) -> None:
    rewritten(run, files={"summary.json": None}, inputs={(source := str(run.parent / "in.jsonl")): ""})
    found = verify(run)
    assert (found.refused, found.inputs_missing, found.inputs_changed) == (["summary.json"], [source], [])


def test_names_that_no_file_can_have_are_refused_or_missing(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewritten(run, files={"a" * 5_000: "0" * 64, "\ud800": "0" * 64}, inputs={"b" * 5_000: "0" * 64, "\0": "0" * 64})
    assert main(["verify", str(run)]) == 1
    found = verify(run)
    assert (found.refused, found.missing) == (["a" * 5_000], ["\ud800"])
    assert set(found.inputs_missing) == {"b" * 5_000, "\0"}

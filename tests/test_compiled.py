"""What a process keeps of templates and texts between runs: never longer than they stay the same."""

import os
from pathlib import Path

import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment

from copydesk.report import html
from copydesk.texts import texts


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that jinja2 compiles from now on."""
    names: list[str] = []
    original = ImmutableSandboxedEnvironment._generate

    def counting(self: ImmutableSandboxedEnvironment, source: object, name: str, *rest: object, **more: object) -> str:
        names.append(name)
        return str(original(self, source, name, *rest, **more))  # type: ignore[arg-type]

    monkeypatch.setattr(ImmutableSandboxedEnvironment, "_generate", counting)
    return names


def test_a_template_is_compiled_once_and_again_when_it_changes(tmp_path: Path, compiled: list[str]) -> None:
    template = tmp_path / "own.html.j2"
    for text in ("first {{ shown(x) }}", "other {{ shown(x) }}", "first {{ shown(x) }}"):
        template.write_text(text, encoding="utf-8")
        os.utime(template, (1, 1))  # its time says nothing
        del compiled[:]
        for value in ("<b>", "c"):
            page = html.fill(template.name, texts(), {"x": value}, (), templates=tmp_path)
            assert page == text.replace("{{ shown(x) }}", value.replace("<", "&lt;").replace(">", "&gt;"))
        assert compiled == [template.name]


def test_the_same_name_in_another_folder_is_another_template(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.html.j2").write_text(name, encoding="utf-8")
        assert html.fill("own.html.j2", texts(), {}, (), templates=tmp_path / name) == name


def test_a_catalogue_that_changes_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = tmp_path / "reports" / "texts" / "he.yaml"
    catalogue.parent.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    for said in ("נכשל", "לא", "נכשל"):
        catalogue.write_text(f"gate.failed: {said}\n", encoding="utf-8")
        assert texts("he")("gate.failed") == said

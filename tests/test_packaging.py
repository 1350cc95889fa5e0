"""A wheel works outside the checkout, with the declarative folders inside; an editable install works the same."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT, record, write_jsonl


def pip(*arguments: object) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as the wheel installs it, without its dependencies: this environment has them."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", ROOT, "--no-deps", "-w", folder)
    [wheel] = folder.glob("copydesk-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run_installed(installed: Path, code: str, cwd: Path) -> str:
    """Runs ``code`` with the installed package first on the path, outside the checkout."""
    program = f"import sys; sys.path.insert(0, {str(installed)!r})\n{code}"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, cwd=cwd, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_code_and_folders_and_nothing_else(installed: Path) -> None:
    inside = {path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()}
    for name in (
        "py.typed",
        "checks/article.yaml",
        "checks/article.schema.json",
        "checks/vocabulary/agencies.csv",
        "checks/vocabulary/pages.csv",
        "expectations/batch.json",
        "reports/templates/report.html.j2",
        "reports/templates/report.css",
        "reports/texts/en.yaml",
    ):
        assert f"copydesk/{name}" in inside
    assert {name.split("/")[0].split("-")[0] for name in inside} == {"copydesk"}
    assert not [name for name in inside if "runs/" in name or "fixtures" in name or "tests" in name]


def test_the_wheel_works_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    code = (
        "import copydesk, copydesk.cli\n"
        f"assert copydesk.__file__.startswith({str(installed)!r}), copydesk.__file__\n"
        f"sys.exit(copydesk.cli.main(['check', {str(source)!r}, '-o', 'run', '--json']))"
    )
    printed = run_installed(installed, code, tmp_path)
    assert str(installed / "copydesk" / "checks" / "article.yaml") in printed
    assert (tmp_path / "run" / "report.html").is_file()


def test_the_installed_init_writes_the_folders(installed: Path, tmp_path: Path) -> None:
    run_installed(installed, "import copydesk.cli\nsys.exit(copydesk.cli.main(['init']))", tmp_path)
    assert (tmp_path / "checks" / "article.yaml").read_bytes() == (ROOT / "checks" / "article.yaml").read_bytes()
    assert (tmp_path / "expectations" / "batch.json").is_file()


def test_the_editable_install_finds_the_folders_of_the_checkout() -> None:
    code = "from copydesk.resources import shipped; print(shipped('checks', 'article.yaml'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert Path(done.stdout.strip()) == ROOT / "checks" / "article.yaml"

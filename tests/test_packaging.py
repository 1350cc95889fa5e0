"""Wheel and sdist: built alike from any copy of the tree, and the wheel works outside the checkout, with the declarative folders."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

import installed as installing
from conftest import ROOT, record, write_jsonl

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

LEFT_BY_WORK = (
    "reports/runs/2025-06-14/summary.json",
    "reports/runs/history.sqlite",
    ".venv/pyvenv.cfg",
    ".venv-test/pyvenv.cfg",
    "src/copydesk/__pycache__/cli.cpython-311.pyc",
    "checks/__pycache__/plugin.cpython-311.pyc",
    "dist/copydesk-0.0.1.tar.gz",
    ".mypy_cache/CACHEDIR.TAG",
)


@dataclass(frozen=True)
class Built:
    """What one build left."""

    sdist: Path | None
    wheel: Path


def copy(folder: Path, *, modified: int, mode: int) -> Path:
    """A copy of the checkout as git would make it, whose files have another time and other rights."""
    left_out = shutil.ignore_patterns(
        ".git", ".venv*", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis", "build", "dist"
    )
    shutil.copytree(ROOT, folder, ignore=left_out)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(mode)
        os.utime(path, (modified, modified))
    return folder


def build(tree: Path, folder: Path, *targets: str, seed: int) -> Built:
    """Builds from ``tree`` into ``folder`` with the backend that `pyproject.toml` names."""
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-d",
        folder,
        *(part for name in targets for part in ("-t", name)),
    ]
    variables = {**os.environ, "PYTHONHASHSEED": str(seed), "TZ": f"UTC{seed:+d}"}
    done = subprocess.run(command, cwd=tree, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [wheel] = folder.glob("copydesk-*.whl")
    return Built(next(folder.glob("copydesk-*.tar.gz"), None), wheel)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Sdist and wheel of this checkout."""
    folder = tmp_path_factory.mktemp("built")
    return build(copy(folder / "tree", modified=1_750_000_000, mode=0o600), folder / "dist", "sdist", "wheel", seed=1)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as the wheel installs it, without its dependencies: this environment has them."""
    folder = tmp_path_factory.mktemp("wheel") / "site"
    shutil.unpack_archive(built.wheel, folder, "zip")
    return folder


def test_another_copy_gives_the_same_bytes(built: Built, tmp_path: Path) -> None:
    """Neither the folder's name, nor times, rights, time zone, the order of hashes or what work left come into what is built.

    Compressed bytes depend on zlib, too: this holds for one version of Python and hatchling, the contents for all.
    """
    tree = copy(tmp_path / "another name", modified=1_600_000_001, mode=0o664)
    for name in LEFT_BY_WORK:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(b"left")
    again = build(tree, tmp_path / "dist", "sdist", "wheel", seed=2)
    assert built.sdist is not None
    assert again.sdist is not None
    assert (again.sdist.name, again.wheel.name) == (built.sdist.name, built.wheel.name)
    assert again.sdist.read_bytes() == built.sdist.read_bytes()
    assert again.wheel.read_bytes() == built.wheel.read_bytes()


def test_the_sdist_gives_the_same_wheel(built: Built, tmp_path: Path) -> None:
    assert built.sdist is not None
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [tree] = tmp_path.iterdir()
    assert build(tree, tmp_path / "dist", "wheel", seed=3).wheel.read_bytes() == built.wheel.read_bytes()


def test_the_image_is_built_from_all_that_the_wheel_needs(built: Built, tmp_path: Path) -> None:
    """What the Dockerfile copies into its first stage gives the very wheel."""
    tree = tmp_path / "source"
    tree.mkdir()
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    first_stage = (ROOT / "Dockerfile").read_text(encoding="utf-8").split("RUN ")[0]
    for line in re.findall(r"^COPY (.+)$", first_stage, re.MULTILINE):
        *sources, target = line.split()
        for name in sources:
            assert let_in & {name, *map(str, Path(name).parents)}, f".dockerignore keeps {name} from the image"
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, tree / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, tree / target)
    assert build(tree, tmp_path / "dist", "wheel", seed=4).wheel.read_bytes() == built.wheel.read_bytes()


def test_the_sdist_holds_what_its_tests_need_and_no_runs(built: Built) -> None:
    assert built.sdist is not None
    with tarfile.open(built.sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    for name in (
        "pyproject.toml",
        "src/copydesk/cli.py",
        "checks/article.yaml",
        "tests/run.py",
        "fixtures/README.md",
        "LICENSE",
    ):
        assert name in inside
    assert not [name for name in inside if re.match(r"reports/runs/(?!\.gitkeep)|\.venv|\.git/|\.ci/|dist/", name)]


def test_the_wheel_says_where_it_installs(installed: Path) -> None:
    """`requires-python` and the classifiers, which `tests/installed.py` goes by, agree, and the wheel tells pip the same."""
    versions = installing.supported()
    named = [text.rpartition(" ")[2] for text in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", text)]
    assert versions == named
    assert PROJECT["requires-python"] == f">={versions[0]}"
    [metadata] = installed.glob("copydesk-*.dist-info/METADATA")
    assert f"Requires-Python: >={versions[0]}\n" in metadata.read_text(encoding="utf-8")


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

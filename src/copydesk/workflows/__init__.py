"""What `copydesk init` writes for continuous integration: which service a repository uses, and the workflow for it."""

import configparser
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from copydesk import __version__

SERVICES: Final[Mapping[str, str]] = {"github": ".github/workflows/copydesk.yml", "gitlab": ".gitlab/copydesk.yml"}
"""Service -> where its workflow goes, from the repository's root."""


def service_of(repository: Path) -> str | None:
    """The service that ``repository`` shows signs of: a folder or file of its, else the host of a git remote."""
    if (repository / ".github").is_dir():
        return "github"
    if (repository / ".gitlab-ci.yml").is_file():
        return "gitlab"
    config = configparser.ConfigParser(strict=False, interpolation=None)
    try:
        config.read(repository / ".git" / "config", encoding="utf-8")
    except (OSError, configparser.Error, UnicodeDecodeError):
        return None
    remotes = " ".join(section.get("url", "") for name, section in config.items() if name.startswith("remote "))
    return next((name for name in SERVICES if f"{name}.com" in remotes), None)


def workflow(service: str) -> dict[str, str]:
    """Path from the repository's root -> the workflow's text, which installs this version of copydesk."""
    text = Path(__file__).with_name(f"{service}.yml").read_text(encoding="utf-8")
    return {SERVICES[service]: text.replace("{version}", __version__)}

"""Finds the declarative folders that ship with copydesk: `checks/`, `expectations/`, `reports/`."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(*parts: str) -> Path:
    """Path of a shipped file or folder, e.g. ``shipped("checks", "article.yaml")``.

    In a wheel the folders lie inside the package; in an editable install they lie at the root of the checkout.
    """
    inside = _PACKAGE.joinpath(*parts)
    return inside if inside.exists() else _PACKAGE.parent.parent.joinpath(*parts)

"""The HTML report: one file that asks nobody for anything, and in which only our own script runs.

A content-security policy allows the page's style and script by their digests and nothing else. What was scraped gets into the
page in two ways: through `shown`, which escapes it, and as JSON, which the script turns into text nodes.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any, Final

from markupsafe import Markup

from copydesk.errors import UsageError
from copydesk.report.page import Page, context, embedded
from copydesk.report.plain import visible
from copydesk.report.shown import shown
from copydesk.resources import is_copy, shipped
from copydesk.texts import ENGLISH, Texts

STYLES: Final = ("base.css", "report.css", "article.css")
SCRIPTS: Final = ("dom.js", "article.js", "explorer.js", "report.js")
_OWN: Final = Path("reports", "templates")


def render(page: Page, templates: Path | None = None) -> str:
    """Renders a page with the templates, styles and scripts in ``templates``; what is not there is taken from those that ship.

    Raises UsageError where a template of the user's own does not work.
    """
    data = Markup(embedded(page))  # noqa: S704 -- holds no markup: copydesk.report.sample.encode
    return fill("report.html.j2", page.texts, {**context(page), "data": data}, STYLES, SCRIPTS, templates)


def fill(
    name: str,
    texts: Texts,
    values: Mapping[str, Any],
    styles: Sequence[str],
    scripts: Sequence[str] = (),
    templates: Path | None = None,
) -> str:
    """Fills the template ``name``; the page may use these styles and scripts and nothing else, without scripts none.

    ``templates`` come before those that ship. Raises UsageError where a template of the user's own does not work.
    """
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from copydesk.report.compiled import PAGES

    folders = [folder for folder in (templates, shipped("reports", "templates")) if folder is not None]
    # sandboxed, for templates lie in the working directory: what is merely there must not run as a program
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(lambda wanted: _source(folders, wanted)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=PAGES,
        optimized=False,  # it takes longer than what it saves of a page that is filled once
    )
    try:
        style, script = _joined(folders, styles), _joined(folders, scripts)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{templates}: cannot read the styles and scripts: {error}") from None
    runs = f"'{_digest(script)}'" if scripts else "'none'"
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src {runs}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    # rules, suites and drift speak English, which a page in another language must say
    speaks = Markup(' lang="{}"').format
    foreign = texts.language != ENGLISH
    attributes = {
        "english": speaks(ENGLISH) if foreign else "",
        "own_language": speaks(texts.language) if foreign else "",
    }
    environment.globals.update(shown=shown, visible=visible, t=texts, **attributes)
    try:
        return environment.get_template(name).render(
            **values,
            policy=policy,
            # our own files: they must not be escaped, or their digests would not fit
            style=Markup(style),  # noqa: S704
            script=Markup(script),  # noqa: S704
        )
    except Exception as error:  # a template may divide by zero, name a text that there is not, or hold itself
        said = _own_failure(error, templates)
        if said is None:
            raise
        raise UsageError(said) from error


def _own_failure(error: Exception, templates: Path | None) -> str | None:
    """Where a template of the user's own does not work, and why; None where what failed is none of the user's."""
    from jinja2 import TemplateError

    steps = [step for step in extract_tb(error.__traceback__) if step.filename.endswith(".j2")]
    file, line = (steps[-1].filename, steps[-1].lineno) if steps else (str(templates), "")
    if isinstance(error, TemplateError):
        file, line = getattr(error, "filename", None) or file, getattr(error, "lineno", None) or line
        said = str(error)
    elif templates is not None and isinstance(
        error, UnicodeDecodeError
    ):  # ours are UTF-8; who includes it is no matter
        file, line, said = str(templates), "", f"a file there is not UTF-8: {error.reason}"
    elif templates is not None and Path(file).is_relative_to(templates):
        said = f"{type(error).__name__}: {str(error)[:200]}"
    else:
        return None
    return f"{file}:{line} the template does not work: {said}"


def own_templates() -> Path | None:
    """The user's own templates, if the working directory has any."""
    return _OWN if _OWN.is_dir() else None


def _joined(folders: Sequence[Path], names: Sequence[str]) -> str:
    return "\n".join(_file(folders, name).read_text(encoding="utf-8") for name in names)


def _source(folders: Sequence[Path], name: str) -> tuple[str, str, None] | None:
    """A template as Jinja wants it: (text, file, what would tell that it has changed)."""
    try:
        file = _file(folders, name)
    except FileNotFoundError:
        return None
    return file.read_text(encoding="utf-8"), str(file), None


def _file(folders: Sequence[Path], name: str) -> Path:
    """The file of this ``name`` in the first folder that has one of its own. Raises FileNotFoundError where none has."""
    files = [folder / name for folder in folders if Path(name).name == name]
    for file in files:
        if file.is_file() and not is_copy(file):
            return file
    raise FileNotFoundError(name)


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"

"""Makes scraped text safe and visible in HTML: escaped, and with every invisible character shown."""

import re

from markupsafe import Markup, escape

INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Controls, format characters and fillers. Joiners inside words are shown too: in evidence they are worth seeing."""

JOINERS = "\u200c\u200d\ufe0f"
"""Zero-width (non-)joiners and the emoji selector, which Persian, Indic scripts and emoji need: kept beside letters."""


def shown(text: object) -> Markup:
    """``text`` for HTML: markup escaped, invisible characters replaced by a box with their code point."""
    if text is None:
        return Markup("")
    parts, last = [], 0
    value = str(text)
    for found in INVISIBLE.finditer(value):
        if found.group() in JOINERS and value[found.start() - 1 : found.start()].strip():
            continue
        parts.append(escape(value[last : found.start()]))
        parts.append(Markup('<span class="control">U+{:04X}</span>').format(ord(found.group())))
        last = found.end()
    parts.append(escape(value[last:]))
    return Markup("").join(parts)

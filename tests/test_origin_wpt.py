"""URLs are parsed as the WHATWG standard says: against its rules, against a second implementation, and against its test data.

The data (urltestdata.json of web-platform-tests) is no part of this repository: set WPT_URLTESTDATA to a copy.
"""

import json
import os
from pathlib import Path
from typing import Any

import ada_url
import pytest
import pywhatwgurl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk.urls import url

BASE = "http://example.org/foo/bar"

# each line is a sentence of the standard: what a browser makes of an address, or None where it makes nothing of it
RULES: list[tuple[str, str | None]] = [
    # blanks and controls at the ends, tabs and newlines anywhere (4.4, basic URL parser, steps 1 to 3)
    ("  http://a.example/  ", "http://a.example/"), ("http://a.ex\tample/\nb", "http://a.example/b"), ("\x00http://a.example/\x1f", "http://a.example/"),
    ("ht\ntp://a.example/", "http://a.example/"), ("http://a.example/a b", "http://a.example/a%20b"), ("http://a b.example/", None),
    # schemes
    ("HTTP://a.example", "http://a.example/"), ("hTTps:a.example", "https://a.example/"), ("http:a.example", "http://example.org/foo/a.example"),
    ("http:/a.example", "http://example.org/a.example"), ("http:////a.example", "http://a.example/"), ("http:\\\\a.example\\b", "http://a.example/b"),
    ("https:\\a.example", "https://a.example/"), ("//a.example/b", "http://a.example/b"), ("\\\\a.example\\b", "http://a.example/b"),
    ("http://", None), ("https://", None), ("http:", "http://example.org/foo/bar"), ("https:", None), ("http://?", None), ("http://#", None),
    # user names
    ("http://u@a.example/", "http://u@a.example/"), ("http://u:p@a.example/", "http://u:p@a.example/"), ("http://@a.example/", "http://a.example/"),
    ("http://:@a.example/", "http://a.example/"), ("http://a:b@c@d.example/", "http://a:b%40c@d.example/"), ("http://u@/x", None),
    ("http://a.example\\@b.example/", "http://a.example/@b.example/"), ("http://a.example/@b.example", "http://a.example/@b.example"),
    # ports
    ("http://a.example:80/", "http://a.example/"), ("https://a.example:443/", "https://a.example/"), ("http://a.example:443/", "http://a.example:443/"),
    ("http://a.example:/", "http://a.example/"), ("http://a.example:0/", "http://a.example:0/"), ("http://a.example:65535/", "http://a.example:65535/"),
    ("http://a.example:65536/", None), ("http://a.example:x/", None), ("http://a.example:000080/", "http://a.example/"), ("http://:80/", None),
    # names
    ("http://A.EXAMPLE/", "http://a.example/"), ("http://a%2Eexample/", "http://a.example/"), ("http://%61.example/", "http://a.example/"),
    ("http://a。example/", "http://a.example/"), ("http://faß.example/", "http://xn--fa-hia.example/"), ("http://ü.example/", "http://xn--tda.example/"),
    ("http://Ü.example/", "http://xn--tda.example/"), ("http://例え.jp/", "http://xn--r8jz45g.jp/"), ("http://Ｇｏ.example/", "http://go.example/"),
    ("http://a\u00adb.example/", "http://ab.example/"), ("http://\u00ad/", None), ("http://a<b.example/", None), ("http://a^b.example/", None),
    ("http://a|b.example/", None), ("http://a%00b.example/", None), ("http://a%b.example/", None), ("http://%zz.example/", None),
    ("http://a%20b.example/", None), ("http://a_b.example/", "http://a_b.example/"), ("http://a.example./", "http://a.example./"),
    ("http://a..example/", "http://a..example/"), ("http://-a.example/", "http://-a.example/"),
    ("http://a*b.example/", "http://a*b.example/"), ("http://!$&'()*+,;=/", "http://!$&'()*+,;=/"),
    # IPv4 in all its spellings (3.5, "ends in a number")
    ("http://127.0.0.1/", "http://127.0.0.1/"), ("http://127.1/", "http://127.0.0.1/"), ("http://0x7f.1/", "http://127.0.0.1/"),
    ("http://0177.0.0.1/", "http://127.0.0.1/"), ("http://2130706433/", "http://127.0.0.1/"), ("http://0x7f000001/", "http://127.0.0.1/"),
    ("http://127.0.0.1./", "http://127.0.0.1/"), ("http://0/", "http://0.0.0.0/"), ("http://0x/", "http://0.0.0.0/"), ("http://1.256/", "http://1.0.1.0/"),
    ("http://256.1.1.1/", None), ("http://1.2.3.4.5/", None), ("http://1.2.3.256/", None), ("http://4294967296/", None), ("http://0x100000000/", None),
    ("http://1.2.3.08/", None), ("http://09/", None), ("http://a.0x/", None), ("http://a.1/", None), ("http://1.2.3.4.a/", "http://1.2.3.4.a/"),
    ("http://1..2/", None), ("http://１２７。１/", "http://127.0.0.1/"), ("http://%30x7f.1/", "http://127.0.0.1/"),
    # IPv6
    ("http://[::1]/", "http://[::1]/"), ("http://[0:0:0:0:0:0:0:1]/", "http://[::1]/"), ("http://[2001:DB8::1]/", "http://[2001:db8::1]/"),
    ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"), ("http://[1:0:0:2::]/", "http://[1:0:0:2::]/"), ("http://[::]/", "http://[::]/"),
    ("http://[1::2::3]/", None), ("http://[::1%25eth0]/", None), ("http://[::1]a/", None), ("http://[:1]/", None), ("http://[12345::]/", None),
    ("http://[::127.0.0]/", None), ("http://[::127.0.0.256]/", None), ("http://[]/", None), ("http://[::1/", None), ("http://a]/", None),
    ("http://[1:2:3:4:5:6:7:8]:80/", "http://[1:2:3:4:5:6:7:8]/"), ("http://[1:2:3:4:5:6:7:8:9]/", None), ("http://[v1.a]/", None),
    # paths
    ("http://a.example/b/../c", "http://a.example/c"), ("http://a.example/b/./c/.", "http://a.example/b/c/"), ("http://a.example/../../b", "http://a.example/b"),
    ("http://a.example/%2e%2E/b", "http://a.example/b"), ("http://a.example/b/.%2e/c", "http://a.example/c"), ("http://a.example/b\\c", "http://a.example/b/c"),
    ("http://a.example//b//c", "http://a.example//b//c"), ("http://a.example/é", "http://a.example/%C3%A9"), ("http://a.example/%zz", "http://a.example/%zz"),
    ("http://a.example/<>`{}^|\"", "http://a.example/%3C%3E%60%7B%7D%5E|%22"), ("http://a.example/~_-.!*'();:@&=+$,", "http://a.example/~_-.!*'();:@&=+$,"),
    ("http://a.example/%7Ea", "http://a.example/%7Ea"), ("http://a.example", "http://a.example/"),
    # queries and fragments
    ("http://a.example?b", "http://a.example/?b"), ("http://a.example#b", "http://a.example/#b"), ("http://a.example/?b?c", "http://a.example/?b?c"),
    ("http://a.example/?'\"<>", "http://a.example/?%27%22%3C%3E"), ("http://a.example/?a b#c d", "http://a.example/?a%20b#c%20d"),
    ("http://a.example/?é#é", "http://a.example/?%C3%A9#%C3%A9"), ("http://a.example/?a\\b", "http://a.example/?a\\b"), ("http://a.example/?#", "http://a.example/?#"),
    ("http://a.example/#`<>", "http://a.example/#%60%3C%3E"), ("http://a.example/?{|}", "http://a.example/?{|}"),
    # relative to a base
    ("", "http://example.org/foo/bar"), ("x", "http://example.org/foo/x"), ("/x", "http://example.org/x"), ("../x", "http://example.org/x"),
    ("?x", "http://example.org/foo/bar?x"), ("#x", "http://example.org/foo/bar#x"), (".", "http://example.org/foo/"), ("..", "http://example.org/"),
    ("..\\x", "http://example.org/x"), ("///a.example/x", "http://a.example/x"), ("/\\a.example/x", "http://a.example/x"), (":x", "http://example.org/foo/:x"),
    ("%2e%2e/x", "http://example.org/x"), ("x:y", "x:y"), ("mailto:x", "mailto:x"), ("1:x", "http://example.org/foo/1:x"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "href"), RULES)
def test_the_rules_of_the_standard(address: str, href: str | None) -> None:
    assert url.joined(BASE, address) == href


HOSTS = st.one_of(
    st.sampled_from([
        "a.example", "A.ExAmple", "127.0.0.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:1.2.3.4]", "[2001:db8:0:0:1::]", "ü.example",
        "faß.de", "例え.jp", "xn--tda.example", "a_b.example", "a..b", "a.example.", "1.2.3", "256.256.256.256", "%41.example", "a%2eb", "１.２.３.４",
    ]),
    st.text("abcXYZ019.-_%[]:@éß例。x", max_size=12),
    st.lists(st.sampled_from(["0", "1", "255", "256", "0x7f", "0377", "08", "99999", "", "a"]), min_size=1, max_size=6).map(".".join),
    st.lists(st.sampled_from(["0", "1", "ffff", "FFFF", "12345", "", "1.2.3.4"]), min_size=2, max_size=9).map(lambda parts: f"[{':'.join(parts)}]"),
)  # fmt: skip
TAILS = st.text("ab/.\\%2eE?#&=+ ;:@'\"<>`{}|^~é例\t\n\u00ad", max_size=20)
ADDRESSES = st.one_of(
    st.builds(
        lambda scheme, slashes, user, host, port, tail: scheme + slashes + user + host + port + tail,
        st.sampled_from(["http:", "https:", "HTTP:", "hTTps:"]), st.sampled_from(["//", "/", "", "\\\\", "///", "/\\"]),
        st.sampled_from(["", "", "u@", "u:p@", ":@", "u:p:q@", "a@b@", "%40@"]), HOSTS,
        st.sampled_from(["", "", ":80", ":443", ":", ":0", ":65536", ":8080", ":x", ":00080"]),
        st.one_of(st.just(""), st.builds(lambda mark, tail: mark + tail, st.sampled_from("/?#\\"), TAILS)),
    ),
    TAILS,
)  # fmt: skip


def other(address: str, base: str) -> str | None:
    """What the second implementation makes of it."""
    try:
        return str(pywhatwgurl.URL(address, base).href)
    except ValueError:
        return None


@settings(max_examples=1500, deadline=None)
@given(ADDRESSES, st.sampled_from([BASE, "https://a.example/b/c?d#e", "http://a.example:8080/"]))
@example("http://a.example/%", BASE)
def test_two_implementations_agree(address: str, base: str) -> None:
    ours = url.joined(base, address)
    assert ours == other(address, base)
    if ours is not None:
        assert url.joined(base, ours) == ours, "a normal form is its own normal form"


def cases() -> list[dict[str, Any]]:
    """The standard's own cases that concern http and https, read where they are at hand."""
    path = os.environ.get("WPT_URLTESTDATA")
    if not path:
        return []
    data = json.loads(Path(path).read_text(encoding="utf-8", errors="surrogatepass"))
    return [
        case for case in data
        if isinstance(case, dict) and any(
            str(case.get(key) or "").lower().lstrip().startswith("http") for key in ("href", "base", "input")
        )
    ]  # fmt: skip


@pytest.mark.skipif(not cases(), reason="WPT_URLTESTDATA does not name a copy of urltestdata.json")
def test_the_standards_own_cases() -> None:
    wrong = []
    for case in cases():
        try:
            case["input"].encode()
            found = (
                url.joined(case["base"], case["input"]) if case.get("base") else str(ada_url.URL(case["input"]).href)
            )
        except UnicodeEncodeError:
            continue
        except ValueError:
            found = None
        if found != (None if case.get("failure") else case["href"]):
            wrong.append((case["input"], case.get("base"), found))
    assert wrong == []

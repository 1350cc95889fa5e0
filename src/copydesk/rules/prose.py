"""TXT: what the body says, and in which language: repetition, texts that are no prose, another language, another story."""

import re
from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from copydesk.press import languages
from copydesk.press.density import weight
from copydesk.rules import layout, topics
from copydesk.rules.base import Article, Rule, Severity, Spot, asked, confirmed, parameter, rule, whole
from copydesk.vocabulary import STOPS


@rule("TXT014", "repeated-paragraph", severity=Severity.WARNING, field="body", fix="unsafe")
class RepeatedParagraph(Rule):
    """A paragraph stands more than once.

    ## What it does
    Compares the paragraphs of a body with each other, without regard to case, punctuation and white space. Those below the
    minimum length are not judged: refrains, questions of an interview, one-line quotations.

    ## Why it matters
    The extractor read a block twice: once in its place, once from a template, a summary or a hidden copy for telephones.
    Models learn repeated text by heart.

    ## What to do
    Keep the first one. The suggestion deletes the others.

    ## Example
    ```json
    {"text": "The ferry to the outer island runs again after two weeks in the dock, to the joy of the children and the gulls.\\nThe first boat left at dawn.\\nThe ferry to the outer island runs again after two weeks in the dock, to the joy of the children and the gulls."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry to the outer island runs again after two weeks in the dock, to the joy of the children and the gulls.\\nThe first boat left at dawn."}
    ```
    """  # noqa: E501

    minimum: int = parameter(
        80, "Characters from which a paragraph is judged; those of dense scripts count as three.", minimum=1
    )

    def passes(self) -> pl.Expr:
        twice = asked(pl.col("body"), self._may_repeat)
        return ~confirmed(twice, "body", self._repeats).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        for start, end in self._repetitions(article["body"]):
            yield Spot("body", "this paragraph stands further up already", start, end, "", "")

    def _may_repeat(self, bodies: pl.Series) -> pl.Series:
        """Whether two long lines are the same byte for byte."""
        line = pl.col("line")
        split = bodies.to_frame("line").select_seq(line.str.split("\n"))
        counts = split.select_seq(line.list.len().fill_null(1)).to_series().to_numpy()
        rows = np.repeat(np.arange(len(bodies), dtype=np.uint64), counts)
        read = (
            split["line"]
            .explode()
            .to_frame()
            .select_seq(line.hash(), (line.str.len_bytes() >= self.minimum).fill_null(False).alias("long"))
        )
        long = read["long"].to_numpy()
        # one number for a row's line: comparing numbers is much cheaper than comparing pairs
        rows = rows[long]
        marks = read["line"].to_numpy()[long] ^ (rows * np.uint64(_SPREAD))
        ordered = np.sort(marks)
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        mask = np.zeros(len(bodies), np.bool_)
        if len(twice):
            mask[rows[np.isin(marks, twice)]] = True
        return pl.Series(bodies.name, mask)

    def _repeats(self, body: str) -> bool:
        return next(self._repetitions(body), None) is not None

    def _repetitions(self, body: str) -> Iterator[tuple[int, int]]:
        seen: set[str] = set()
        offset = 0
        for line in body.split("\n"):
            words = _NO_WORD.sub(" ", line.casefold()).strip() if len(line) * 3 >= self.minimum else ""
            if words and weight(words) >= self.minimum:
                if words in seen:
                    start = offset + len(line) - len(line.lstrip())
                    yield start, offset + len(line.rstrip())
                seen.add(words)
            offset += len(line) + 1


_SPREAD = 0x9E3779B97F4A7C15
"""The golden ratio of 64 bits: rows next to each other get numbers far apart (Knuth, volume 3, section 6.4)."""

_NO_WORD = re.compile(r"[\W_]+")


@rule("TXT015", "not-prose", severity=Severity.WARNING, field="body")
class NotProse(Rule):
    """The text is not made of sentences.

    ## What it does
    Reports tables, code, JSON and markup, lists of keys and values or of single words: texts in short lines, or without any
    end of a sentence, whose lines or characters are mostly of such a kind. A fifth of the text in sentences saves it.

    ## Why it matters
    A results table, a script or a menu was taken for the article.

    ## What to do
    Look at the page: the article is elsewhere on it, or it is no article.

    ## Example
    ```json
    {"text": "Mon 06:10 07:10 08:10\\nTue 06:10 07:10 08:10\\nWed 06:10 07:10 08:10\\nThu 06:10 07:10 08:10\\nFri 06:10 07:10 08:10\\nSat 08:20 10:20 12:20\\nSun 08:20 10:20 12:20\\n1 May 10:20 12:20 14:20\\n2 May 10:20 12:20 14:20"}
    ```

    ## Use instead
    ```json
    {"text": "The ferry leaves at ten past every hour on weekdays and every two hours on Sundays, says the new timetable."}
    ```
    """  # noqa: E501

    def passes(self) -> pl.Expr:
        body = pl.col("body")
        unended = ~body.str.contains(rf"[{STOPS}][\"'”’»)]*[ \n]|[。！？]")
        data = body.str.head(20).str.contains(r"\A[ \n]*[\[{<]")
        likely = (unended | data | layout.in_short_lines(60)) & (body.str.len_bytes() >= 100)
        return ~confirmed(likely, "body", _is_not_prose).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("body", f"not prose but {layout.not_prose(article['body'])}")


def _is_not_prose(body: str) -> bool:
    return layout.not_prose(body) is not None


@rule("TXT016", "language-differs", severity=Severity.WARNING, field="body")
class LanguageDiffers(Rule):
    """The text is in another language than declared or expected.

    ## What it does
    Takes the record's `language`, or the parameter `expected` for records without one. A text with enough of that
    language's commonest words, or in a script that only it uses, passes at once; the others are given to py3langid, and
    reported if it is sure of another language that is not easily confused with the declared one.

    ## Why it matters
    A consent page, an error, a translation or another article was stored; or the declaration comes from the page's
    template. Search, models and dates (`03.04.`) rely on the language.

    ## What to do
    Look at the text. If it is the article, correct the language.

    ## Example
    ```json
    {"language": "en", "text": "Die Fähre zur äußeren Insel fährt wieder, nachdem sie zwei Wochen lang im Dock gelegen hat. Das erste Schiff legte bei Sonnenaufgang mit vierzig Fahrgästen, drei Fahrrädern und der Post ab, und niemand hatte den Kaffee so sehr vermisst wie der Kapitän, der die Linie seit neunzehn Jahren fährt."}
    ```

    ## Use instead
    ```json
    {"language": "de", "text": "Die Fähre zur äußeren Insel fährt wieder, nachdem sie zwei Wochen lang im Dock gelegen hat. Das erste Schiff legte bei Sonnenaufgang mit vierzig Fahrgästen, drei Fahrrädern und der Post ab, und niemand hatte den Kaffee so sehr vermisst wie der Kapitän, der die Linie seit neunzehn Jahren fährt."}
    ```
    """  # noqa: E501

    expected: str = parameter("", "Languages that records should be in, e.g. `en` or `en, de`; empty: as declared.")

    def passes(self) -> pl.Expr:
        declared = pl.col("language")
        wanted = declared.fill_null(self.expected) if self.expected else declared
        text = pl.struct(wanted.alias("language"), pl.col("body"))
        differs = asked(text, languages.differ)
        if self.expected:
            allowed = languages.codes(self.expected)
            return ~(differs | (declared.str.slice(0, 2).str.to_lowercase().is_in(allowed) == False).fill_null(False))  # noqa: E712
        return ~differs

    def find(self, article: Article) -> Iterable[Spot]:
        wanted = article["language"] or self.expected
        found = languages.identified(article["body"] or "")
        if self.expected and not set(languages.codes(wanted)) & set(languages.codes(self.expected)):
            return whole("language", f"declared as {wanted}, expected {self.expected}")
        return whole("body", f"the text seems to be {found[0]}, not {wanted}" if found else f"the text is not {wanted}")


@rule("TXT017", "title-not-in-text", severity=Severity.INFO, field="body")
class TitleNotInText(Rule):
    """Title and URL speak of something that the text never mentions.

    ## What it does
    Reports longer texts in which no content word of the title occurs, not even by its stem, nor one of the URL's slug,
    although title and slug agree with each other.

    ## Why it matters
    The extractor took the body of another story on the page.

    ## What to do
    Compare title and text. Puns and titles in another language are found too, so this is a remark.

    ## Example
    ```json
    {"url": "https://example.com/news/ferry-resumes-after-weeks", "title": "Ferry resumes after two weeks in harbour", "text": "Bakers of the old town warn of a shortage of rye. Three of the seven mills on the river stand still since a flood broke the wheel of the oldest one, and the grain that farmers bring in carts has to be driven over the mountain at night. The guild asks the council for a loan and for the road to be mended before the first snow. A loaf may then cost as much as a pound of butter did last spring, says the guild's elder, who bakes for the school and the hospital and has not raised a price for six winters. The mayor answered that the road is on the list and that the money will be there when the accounts are closed."}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry-resumes-after-weeks", "title": "Ferry resumes after two weeks in harbour", "text": "The ferry to the outer island runs again. It had lain in the dock for repairs, and the first boat left at dawn with forty passengers, three bicycles and the post."}
    ```
    """  # noqa: E501

    def passes(self) -> pl.Expr:
        return ~topics.strange()

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("body", "no word of the title or of the URL occurs in the text")

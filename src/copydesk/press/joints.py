"""Words for "and", which part the names of a byline: one list for whoever takes bylines, signatures and datelines apart.

English, German, French, Dutch, Swedish, Danish and Norwegian, Finnish, Turkish, Indonesian, Hungarian, Romanian (both ways to
write it), Azerbaijani, Vietnamese, Greek, Ukrainian; Arabic, Persian and Urdu; Hindi, Bengali.
"""

from typing import Final

AND: Final = (
    "and", "as told to", "und", "et", "en", "och", "og", "ja", "ve", "dan", "és", "și", "şi", "və", "và", "και", "та",
    "و", "और", "এবং", "ও",
)  # fmt: skip
"""Words that are nothing else between two names."""

LETTERS: Final = ("y", "e", "i", "и", "й", "і")
"""Spanish, Italian and Portuguese, Catalan, Polish and Croatian, Russian, Ukrainian: as capitals, they are initials."""

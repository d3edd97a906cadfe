"""Searching text: folding, FTS5 queries and ranking.

SQLite's tokenizer doesn't fold œ or ß, so a folded text is indexed. Hits are fetched unranked and ranked here:
``ORDER BY rank`` is hundreds of times slower on a million rows.
"""

import re
import unicodedata

FETCH = 200
"""hits that are fetched before ranking"""

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f]+")
_LIGATURES = (("œ", "oe"), ("æ", "ae"), ("ß", "ss"), ("ø", "o"), ("ł", "l"), ("đ", "d"), ("ı", "i"))


def fold(text: str) -> str:
    """Lower case without accents and ligatures: what is indexed and what is asked for."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    for ligature, letters in _LIGATURES:
        lowered = lowered.replace(ligature, letters)
    return _MARKS.sub("", unicodedata.normalize("NFKD", lowered))


def words(text: str) -> list[str]:
    """The folded words of a text, as the index sees them."""
    return _WORD.findall(fold(text))


def match(text: str) -> str | None:
    """An FTS5 query: every word, or its beginning, must occur; None if there is no word in it."""
    asked = words(text)
    if not asked:
        return None
    return " AND ".join(f'"{word}"*' for word in asked)


def indexed(text: str) -> str:
    """The text as it is put into the index: folded words with a space between them."""
    return " ".join(words(text))


def score(asked: list[str], found: str) -> tuple[int, int, int]:
    """Sort key of an indexed text, smaller is better: words not met exactly, words before the first hit, length."""
    present = found.split()
    inexact = sum(word not in present for word in asked)
    first = next((n for n, word in enumerate(present) if word.startswith(asked[0])), len(present))
    return inexact, first, len(found)

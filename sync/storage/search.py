"""Searching text: folding, FTS5 queries and ranking.

SQLite's tokenizer doesn't fold œ or ß, so a folded text is indexed. Hits are fetched unranked and ranked here:
``ORDER BY rank`` is hundreds of times slower on a million rows.
"""

import unicodedata

FETCH = 200
"""hits that are fetched before ranking"""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "’": "'", "ı": "i"})


def fold(text: str) -> str:
    """Lower case without accents and ligatures: what is indexed and what is asked for."""
    lowered = text.lower().translate(_LIGATURES)
    return "".join(ch for ch in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(ch))


def words(text: str) -> list[str]:
    """The folded words of a text, as the index sees them."""
    return "".join(ch if ch.isalnum() else " " for ch in fold(text)).split()


def match(text: str) -> str | None:
    """An FTS5 query: every word must occur, the last one may be a beginning; None if there is no word in it."""
    asked = words(text)
    if not asked:
        return None
    return " AND ".join(f'"{word}"*' for word in asked)


def score(asked: list[str], found: str) -> tuple[int, int, int]:
    """Sort key, smaller is better: words not met exactly, distance of the first hit from the start, length."""
    present = words(found)
    inexact = sum(word not in present for word in asked)
    first = next((n for n, word in enumerate(present) if word.startswith(asked[0])), len(present))
    return inexact, first, len(found)

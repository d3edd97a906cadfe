"""One broken promise, and a page of them."""

from collections.abc import Iterable
from typing import NamedTuple


class Violation(NamedTuple):
    """``kind`` is stable, ``where`` names the log, record, article or shift, ``text`` says what was found."""

    kind: str
    where: str
    text: str


def report(violations: Iterable[Violation]) -> str:
    """What ``comptoir verify`` prints."""
    lines = [f"{v.kind:<22} {v.where:<28} {v.text}" for v in violations]
    return "\n".join(lines) if lines else "Everything holds."

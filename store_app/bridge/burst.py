"""Telling a keyboard wedge from a person: a burst of keys that ends with Enter is a scan. No Qt, no clock.

A scanner that acts as a keyboard sends its characters within a few milliseconds of one another and an Enter at the
end; a person never does both. Characters are held back until the gap says which it was, so nothing is lost: either
the burst becomes one scan, or every key goes on to where it was typed, in order.

Scanners are set to a US keyboard; on an AZERTY desktop the digit 1 then arrives as ``&``. A burst with no digit in it
but with such characters is read back by the position of its keys.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

GAP_MS = 50
LEAST = 6
"""Fewer characters are never a scan: a PIN and Enter may be typed by a fast hand."""

_AZERTY_DIGITS = dict(zip("&é\"'(-è_çà", "1234567890", strict=True))
_AZERTY = _AZERTY_DIGITS | dict(zip("qwazQWAZ,;:!?./§mM)°=+", "azqwAZQWm,./M<>?;:-_=+", strict=True))


class Verdict(Enum):
    """What to do with a key."""

    HOLD = auto()  # keep it back: it may belong to a scan
    SCAN = auto()  # the burst is complete; the Enter belongs to it
    PASS = auto()  # let go of everything held, then this key


@dataclass(slots=True)
class Burst:
    """The keys held back. ``suffix`` Enter only; ``prefix`` characters of the scanner are taken off."""

    gap_ms: int = GAP_MS
    least: int = LEAST
    prefix: str = ""
    _chars: list[str] = field(default_factory=list)
    _last: int = 0

    def char(self, char: str, at_ms: int) -> Verdict:
        """A printable character at that time. ``PASS``: too long a gap; let go of what is held, then hold this."""
        late = bool(self._chars) and at_ms - self._last > self.gap_ms
        if late:
            self._chars.clear()
        self._chars.append(char)
        self._last = at_ms
        return Verdict.PASS if late else Verdict.HOLD

    def enter(self, at_ms: int) -> Verdict:
        """An Enter at that time."""
        if len(self._chars) >= self.least and at_ms - self._last <= self.gap_ms:
            return Verdict.SCAN
        return Verdict.PASS

    def take(self) -> str:
        """The scan's text; the burst is empty then."""
        text = "".join(self._chars)
        self._chars.clear()
        text = by_position(text)
        return text.removeprefix(self.prefix) if self.prefix else text

    def drop(self) -> None:
        """What was held was typing."""
        self._chars.clear()


def by_position(text: str) -> str:
    """A text that a US-configured scanner typed on an AZERTY desktop, as it was meant; other texts stay as they are."""
    if any(c.isdigit() for c in text) or not any(c in _AZERTY_DIGITS for c in text):
        return text
    return "".join(_AZERTY.get(c, c) for c in text)


def split_aim(text: str) -> tuple[str, str]:
    """(AIM id, text) when the scanner sends ``]C1`` before the data."""
    if len(text) > 3 and text[0] == "]" and text[1].isalpha() and text[2].isalnum():
        return text[:3], text[3:]
    return "", text

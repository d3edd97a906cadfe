"""The simulated terminal's protocol: one JSON object a line, either way, over TCP.

=========  ==========================================================================================
request    ``{"do": "charge" | "refund", "attempt", "minor", "currency"}``;
           ``{"do": "reverse" | "status" | "cancel", "attempt"}``
answer     ``{"attempt", "do", "status", "minor", "ref", "masked", "text", "slip"}``
=========  ==========================================================================================

``status`` is ``approved``, ``partial``, ``declined``, ``cancelled``, ``unknown`` (never heard of the attempt) or
``pending`` (the customer hasn't finished). A repeated charge of one attempt is answered as ``status`` would be.
"""

import re
from typing import Literal

import msgspec

Verb = Literal["charge", "refund", "reverse", "status", "cancel"]
Standing = Literal["approved", "partial", "declined", "cancelled", "unknown", "pending"]


class Ask(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request of the till."""

    do: Verb
    attempt: str
    minor: int = 0
    currency: str = ""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer of the terminal to the request ``do``."""

    attempt: str
    do: Verb
    status: Standing
    minor: int = 0
    ref: str = ""
    masked: str = ""
    text: str = ""
    slip: tuple[str, ...] = ()


_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


def without_card_numbers(text: str) -> str:
    """The text with anything that passes for a card number (13 to 19 digits, Luhn) cut down to its last four."""
    return _DIGITS.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    digits = [int(character) for character in found[0] if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) if n % 2 else digit for n, digit in enumerate(reversed(digits))]
    return found[0] if sum(doubled) % 10 else "****" + "".join(str(digit) for digit in digits[-4:])


_MESSAGE = msgspec.json.Encoder()
_ASK = msgspec.json.Decoder(Ask)
_ANSWER = msgspec.json.Decoder(Answer)
LONGEST = 64 * 1024
"""bytes of a line; more isn't this protocol"""


def encode(message: Ask | Answer) -> bytes:
    """One line."""
    return _MESSAGE.encode(message) + b"\n"


def decode_ask(line: bytes) -> Ask:
    """A request; raises msgspec.DecodeError."""
    return _ASK.decode(line)


def decode_answer(line: bytes) -> Answer:
    """An answer; raises msgspec.DecodeError."""
    return _ANSWER.decode(line)


class Lines:
    """Cuts a stream of bytes at newlines; raises OverflowError for a line beyond :data:`LONGEST`."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST:
            raise OverflowError("a line without an end")
        return [line for line in lines if line.strip()]

"""JSON as readers send it: one object, an array, lines, or several objects one behind the other without a separator."""

import json
from typing import Final, Generic, TypeVar

import msgspec

from drivers.errors import Garbled
from drivers.rfid.leniency import lenient

StructT = TypeVar("StructT")

_SCANNER: Final = json.JSONDecoder()
_BLANK: Final = " \t\r\n,"
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""RecursionError: nested a thousand deep, which no reader means"""


class FastDecoder(Generic[StructT]):
    """Decodes what comes nearly always, all in compiled code, and says None to anything else.

    ``type_`` is strict: what it refuses is for the patient decoder, which knows all liberties and explains itself.
    """

    def __init__(self, type_: type[StructT]) -> None:
        self._one = msgspec.json.Decoder(type_)
        self._many = msgspec.json.Decoder(list[type_])  # type: ignore[valid-type]

    def decode(self, payload: bytes) -> list[StructT] | None:
        """The objects of ``payload``; None if any part of it isn't plainly of the type."""
        try:
            if payload[:1] == b"[":
                return self._many.decode(payload)
            if b'}{"' in payload:
                return self._many.decode(b"[%b]" % _separated(payload))
            return [self._one.decode(payload)]
        except _UNREADABLE:
            return self._lines(payload) if b"}\n{" in payload else None

    def decode_all(self, payloads: list[bytes]) -> list[StructT] | None:
        """The objects of many payloads at once; None if any part of any isn't plainly of the type."""
        try:
            return self._many.decode(b"[%b]" % _separated(b",".join(payloads)))
        except _UNREADABLE:
            return None

    def _lines(self, payload: bytes) -> list[StructT] | None:
        try:
            return self._one.decode_lines(payload)
        except _UNREADABLE:
            return None


def _separated(payload: bytes) -> bytes:
    """Commas between objects that follow each other; a text that ends in ``}{`` gets one too: none that is read does"""
    return b'},{"'.join(payload.split(b'}{"'))  # a third faster than replace, which looks twice


class ObjectDecoder(Generic[StructT]):
    """Decodes a payload into a list of objects of one type; unknown fields are ignored, numbers may come as text.

    One object that isn't of the type costs nothing but itself, and one of its fields that are ``forgiven`` not even
    that: it counts as absent.
    """

    def __init__(self, type_: type[StructT], forgiven: frozenset[str] = frozenset()) -> None:
        self._one = msgspec.json.Decoder(type_, strict=False)
        self._many = msgspec.json.Decoder(list[type_], strict=False)  # type: ignore[valid-type]
        self._type = type_
        self._forgiven = forgiven

    def decode(self, payload: bytes) -> tuple[list[StructT], list[str]]:
        """(the objects of ``payload``, why others couldn't be read); Garbled if it isn't JSON. An empty one has none"""
        try:
            if payload[:1] == b"[":
                return self._many.decode(payload), []
            return [self._one.decode(payload)], []
        except msgspec.ValidationError:
            return self._each(payload)
        except _UNREADABLE:
            return self._lenient(_concatenated(payload))

    def _each(self, payload: bytes) -> tuple[list[StructT], list[str]]:
        try:
            value = msgspec.json.decode(payload)
        except _UNREADABLE:
            return self._lenient(_concatenated(payload))
        return self._lenient(value if isinstance(value, list) else [value])

    def _lenient(self, values: list[object]) -> tuple[list[StructT], list[str]]:
        refused: list[str] = []
        made = [lenient(value, self._type, self._forgiven, refused) for value in values]
        return [one for one in made if one is not None], refused


def _concatenated(payload: bytes) -> list[object]:
    """Objects one behind the other; Garbled if any part isn't JSON."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        raise Garbled("bytes that are no text") from None
    made: list[object] = []
    at = _skip_blank(text, 0)
    while at < len(text):
        try:
            value, at = _SCANNER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise Garbled(f"broken JSON: {str(error)[:80]}") from None
        made.append(value)
        at = _skip_blank(text, at)
    return made


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


class Lines:
    """Complete lines out of pieces of a stream; one that is too long is passed over and counted."""

    def __init__(self, largest: int) -> None:
        self.oversized = 0
        self._largest = largest
        self._half: list[bytes] = []
        self._size = 0
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now, without empty ones: keepalives."""
        head, found, tail = data.rpartition(b"\n")
        lines: list[bytes] = []
        if found:
            lines = b"".join([*self._half, head]).split(b"\n")
            if self._skipping:
                del lines[0]
            self.restart()
        self._half.append(tail)
        self._size += len(tail)
        if self._size > self._largest:
            self.oversized += not self._skipping
            self._skipping = True
            self._half.clear()
            self._size = 0
        return [line for line in lines if line and not line.isspace()]

    def restart(self) -> None:
        """Forget half a line: its link is gone."""
        self._half.clear()
        self._size = 0
        self._skipping = False

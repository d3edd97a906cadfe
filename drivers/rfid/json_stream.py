"""JSON as readers send it: one object, an array, lines, or several objects one behind the other without a separator."""

import json
from typing import Final, Generic, TypeVar

import msgspec

from drivers.errors import Garbled

StructT = TypeVar("StructT")

_SCANNER: Final = json.JSONDecoder()
_BLANK: Final = " \t\r\n,"


class ObjectDecoder(Generic[StructT]):
    """Decodes a payload into a list of objects of one type; unknown fields are ignored, numbers may come as text."""

    def __init__(self, type_: type[StructT]) -> None:
        self._one = msgspec.json.Decoder(type_, strict=False)
        self._many = msgspec.json.Decoder(list[type_], strict=False)  # type: ignore[valid-type]
        self._type = type_

    def decode(self, payload: bytes) -> list[StructT]:
        """The objects of ``payload``; Garbled if any part of it isn't JSON of this kind. An empty one gives none."""
        try:
            if payload[:1] == b"[":
                return self._many.decode(payload)
            return [self._one.decode(payload)]
        except msgspec.ValidationError as error:
            raise Garbled(f"JSON of another kind: {error}") from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._decode_concatenated(payload)

    def _decode_concatenated(self, payload: bytes) -> list[StructT]:
        try:
            text = payload.decode("utf-8")
        except UnicodeDecodeError:
            raise Garbled("bytes that are no text") from None
        made: list[StructT] = []
        at = _skip_blank(text, 0)
        while at < len(text):
            try:
                value, at = _SCANNER.raw_decode(text, at)
                made.append(msgspec.convert(value, self._type, strict=False))
            except (json.JSONDecodeError, RecursionError, msgspec.ValidationError) as error:
                raise Garbled(f"broken JSON: {str(error)[:80]}") from None
            at = _skip_blank(text, at)
        return made


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at

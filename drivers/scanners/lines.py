"""The lines of a plain serial scanner: bytes in, codes out, no port in sight.

A scanner sends ``[prefix] [AIM id or label id] code terminator``. The AIM id is ``]`` + a letter for the symbology + a
modifier (``]C1`` GS1-128, ``]E0`` EAN-13, ``]Q3`` GS1 QR). Beside printable text a code may hold the separators
of GS1 and ISO 15434 messages (GS, RS, EOT). Whatever doesn't fit is given back as :class:`Noise`, never dropped
in silence and never glued to the next code.
"""

import re
from dataclasses import dataclass

from drivers.scanners.upc import upc_a_of

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_SEPARATORS = "\x1d\x1e\x04"


@dataclass(frozen=True, slots=True)
class Label:
    """A maker's own id of a symbology, sent before the code, and the AIM id that means the same."""

    text: str
    aim: str
    pattern: str = r".+"
    """what the code behind it must look like; a code that doesn't isn't labelled"""
    upc_e: bool = False


@dataclass(frozen=True, slots=True)
class LineFormat:
    """How a scanner is set up: bytes before each code, bytes that end one, label ids, the longest code in bytes."""

    prefix: bytes = b""
    terminators: bytes = b"\r\n\x03"
    longest: int = 4096
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """One barcode: its text without the AIM id, and that id (empty if none was sent)."""

    text: str
    aim: str = ""


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that aren't a code, and why."""

    data: bytes
    reason: str


class LineDecoder:
    """Takes whatever pieces arrive; gives each code once its terminator is there."""

    def __init__(self, form: LineFormat | None = None) -> None:
        self._form = form or LineFormat()
        self._ends = re.compile(b"[" + re.escape(self._form.terminators) + b"]")
        self._partial = b""
        self._skipping = False

    @property
    def partial(self) -> bool:
        """Whether the beginning of a code waits for its end."""
        return bool(self._partial) or self._skipping

    def feed(self, data: bytes) -> list[Code | Noise]:
        """Codes that ``data`` completes, in order."""
        *lines, self._partial = self._ends.split(self._partial + data)
        found: list[Code | Noise] = []
        for line in lines:
            if self._skipping:
                self._skipping = False
            elif line:
                found.extend(self._decode(line))
        if len(self._partial) > self._form.longest:
            if not self._skipping:
                found.append(Noise(self._partial[:64], "no end of line"))
            self._skipping = True
            self._partial = b""
        return found

    def abandon(self) -> list[Noise]:
        """Give up a code whose end never came, so that it isn't glued to the next one."""
        lost, self._partial = self._partial, b""
        self._skipping = False
        return [Noise(lost, "no end of line")] if lost else []

    def _decode(self, line: bytes) -> list[Code | Noise]:
        noise: list[Code | Noise] = []
        if self._form.prefix:
            before, prefix, rest = line.rpartition(self._form.prefix)
            if not prefix:
                return [Noise(line, "no prefix")]
            if before:
                noise.append(Noise(before, "before the prefix"))
            line = rest
        return [*noise, code_of(line, self._form)]


def code_of(line: bytes, form: LineFormat, aim: str = "") -> Code | Noise:
    """The code in bytes that hold nothing else; ``aim`` if the scanner told it apart from them."""
    if len(line) > form.longest:
        return Noise(line[:64], "too long")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return Noise(line, "not text")
    if not all(character.isprintable() or character in _SEPARATORS for character in text):
        return Noise(line, "control characters")
    code = Code(text, aim) if aim else _split(text, form.labels)
    return code if code.text else Noise(line, "empty code")


def _split(text: str, labels: tuple[Label, ...]) -> Code:
    aim = _AIM.match(text)
    if aim:
        return Code(text[3:], aim.group())
    for label in labels:
        rest = text.removeprefix(label.text)
        if rest != text and re.fullmatch(label.pattern, rest, re.DOTALL):
            return Code(upc_a_of(rest) if label.upc_e else rest, label.aim)
    return Code(text)


def encode(code: Code, form: LineFormat | None = None) -> bytes:
    """The bytes that a scanner sends for ``code``; ends with the first terminator."""
    form = form or LineFormat()
    return form.prefix + f"{code.aim}{code.text}".encode() + form.terminators[:1]

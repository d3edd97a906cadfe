"""What a ticket is made of, whatever prints or shows it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text."""

    text: str
    align: Literal["left", "center", "right"] = "left"
    bold: bool = False
    big: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Text at the left and text at the right of one line."""

    left: str
    right: str
    bold: bool = False
    big: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code."""

    data: str


@dataclass(frozen=True, slots=True)
class Code:
    """A Code 128 barcode with its text below."""

    data: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut the paper."""


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """Open the cash drawer."""


Block = Line | Columns | Rule | QrCode | Code | Cut | OpenDrawer

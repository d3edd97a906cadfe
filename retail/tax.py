"""Value added tax: rates, inclusive and exclusive prices, rounding per line and per document.

Tax is rounded half-up. Where prices include it, the base is the total minus the tax. Rounding per document
computes the tax of each rate once and shares it over the lines, so that the lines still sum to the document.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import Literal, NamedTuple

from retail.errors import Refused
from retail.facts import TaxTotal
from retail.money import divided, half_up
from retail.rows import Fields, Row

Rounding = Literal["line", "document"]


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A tax code of the feed: its rate in percent."""

    code: str
    rate: Decimal
    label: Mapping[str, str]
    version: int = 0

    @classmethod
    def from_row(cls, row: Row, version: int = 0) -> "TaxRule":
        """A row of the feed ``taxes``. Refused (``bad_row``) if the rate isn't between 0 and 100 %."""
        fields = Fields("taxes", row)
        code = fields.text("code")
        return cls(code, parse_rate(row.get("rate"), code), fields.labels("label"), version)


def parse_rate(value: object, subject: str = "") -> Decimal:
    """A rate in percent from its text. Refused (``bad_row``) outside 0 to 100 %."""
    try:
        rate = Decimal(str(value))
    except InvalidOperation as error:
        raise Refused("bad_row", f"{value!r} is not a rate", tax=subject) from error
    if not rate.is_finite() or not 0 <= rate <= 100:
        raise Refused("bad_row", f"{rate} % is not a possible rate", tax=subject)
    return rate


def rate_text(rate: Decimal) -> str:
    """A rate as facts write it: ``20``, ``5.5``; never an exponent or trailing zeros."""
    text = format(rate, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Split(NamedTuple):
    """An amount in its parts: ``gross == net + tax``."""

    net: int
    tax: int

    @property
    def gross(self) -> int:
        """What is paid."""
        return self.net + self.tax


class Taxed(NamedTuple):
    """What a line puts into the tax calculation: an amount, with tax in it or not, at a rate."""

    amount: int
    rate: Decimal


@lru_cache(maxsize=64)
def _ratio(rate: Decimal, inclusive: bool) -> tuple[int, int]:
    """The tax in or on an amount as a fraction of it."""
    top, bottom = rate.as_integer_ratio()
    return (top, 100 * bottom + top) if inclusive else (top, 100 * bottom)


def raw_tax(amount: int, rate: Decimal, *, inclusive: bool) -> Fraction:
    """The exact tax in or on an amount."""
    return amount * Fraction(*_ratio(rate, inclusive))


def split(amount: int, rate: Decimal, *, inclusive: bool) -> Split:
    """Net and tax of one amount."""
    top, bottom = _ratio(rate, inclusive)
    tax = divided(amount * top, bottom)
    return Split(amount - tax, tax) if inclusive else Split(amount, tax)


def split_lines(lines: Sequence[Taxed], *, inclusive: bool, rounding: Rounding = "line") -> list[Split]:
    """Net and tax of every line of a document, in order."""
    if rounding == "line":
        return [split(line.amount, line.rate, inclusive=inclusive) for line in lines]
    taxes = [0] * len(lines)
    by_rate: dict[Decimal, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        by_rate[line.rate].append(i)
    for members in by_rate.values():
        for i, tax in zip(members, _shared_tax([lines[i] for i in members], inclusive), strict=True):
            taxes[i] = tax
    return [Split(line.amount - tax if inclusive else line.amount, tax) for line, tax in zip(lines, taxes, strict=True)]


def _shared_tax(lines: Sequence[Taxed], inclusive: bool) -> list[int]:
    """The tax of one rate's sum, shared over its lines by largest remainder; signs may be mixed."""
    raw = [raw_tax(line.amount, line.rate, inclusive=inclusive) for line in lines]
    parts = [floor(tax) for tax in raw]
    odd = half_up(sum(raw, Fraction(0))) - sum(parts)
    by_remainder = sorted(range(len(raw)), key=lambda i: (parts[i] - raw[i], i))
    for i in by_remainder[:odd]:
        parts[i] += 1
    return parts


def totals_by_rate(lines: Sequence[tuple[Decimal, Split]]) -> tuple[TaxTotal, ...]:
    """A document's totals per rate, highest rate first."""
    sums: dict[Decimal, list[int]] = defaultdict(lambda: [0, 0])
    for rate, parts in lines:
        sums[rate][0] += parts.net
        sums[rate][1] += parts.tax
    return tuple(
        TaxTotal(rate=rate_text(rate), net_minor=net, tax_minor=tax, gross_minor=net + tax)
        for rate, (net, tax) in sorted(sums.items(), reverse=True)
    )

"""Amounts as whole minor units of a currency, shared out without losing a cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from babel.numbers import (
    NumberFormatError,
    format_currency,
    format_decimal,
    get_currency_precision,
    get_decimal_symbol,
    parse_decimal,
)

from retail.errors import Impossible, Refused


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency; two currencies never meet in one sum."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise Impossible(f"{self.currency} and {other.currency} in one sum")
        return other.minor


@dataclass(frozen=True, slots=True)
class CashRounding:
    """The smallest amount that cash can pay: sums are rounded half-up to it, on cash only.

    With ``exact_allowed`` smaller coins stay legal tender: who has the exact sum may pay it.
    """

    increment_minor: int = 1
    exact_allowed: bool = False


EXACT = CashRounding()
"""cash pays to the cent"""

CASH_ROUNDING: dict[str, CashRounding] = {
    "BE": CashRounding(5),
    "CH": CashRounding(5),
    "DK": CashRounding(50),
    "EE": CashRounding(5, exact_allowed=True),
    "FI": CashRounding(5, exact_allowed=True),
    "IE": CashRounding(5, exact_allowed=True),
    "IT": CashRounding(5),
    "NL": CashRounding(5, exact_allowed=True),
    "NO": CashRounding(100),
    "SE": CashRounding(100),
    "SK": CashRounding(5, exact_allowed=True),
}
"""By country; a country that isn't named (France among them) pays cash to the cent."""


def cash_rounding(country: str) -> CashRounding:
    """How a country rounds cash."""
    return CASH_ROUNDING.get(country, EXACT)


def half_up(value: Decimal | Fraction) -> int:
    """The nearest whole number; halves go away from zero, so that a refund mirrors its sale."""
    if isinstance(value, Decimal):
        return int(value.quantize(Decimal(1), ROUND_HALF_UP))
    return divided(value.numerator, value.denominator)


def divided(amount: int, by: int) -> int:
    """``amount / by``, half-up; ``by`` is above zero. Whole numbers only, since every line goes through here."""
    size, rest = divmod(abs(amount), by)
    if 2 * rest >= by:
        size += 1
    return size if amount >= 0 else -size


def share(amount: int, part: int, whole: int) -> int:
    """``amount * part / whole``, half-up; ``whole`` is above zero."""
    return divided(amount * part, whole)


def round_cash(minor: int, rounding: CashRounding) -> int:
    """The amount that cash pays for ``minor``."""
    step = rounding.increment_minor
    return divided(minor, step) * step


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Share ``total`` in proportion to ``weights`` (none negative) so that the parts sum to it exactly.

    Largest remainders get the odd units, the earlier part first among equals. If all weights are zero,
    the shares are equal; no weights at all can only share zero.
    """
    if not weights:
        if total:
            raise Impossible(f"{total} can't be shared among nobody")
        return []
    if min(weights) < 0:
        raise Impossible("a weight is negative")
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    sign, size = (-1, -total) if total < 0 else (1, total)
    parts = [size * weight // whole for weight in weights]
    odd = size - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for i in by_remainder[:odd]:
        parts[i] += 1
    return [sign * part for part in parts]


def precision(currency: str) -> int:
    """How many decimals a currency has."""
    return get_currency_precision(currency)


def to_decimal(minor: int, currency: str) -> Decimal:
    """An amount in major units, with the currency's decimals."""
    return Decimal(minor).scaleb(-precision(currency))


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount in major units as minor units. Refused (``too_precise``) if it isn't a whole number of them."""
    scaled = amount.scaleb(precision(currency))
    if scaled != scaled.to_integral_value():
        raise Refused("too_precise", f"{amount} has more decimals than {currency} has")
    return int(scaled)


def parse_amount(text: str, currency: str, locale: str) -> int:
    """What a person typed, such as ``12,50`` in French; the number pad's point is taken as a comma there.

    Refused: ``not_an_amount``, ``too_precise``.
    """
    typed = "".join(text.split())
    if "," not in typed and get_decimal_symbol(locale) == ",":
        typed = typed.replace(".", ",")
    try:
        amount = parse_decimal(typed, locale)
    except (NumberFormatError, InvalidOperation) as error:
        raise Refused("not_an_amount", f"{text!r} is not an amount") from error
    return to_minor(amount, currency)


def show(minor: int, currency: str, locale: str) -> str:
    """An amount for people: ``1 234,50 €`` in French."""
    return format_currency(to_decimal(minor, currency), currency, locale=locale)


def show_plain(minor: int, currency: str, locale: str) -> str:
    """An amount for people without the currency's sign."""
    decimals = precision(currency)
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    return format_decimal(to_decimal(minor, currency), format=pattern, locale=locale)

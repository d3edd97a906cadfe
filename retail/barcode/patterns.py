"""Codes of a shop's own that carry a price or a weight: which digits mean what is a setting.

There is no national rule in France, so that patterns are data, with a table of what scales are commonly set to. A mask
describes 13 digits. A digit stands for itself and ``.`` for any digit; the value stands in braces, ``N`` for a digit
before and ``D`` for one behind the decimal point; ``V`` before the braces is the check digit of the value (GS1 General
Specifications, 7.9.2 to 7.9.4). The last digit is the check digit of the code.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from biip.checksums import gs1_price_weight_check_digit, gs1_standard_check_digit

from retail.errors import Refused

_MASK = re.compile(r"(?P<head>[0-9.]*)(?P<check>V?)\{(?P<value>N*D*)\}(?P<tail>[0-9.]*\.)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of in-store code, such as ``21.....{NNDDD}.``: a price in the currency's units, a weight in kg."""

    kind: Literal["price", "weight"]
    mask: str

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        """Read a setting, ``weight 21.....{NNDDD}.``; refused (bad_pattern) when it is none."""
        kind, _, mask = text.strip().partition(" ")
        if kind not in ("price", "weight"):
            raise Refused("bad_pattern", f"{text!r} begins with neither price nor weight")
        _compiled(mask.strip())
        return cls("price" if kind == "price" else "weight", mask.strip())

    def split(self, code: str) -> tuple[str, Decimal] | None:
        """The code with its value zeroed and its check digit made right again, and the value; else nothing."""
        form, figures, checked = _compiled(self.mask)
        found = form.fullmatch(code)
        if found is None:
            return None
        value = found["value"]
        if checked and gs1_price_weight_check_digit(value) != int(found["check"]):
            return None
        base = f"{found['head']}{'0' * (len(value) + len(found['check']))}{found['tail']}"[:-1]
        return f"{base}{gs1_standard_check_digit(base)}", Decimal(value).scaleb(-figures.count("D"))


@lru_cache(maxsize=256)
def _compiled(mask: str) -> tuple[re.Pattern[str], str, bool]:
    """The expression of a mask, its figures, and whether they have a check digit of their own."""
    found = _MASK.fullmatch(mask)
    if found is None or not found["value"] or len(mask) - 2 != 13:
        raise Refused("bad_pattern", f"{mask!r} is not a pattern of 13 digits with one value")
    if found["check"] and len(found["value"]) not in (4, 5):
        raise Refused("bad_pattern", f"{mask!r}: a value with a check digit has 4 or 5 digits")
    head, tail = (found[part].replace(".", "[0-9]") for part in ("head", "tail"))
    check = "[0-9]" if found["check"] else ""
    form = f"(?P<head>{head})(?P<check>{check})(?P<value>[0-9]{{{len(found['value'])}}})(?P<tail>{tail})"
    return re.compile(form), found["value"], bool(check)


def patterns(settings: Iterable[str]) -> tuple[Pattern, ...]:
    """The patterns of a list of settings; the first that fits a code is used."""
    return tuple(Pattern.parse(text) for text in settings)


FRANCE: tuple[Pattern, ...] = patterns(
    (
        "weight 21.....{NNDDD}.",
        "price 23.....{NNNDD}.",
        "price 02.....{NNNDD}.",
    )
)
"""Weight in kilograms under 21, price in euros under 23 and 02: what scales are commonly set to."""

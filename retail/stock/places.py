"""Where goods can be: physical places of the store, and the virtual ones that make every article sum to zero."""

from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from retail.facts.store import Condition, Location, Place

Grade = Literal["A", "B", "C", "D"]


class At(NamedTuple):
    """A location and a condition: the key of a balance, cheap to hash."""

    location: Location
    condition: Condition = "sellable"

    @property
    def text(self) -> str:
        """``location/condition``, as rows write it."""
        return f"{self.location}/{self.condition}"

    @classmethod
    def parse(cls, text: str) -> "At":
        """Read ``location/condition``; ValueError when either isn't one of ours."""
        return _parsed(text)


@lru_cache(maxsize=256)
def _parsed(text: str) -> At:
    location, _, condition = text.partition("/")
    if location not in get_args(Location) or condition not in get_args(Condition):
        raise ValueError(f"not a place: {text!r}")
    return At(location, condition)  # type: ignore[arg-type]  # both were just checked


VIRTUAL: frozenset[Location] = frozenset({"supplier", "customer", "transit", "shrink", "scrap"})
PHYSICAL: frozenset[Location] = frozenset({"salesfloor", "stockroom", "staging", "packing", "returns", "quarantine"})
SELLABLE_AT: frozenset[Location] = frozenset({"salesfloor", "stockroom", "staging", "packing"})

FLOOR = At("salesfloor")
BACK = At("stockroom")
STAGING = At("staging")
SUPPLIER = At("supplier")
CUSTOMER = At("customer")
SHRINK = At("shrink")

GRADED: dict[Grade, At] = {
    "A": BACK,
    "B": At("returns", "b_grade"),
    "C": At("quarantine", "damaged"),
    "D": At("staging", "unchecked"),
}
"""Where a returned item goes: sellable, open box, damaged, not ranged here (waits for its transfer)."""


def at(place: Place) -> At:
    """Return the key of a fact's place."""
    return At(place.location, place.condition)


@lru_cache(maxsize=256)
def place(key: At) -> Place:
    """Return the fact's form of a key."""
    return Place(location=key.location, condition=key.condition)


def is_sellable(key: At) -> bool:
    """Say whether goods there count as sellable."""
    return key.condition == "sellable" and key.location in SELLABLE_AT

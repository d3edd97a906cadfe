"""Transfers between stores, and receiving against an advance shipping notice (ASN)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from retail.transitions import Table, Transition

TRANSFER = Table(
    "transfer",
    "draft",
    (
        Transition("pack", ("draft",), "packed", "associate"),
        Transition("unpack", ("packed",), "draft", "associate"),
        Transition("ship", ("packed",), "shipped", "associate"),
        Transition("receive", ("shipped",), "received", "associate"),
        Transition("report", ("received",), "discrepancy", "associate"),
        Transition("settle", ("discrepancy",), "closed", "manager"),
        Transition("close", ("received",), "closed", "associate"),
        Transition("cancel", ("draft", "packed"), "cancelled", "associate"),
    ),
)


class Discrepancy(NamedTuple):
    """What a delivery differs in: announced units that didn't come, units that weren't announced, quantities."""

    missing: tuple[str, ...]
    unannounced: tuple[str, ...]
    quantities: tuple[tuple[str, int, int], ...]
    """(gtin, announced, received)"""

    @property
    def none(self) -> bool:
        """The delivery is as announced."""
        return not any(self)


def against_notice(
    announced_units: Iterable[str],
    read_units: Iterable[str],
    announced: Mapping[str, int],
    counted: Mapping[str, int],
) -> Discrepancy:
    """Compare a delivery with its notice; quantities are of goods without tags, by GTIN."""
    expected, read = set(announced_units), set(read_units)
    quantities = tuple(
        (gtin, announced.get(gtin, 0), counted.get(gtin, 0))
        for gtin in sorted(announced.keys() | counted.keys())
        if announced.get(gtin, 0) != counted.get(gtin, 0)
    )
    return Discrepancy(tuple(sorted(expected - read)), tuple(sorted(read - expected)), quantities)


def by_article(units: Iterable[str]) -> dict[str, int]:
    """Count unit keys by GTIN."""
    return dict(Counter(unit[:14] for unit in units))

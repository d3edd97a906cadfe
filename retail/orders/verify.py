"""Is what lies in the tote exactly what was picked for the order? Set equality by RFID, counts for untagged goods."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from retail.errors import Refused


class VerifyReason(StrEnum):
    """Why a tote isn't accepted; the first that applies."""

    FOREIGN = "foreign"
    MISSING = "missing"
    EXTRA = "extra"
    MISCOUNTED = "miscounted"


class Verification(NamedTuple):
    """The difference between picked and read; all empty when they are equal.

    ``missing`` was picked and isn't read, ``foreign`` is read and belongs to another order, ``extra`` is read and
    belongs to none. ``miscounted`` has (gtin, expected, counted) of goods without tags.
    """

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    foreign: tuple[tuple[str, str], ...]
    miscounted: tuple[tuple[str, int, int], ...]

    @property
    def equal(self) -> bool:
        """Nothing missing, nothing extra, nothing of the neighbour's order."""
        return not any(self)


def compare(
    order: str,
    picked: Iterable[str],
    read: Iterable[str],
    bound: Mapping[str, tuple[str, str]],
    expected: Mapping[str, int] | None = None,
    counted: Mapping[str, int] | None = None,
) -> Verification:
    """Compare an order's picked units with the units read.

    ``bound`` says which (order, line) a unit is picked for; ``expected`` and ``counted`` are quantities by GTIN of
    goods without tags.
    """
    wanted, seen = set(picked), set(read)
    others = seen - wanted
    foreign = {unit: bound[unit][0] for unit in others if unit in bound and bound[unit][0] != order}
    expected, counted = expected or {}, counted or {}
    miscounted = tuple(
        (gtin, expected.get(gtin, 0), counted.get(gtin, 0))
        for gtin in sorted(expected.keys() | counted.keys())
        if expected.get(gtin, 0) != counted.get(gtin, 0)
    )
    return Verification(
        missing=tuple(sorted(wanted - seen)),
        extra=tuple(sorted(others - foreign.keys())),
        foreign=tuple(sorted(foreign.items())),
        miscounted=miscounted,
    )


def require_equal(found: Verification) -> None:
    """Raise :class:`Refused` with the differences in its details unless the tote is right."""
    if found.equal:
        return
    reason, text = _first(found)
    raise Refused(
        reason,
        text,
        missing=found.missing,
        extra=found.extra,
        foreign=found.foreign,
        miscounted=found.miscounted,
    )


def _first(found: Verification) -> tuple[VerifyReason, str]:
    if found.foreign:
        unit, order = found.foreign[0]
        return VerifyReason.FOREIGN, f"{unit} belongs to order {order}"
    if found.missing:
        return VerifyReason.MISSING, f"{len(found.missing)} picked units aren't here: {found.missing[0]}"
    if found.extra:
        return VerifyReason.EXTRA, f"{len(found.extra)} units too many: {found.extra[0]}"
    gtin, expected, counted = found.miscounted[0]
    return VerifyReason.MISCOUNTED, f"{counted} of {gtin} counted, {expected} picked"

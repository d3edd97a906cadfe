"""Ship from store: packed in parcels, labelled, on the carrier's list, handed to the driver."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from retail.errors import Refused
from retail.orders.fulfilment import CORE
from retail.transitions import Table, Transition, joined

SHIP = joined(
    "shipping",
    CORE,
    Table(
        "shipping only",
        "verified",
        (
            Transition("pack", ("verified",), "packed", "associate"),
            Transition("unpack", ("packed",), "verified", "associate"),
            Transition("label", ("packed",), "labelled", "system"),
            Transition("void_label", ("labelled",), "packed", "associate"),
            Transition("manifest", ("labelled",), "manifested", "associate"),
            Transition("handover_carrier", ("manifested",), "handed_over", "associate"),
            Transition("pull_back", ("manifested",), "restocking", "manager"),
            Transition("cancel", ("packed", "labelled"), "restocking", "associate"),
        ),
    ),
)

TOLERANCE_PERCENT = 10
"""how far a parcel's weight may be from the sum of its items"""


class ParcelReason(StrEnum):
    """Why parcels aren't right."""

    UNPACKED = "unpacked"
    PACKED_TWICE = "packed_twice"
    NOT_OF_ORDER = "not_of_order"
    WEIGHT = "weight"


def check_parcels(units: Iterable[str], parcels: Mapping[str, Sequence[str]]) -> None:
    """Refuse unless each unit of the order lies in exactly one parcel; ``parcels`` is SSCC or name -> units."""
    wanted = set(units)
    packed: dict[str, str] = {}
    for parcel, content in parcels.items():
        for unit in content:
            if unit in packed:
                text = f"{unit} is in parcels {packed[unit]} and {parcel}"
                raise Refused(ParcelReason.PACKED_TWICE, text, unit=unit)
            packed[unit] = parcel
    if foreign := packed.keys() - wanted:
        raise Refused(ParcelReason.NOT_OF_ORDER, f"{min(foreign)} isn't of this order", units=tuple(sorted(foreign)))
    if left := wanted - packed.keys():
        raise Refused(ParcelReason.UNPACKED, f"{len(left)} units are in no parcel", units=tuple(sorted(left)))


def check_weight(expected_g: int, weighed_g: int) -> None:
    """Refuse a parcel whose weight (grams) is too far from what its items weigh."""
    if abs(weighed_g - expected_g) * 100 > expected_g * TOLERANCE_PERCENT:
        raise Refused(ParcelReason.WEIGHT, f"the parcel weighs {weighed_g} g, its items {expected_g} g")

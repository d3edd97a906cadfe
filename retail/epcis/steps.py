"""What a movement is in the words of CBV 2.0: the business step, and the disposition of the goods after it.

=====================================  ==================  ==========================================
movement                               step                disposition
=====================================  ==================  ==========================================
goods come in                          receiving           in_progress
stock at the start                     stock_taking        by place
to the salesfloor, to the stockroom    stocking, storing   sellable_accessible, sellable_not_accessible
into a packing place, into a bin       packing,            in_progress, reserved
                                       staging_outbound
sold at the till, handed over          retail_selling      retail_sold
sent away                              shipping            in_transit
taken back from a customer             receiving           returned
graded as less than new                inspecting          damaged, non_sellable_other
found or moved by a count              cycle_counting      by place
missing after a count                  cycle_counting      unknown
thrown away                            destroying          disposed
=====================================  ==================  ==========================================
"""

from typing import NamedTuple

from retail.facts import Place
from retail.stock.places import PHYSICAL

_BY_LOCATION = {
    "salesfloor": "sellable_accessible", "stockroom": "sellable_not_accessible", "staging": "reserved",
    "packing": "in_progress", "returns": "returned", "quarantine": "non_sellable_other", "supplier": "in_transit",
    "customer": "retail_sold", "transit": "in_transit", "shrink": "unknown", "scrap": "disposed",
}  # fmt: skip
_BY_CONDITION = {"damaged": "damaged", "b_grade": "non_sellable_other"}
_STEP_INTO = {
    "salesfloor": "stocking", "stockroom": "storing", "staging": "staging_outbound", "packing": "packing",
    "returns": "holding", "quarantine": "holding", "supplier": "shipping", "customer": "retail_selling",
    "transit": "shipping", "shrink": "cycle_counting", "scrap": "destroying",
}  # fmt: skip
_BY_REASON = {
    "opening": "stock_taking", "received": "receiving", "count": "cycle_counting", "found": "cycle_counting",
    "shipped": "shipping", "corrected": "inspecting",
}  # fmt: skip
_LEAVING = frozenset({"sold", "handed_over", "shipped"})


class Seen(NamedTuple):
    """One kind of event: where it was observed, and where the goods are since (empty: not with us)."""

    step: str
    disposition: str
    read_at: str
    now_at: str


def step_of(reason: str, src: Place, dst: Place) -> Seen | None:
    """What a move is as an observation; None when nothing was moved but a number in the book.

    Only numbers move when a unit is found to be one that a sale by barcode took: ``unit.resolved`` says that.
    """
    here = dst.location in PHYSICAL
    if dst.location == "customer" and reason not in _LEAVING:
        return None
    came_back = reason == "returned" and dst.location == "returns"
    if src.location == "customer" and not came_back and reason != "corrected":
        return None
    if reason == "corrected" and not here:
        return None
    read_at = dst.location if here or src.location not in PHYSICAL else src.location
    return Seen(
        _step(reason, src, dst), _disposition(reason, dst), read_at if read_at in PHYSICAL else "",
        dst.location if here else "",
    )  # fmt: skip


def disposition_at(place: Place) -> str:
    """The disposition of goods that lie at a place."""
    return _BY_CONDITION.get(place.condition, _BY_LOCATION[place.location])


def _step(reason: str, src: Place, dst: Place) -> str:
    if reason == "returned" and src.location == "customer":
        return "receiving"
    if dst.condition in _BY_CONDITION and reason in ("returned", "graded"):
        return "inspecting"
    if dst.location in ("scrap", "supplier"):
        return _STEP_INTO[dst.location]
    return _BY_REASON.get(reason, _STEP_INTO[dst.location])


def _disposition(reason: str, dst: Place) -> str:
    if reason == "received":
        return "in_progress"
    if reason == "shipped":
        return "in_transit"
    return disposition_at(dst)

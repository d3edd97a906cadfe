"""The four axes of an order, worked out from what its stores did and what was paid and given back."""

from collections.abc import Sequence
from typing import NamedTuple

WORK = (
    "unrouted", "assigned", "accepted", "picking", "picked", "verified", "staged", "ready", "handed_over",
    "restocked", "rejected",
)  # fmt: skip
"""How far a store's work is, in order; an order is as far as its slowest part."""

STEPS = {
    "order.accepted": "accepted",
    "order.pick_started": "picking",
    "order.picked": "picked",
    "order.verified": "verified",
    "order.staged": "staged",
    "order.ready": "ready",
    "order.restocked": "restocked",
    "order.rejected": "rejected",
}
"""What an agent's fact says of the work at its store."""


class StoreWork(NamedTuple):
    """One store's part: the agent's last step, whether units are bound, whether the till handed goods over."""

    work: str
    bound: bool
    handed_over: bool


def work_axis(stores: Sequence[StoreWork], unrouted: bool, cancelled: bool) -> str:
    """The order's work: its slowest part's; ``cancelled`` once everything that was asked back is back."""
    standing = ["handed_over" if one.handed_over else one.work for one in stores]
    doing = [work for work in standing if work not in ("rejected", "restocked")]
    if cancelled and not doing:
        return "cancelled"
    if unrouted:
        doing.append("unrouted")
    if not doing:
        return "restocked" if "restocked" in standing else "unrouted"
    return min(doing, key=WORK.index)


def stock_axis(stores: Sequence[StoreWork]) -> str:
    """What the goods are doing: none, reserved, bound, partly_left, left, released."""
    active = [one for one in stores if one.handed_over or one.work not in ("rejected", "restocked")]
    if not active:
        return "released" if stores else "none"
    gone = [one.handed_over for one in active]
    if any(gone):
        return "left" if all(gone) else "partly_left"
    return "bound" if any(one.bound for one in active) else "reserved"


def money_axis(paid_minor: int, refunds: Sequence[tuple[str, int]]) -> str:
    """What the money is doing; ``refunds`` are (state, minor). A request not settled yet comes first."""
    if any(state == "requested" for state, _ in refunds):
        return "refund_requested"
    settled = sum(minor for state, minor in refunds if state == "settled")
    if settled == 0:
        return "paid" if paid_minor > 0 else "unpaid"
    return "refunded" if settled >= paid_minor else "partly_refunded"


def carrier_axis(method: str) -> str:
    """What the carrier is doing: nothing for a pickup; a parcel waits for its label."""
    return "none" if method == "pickup" else "pending"

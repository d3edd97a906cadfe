"""Pickup in the store (BOPIS): staged in a bin, ready for the customer, handed over; curbside as an overlay."""

from retail.orders.fulfilment import CORE
from retail.transitions import Table, Transition, joined

DAY_MS = 86_400_000
HOLD_DAYS = 3

_IN_THE_STORE = ("staged", "ready", "releasable")

PICKUP = joined(
    "pickup",
    CORE,
    Table(
        "pickup only",
        "verified",
        (
            Transition("stage", ("verified", "staged"), "staged", "associate"),
            Transition("ready", ("staged",), "ready", "system"),
            Transition("check_in", ("ready",), "ready", "customer"),
            Transition("id_ok", ("ready",), "releasable", "associate"),
            Transition("pay_due", ("releasable",), "releasable", "till"),
            Transition("handover", ("ready", "releasable"), "handed_over", "till"),
            Transition("partial_handover", ("ready", "releasable"), "ready", "till"),
            Transition("extend", ("ready",), "ready", "customer"),
            Transition("expire", ("ready",), "expired", "timer"),
            Transition("resume", ("expired",), "ready", "manager"),
            Transition("cancel", _IN_THE_STORE, "restocking", "associate"),
            Transition("restock", ("expired",), "closed", "associate"),
            # the goods are gone, whatever the agent had on file: a till handed them over while it was alone
            Transition("handed_over_alone", ("verified", "staged", "expired", "restocking"), "handed_over", "till"),
        ),
    ),
)

CURBSIDE = Table(
    "curbside",
    "en_route",
    (
        Transition("arrive", ("en_route",), "at_bay", "customer"),
        Transition("bring", ("at_bay",), "bringing", "associate"),
        Transition("hand_over", ("bringing",), "handed_over", "till"),
        Transition("abort", ("en_route", "at_bay", "bringing"), "aborted", "associate"),
    ),
)
"""Runs beside a pickup that is ready; aborting leaves the pickup as it was."""


def hold_until(ready_at: int, days: int = HOLD_DAYS) -> int:
    """Return until when a ready order is kept, ms UTC."""
    return ready_at + days * DAY_MS


def reminder_at(ready_at: int) -> int:
    """Return when to remind the customer, ms UTC."""
    return ready_at + DAY_MS

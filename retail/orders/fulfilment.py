"""The shared core of all order workflows: from assigned to verified, on four axes that never become one status.

**Work** is what people do with the order, **stock** what its goods do, **money** its payment, **carrier** its parcel.
A refund never moves goods, goods never move money.
"""

from retail.transitions import Table, Transition

OPEN_FOR_CANCEL = ("assigned", "on_hold", "accepted", "picking", "picked", "verified")

CORE = Table(
    "fulfilment",
    "assigned",
    (
        Transition("hold", ("assigned", "accepted"), "on_hold", "centre"),
        Transition("unhold", ("on_hold",), "assigned", "centre"),
        Transition("accept", ("assigned",), "accepted", "associate"),
        Transition("reject", ("assigned", "accepted", "on_hold"), "rejected", "associate"),
        Transition("reoffer", ("assigned",), "rerouted", "timer"),
        Transition("start_pick", ("accepted", "picking"), "picking", "associate"),
        Transition("finish_pick", ("picking",), "picked", "system"),
        Transition("all_short", ("picking",), "rejected", "system"),
        Transition("unpick", ("picking", "picked", "verified"), "picking", "associate"),
        Transition("verify", ("picked",), "verified", "associate"),
        Transition("cancel", OPEN_FOR_CANCEL, "restocking", "associate"),
        Transition("restock", ("restocking",), "closed", "associate"),
    ),
)
"""Work, for every method. Starting to pick again is taking over from a colleague."""

CANCEL = Table(
    "cancel",
    "none",
    (
        Transition("cancel_request", ("none",), "requested", "centre"),
        Transition("cancel_accept", ("requested",), "accepted", "associate"),
        Transition("cancel_refuse", ("requested",), "none", "associate"),
    ),
)
"""A request to cancel waits beside the work until somebody in the store answers it."""

LINE = Table(
    "order line",
    "todo",
    (
        Transition("found", ("todo",), "found", "associate"),
        Transition("short", ("todo",), "short", "associate"),
        Transition("substitute", ("todo", "short"), "substituted", "associate"),
        Transition("unpick", ("found", "substituted"), "todo", "associate"),
    ),
)
"""One wanted piece of a line."""

STOCK = Table(
    "stock",
    "reserved",
    (
        Transition("bind", ("reserved", "bound"), "bound", "associate"),
        Transition("unbind", ("bound",), "reserved", "associate"),
        Transition("stage", ("reserved", "bound"), "staged", "associate"),
        Transition("restage", ("staged",), "bound", "associate"),
        Transition("leave", ("reserved", "bound", "staged"), "gone", "till"),
        Transition("release", ("reserved", "bound", "staged"), "released", "associate"),
        Transition("come_back", ("gone",), "returned", "till"),
    ),
)
"""What an order's goods do. They leave the stock at the handover, not earlier."""

MONEY = Table(
    "money",
    "unpaid",
    (
        Transition("authorise", ("unpaid",), "authorised", "centre"),
        Transition("pay", ("unpaid", "authorised"), "paid", "centre"),
        Transition("void", ("unpaid", "authorised"), "void", "centre"),
        Transition("ask_refund", ("paid", "refunded_in_part", "refund_failed"), "refund_asked", "till"),
        Transition("ask_more", ("refund_asked",), "refund_asked", "till"),
        Transition("refund_part", ("refund_asked",), "refunded_in_part", "centre"),
        Transition("refund", ("refund_asked",), "refunded", "centre"),
        Transition("refund_fails", ("refund_asked",), "refund_failed", "centre"),
    ),
)
"""An order's payment, settled by whoever took it."""

CARRIER = Table(
    "carrier",
    "none",
    (
        Transition("announce", ("none",), "pre_transit", "carrier"),
        Transition("collect", ("none", "pre_transit"), "in_transit", "carrier"),
        Transition("out", ("in_transit", "failure"), "out_for_delivery", "carrier"),
        Transition("deliver", ("in_transit", "out_for_delivery"), "delivered", "carrier"),
        Transition("fail", ("in_transit", "out_for_delivery"), "failure", "carrier"),
        Transition("send_back", ("in_transit", "out_for_delivery", "failure"), "return_to_sender", "carrier"),
    ),
)
"""A parcel's way."""

"""Same-day delivery: packed in the store, brought by a courier, back to the shelf when it fails."""

from retail.orders.fulfilment import CORE
from retail.transitions import Table, Transition, joined

COURIER_PATIENCE_MS = 15 * 60_000
"""how long a courier is waited for before the next one is asked"""

DELIVERY = joined(
    "delivery",
    CORE,
    Table(
        "delivery only",
        "verified",
        (
            Transition("pack", ("verified",), "packed", "associate"),
            Transition("ask_courier", ("packed", "courier_asked"), "courier_asked", "system"),
            Transition("assign_courier", ("courier_asked",), "courier_assigned", "carrier"),
            Transition("lose_courier", ("courier_assigned",), "courier_asked", "carrier"),
            Transition("handover", ("courier_assigned",), "handed_over", "associate"),
            Transition("leave", ("handed_over",), "out_for_delivery", "carrier"),
            Transition("deliver", ("out_for_delivery",), "delivered", "carrier"),
            Transition("fail", ("out_for_delivery",), "failed", "carrier"),
            Transition("bring_back", ("failed",), "restocking", "carrier"),
            Transition("cancel", ("packed", "courier_asked", "courier_assigned"), "restocking", "associate"),
        ),
    ),
)

"""Reserve and try: goods kept for a customer who hasn't paid, found first, then held in a bin."""

from retail.transitions import Table, Transition

RESERVE = Table(
    "reserve",
    "requested",
    (
        Transition("confirm", ("requested",), "confirmed", "associate"),
        Transition("not_found", ("requested",), "not_found", "associate"),
        Transition("hold", ("confirmed",), "held", "associate"),
        Transition("arrive", ("held",), "arrived", "customer"),
        Transition("purchase", ("held", "arrived"), "purchased", "till"),
        Transition("decline", ("arrived",), "restocking", "associate"),
        Transition("cancel", ("requested", "confirmed", "held"), "restocking", "customer"),
        Transition("expire", ("confirmed", "held"), "restocking", "timer"),
        Transition("restock", ("restocking",), "closed", "associate"),
    ),
)

"""Order workflows: one core of fulfilment, and what pickup, shipping, returns and transfers add to it."""

from retail.orders.delivery import DELIVERY
from retail.orders.fulfilment import CANCEL, CARRIER, CORE, LINE, MONEY, STOCK
from retail.orders.order import WORK, Order, OrderLine, fold_order
from retail.orders.pickup import CURBSIDE, PICKUP, hold_until, reminder_at
from retail.orders.pickup_code import CodeReason, PickupCode, looks_like_code, make_code, read_code
from retail.orders.reserve import RESERVE
from retail.orders.returns import REFUND, RETURN, Claim, Claims, ReturnReason, SoldItem, claim
from retail.orders.shipping import SHIP
from retail.orders.transfer import TRANSFER
from retail.orders.verify import Verification, VerifyReason, compare, require_equal
from retail.orders.waves import WAVE, Stop, Waiting, Wanted, build_wave, walk_order

TABLES = (
    CORE, CANCEL, LINE, STOCK, MONEY, CARRIER, PICKUP, CURBSIDE, SHIP, DELIVERY, RESERVE, RETURN, REFUND,
    TRANSFER, WAVE,
)  # fmt: skip
"""every workflow, for tests and diagrams"""

__all__ = [
    "CANCEL",
    "CARRIER",
    "CORE",
    "CURBSIDE",
    "DELIVERY",
    "LINE",
    "MONEY",
    "PICKUP",
    "REFUND",
    "RESERVE",
    "RETURN",
    "SHIP",
    "STOCK",
    "TABLES",
    "TRANSFER",
    "WAVE",
    "WORK",
    "Claim",
    "Claims",
    "CodeReason",
    "Order",
    "OrderLine",
    "PickupCode",
    "ReturnReason",
    "SoldItem",
    "Stop",
    "Verification",
    "VerifyReason",
    "Waiting",
    "Wanted",
    "build_wave",
    "claim",
    "compare",
    "fold_order",
    "hold_until",
    "looks_like_code",
    "make_code",
    "read_code",
    "reminder_at",
    "require_equal",
    "walk_order",
]

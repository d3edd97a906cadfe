"""Order workflows: one core of fulfilment, and what pickup, shipping, returns and transfers add to it."""

from retail.orders.pickup_code import CodeReason, PickupCode, looks_like_code, make_code, read_code
from retail.orders.verify import Verification, VerifyReason, compare, require_equal

__all__ = [
    "CodeReason",
    "PickupCode",
    "Verification",
    "VerifyReason",
    "compare",
    "looks_like_code",
    "make_code",
    "read_code",
    "require_equal",
]

"""Names of the screens and of the work areas."""

from enum import StrEnum


class ScreenName(StrEnum):
    """Every screen of the window. The value is the name in pictures, settings and tests."""

    SIGN_IN = "sign_in"
    TILL = "till"
    TENDER = "tender"
    CARD = "card"
    DONE = "done"
    SEARCH = "search"
    RETURNS = "returns"
    SUSPENDED = "suspended"
    CUSTOMERS = "customers"
    ORDERS = "orders"
    PICK = "pick"
    VERIFY = "verify"
    STAGE = "stage"
    HANDOVER = "handover"
    COUNT = "count"
    DIFFERENCES = "differences"
    GATE = "gate"
    LOCATE = "locate"
    REPLENISH = "replenish"
    DEVICES = "devices"
    SHIFT = "shift"


class Area(StrEnum):
    """The work areas of the rail."""

    TILL = "till"
    ORDERS = "orders"
    STOCK = "stock"
    CUSTOMERS = "customers"
    MANAGEMENT = "management"

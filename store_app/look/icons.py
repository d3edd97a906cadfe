"""Icons by what they mean, all from one family (Material Design Icons through qtawesome), in the theme's colours."""

from functools import cache

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QIcon, QPixmap

from store_app.look.typed_qtawesome import glyph_icon

NAMES = {
    "till": "cash-register",
    "orders": "shopping",
    "stock": "archive",
    "customers": "account",
    "management": "chart-timeline-variant-shimmer",
    "lock": "lock",
    "search": "magnify",
    "rfid": "contactless-payment-circle",
    "barcode": "barcode-scan",
    "card": "credit-card-outline",
    "cash": "cash-multiple",
    "gift": "gift-outline",
    "gift_card": "wallet-giftcard",
    "voucher": "ticket-percent-outline",
    "credit": "account-cash-outline",
    "more": "dots-horizontal",
    "pause": "pause",
    "percent": "percent-outline",
    "truck": "truck",
    "return": "clipboard-arrow-left",
    "delete": "delete",
    "backspace": "backspace-outline",
    "back": "arrow-left",
    "next": "arrow-right",
    "close": "close",
    "done": "check-circle",
    "open": "circle-outline",
    "short": "close-circle-outline",
    "never": "cancel",
    "check": "check",
    "verify": "check-decagram",
    "finish": "check-circle-outline",
    "not_found": "map-marker-question-outline",
    "replace": "swap-horizontal",
    "damaged": "image-broken-variant",
    "print": "printer",
    "mail": "email-outline",
    "qr": "qrcode",
    "none": "receipt-text-remove-outline",
    "receipt": "receipt-text-outline",
    "plus": "plus",
    "minus": "minus",
    "user": "account",
    "user_add": "account-plus-outline",
    "star": "star-outline",
    "heart": "heart-outline",
    "note": "note-text-outline",
    "shield": "shield-check-outline",
    "bag": "shopping-outline",
    "box": "package-variant-closed",
    "bin": "tray-full",
    "handover": "hand-extended-outline",
    "gate": "door-sliding-open",
    "alarm": "alarm-light-outline",
    "bell": "bell-outline",
    "count": "radar",
    "warning": "alert-outline",
    "error": "alert-circle-outline",
    "info": "information-outline",
    "good": "check-circle-outline",
    "printer": "printer",
    "scanner": "barcode-scan",
    "reader": "access-point",
    "terminal": "contactless-payment",
    "drawer": "inbox-outline",
    "display": "monitor",
    "server": "server-network",
    "agent": "router-wireless",
    "refresh": "refresh",
    "flash": "flashlight",
    "filter": "tune-variant",
    "clock": "clock-outline",
    "key": "keyboard-outline",
    "question": "help-circle-outline",
    "move": "arrow-decision-outline",
    "safe": "safe-square-outline",
    "coin": "hand-coin-outline",
    "sun": "weather-sunny",
    "moon": "weather-night",
    "store": "storefront-outline",
    "cart": "cart-outline",
    "edit": "pencil-outline",
    "erase": "account-remove-outline",
    "language": "translate",
    "locate": "crosshairs-gps",
    "pickup": "store-marker-outline",
    "id": "card-account-details-outline",
    "phone": "phone-outline",
    "report": "file-chart-outline",
}


@cache
def _icon(glyph: str, colour: str) -> QIcon:
    return glyph_icon(f"mdi6.{glyph}", colour)


@cache
def _pixmap(glyph: str, colour: str, size: int, ratio: float) -> QPixmap:
    return _icon(glyph, colour).pixmap(QSize(size, size), ratio)


def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """The icon of that meaning, ``size`` logical pixels square; an unknown name is drawn as a question mark."""
    screen = QGuiApplication.primaryScreen()
    return _pixmap(NAMES.get(name, "help-circle-outline"), colour, size, screen.devicePixelRatio() if screen else 1.0)

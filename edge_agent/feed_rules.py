"""What the agent asks of the rows that it works by; a row that breaks a rule is kept aside."""

from collections.abc import Callable

from edge_agent.messages import Json
from retail.errors import Refused
from retail.rows import Fields

LOCATIONS = ("salesfloor", "stockroom")
METHODS = ("pickup", "ship")
ORDER_STATES = ("assigned", "cancel_requested", "cancelled")


def check(feed: str, key: str, body: Json) -> None:
    """Raise :class:`Refused` (``bad_row``) that names feed, key and field, if the row can't be worked by."""
    rule = _RULES.get(feed)
    if rule is not None:
        rule(key, body)


def _settings(key: str, body: Json) -> None:
    rule = {"store": _store, "plan": _plan, "devices": _devices}.get(key)
    if rule is not None:
        rule(Fields("settings", body, key))


def _store(row: Fields) -> None:
    row.text("store")
    gate = Fields("settings", row.row("gate"), "store.gate")
    gate.whole("window_min", 15)
    gate.whole("till_silence_s", 5, least=1)


def _plan(row: Fields) -> None:
    for zone in row.rows("zones"):
        fields = Fields("settings", zone, "plan")
        fields.text("id")
        fields.choice("location", LOCATIONS)
        fields.whole("walk", 0)

    minimum = Fields("settings", row.row("minimum"), "plan.minimum")
    for gtin in row.row("minimum"):
        minimum.whole(gtin)


def _devices(row: Fields) -> None:
    for device in row.rows("devices"):
        fields = Fields("settings", device, "devices")
        for field in ("device", "kind", "public"):
            fields.text(field)


def _order(key: str, body: Json) -> None:
    row = Fields("orders", body, key)
    if row.text("id") != key:
        raise row.refuse("id", "must be the row's key")
    row.text("number")
    row.choice("method", METHODS)
    row.choice("state", ORDER_STATES)
    row.whole("promised_at")
    lines = row.rows("lines")
    if not lines:
        raise row.refuse("lines", "must not be empty")
    for line in lines:
        fields = Fields("orders", line, key)
        fields.text("id")
        fields.whole("qty", least=1)
        if len(fields.text("gtin")) != 14:
            raise fields.refuse("gtin", "must have 14 digits")


def _article(key: str, body: Json) -> None:
    row = Fields("catalogue", body, key)
    if row.text("gtin") != key or len(key) != 14:
        raise row.refuse("gtin", "must have 14 digits and be the row's key")
    row.flag("tagged")
    row.flag("stocked", True)


def _staff(key: str, body: Json) -> None:
    row = Fields("staff", body, key)
    row.choice("role", ("cashier", "associate", "manager"))
    row.flag("active", True)


_RULES: dict[str, Callable[[str, Json], None]] = {
    "settings": _settings,
    "orders": _order,
    "catalogue": _article,
    "staff": _staff,
}
RULED = frozenset(_RULES)
"""feeds whose rows are asked for more than to be an object"""


def reason(error: Refused) -> str:
    """What is wrong, for the health page and the log."""
    return error.text

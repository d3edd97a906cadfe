"""The table of screens: name -> module and class; a screen is imported when it is first shown."""

from importlib import import_module

from store_app.presenters.names import ScreenName
from store_app.screens.base import Screen

TABLE: dict[ScreenName, tuple[str, str]] = {
    ScreenName.SIGN_IN: ("sign_in", "SignInScreen"),
    ScreenName.TILL: ("till", "TillScreen"),
    ScreenName.TENDER: ("tender", "TenderScreen"),
    ScreenName.CARD: ("card", "CardScreen"),
    ScreenName.DONE: ("done", "DoneScreen"),
    ScreenName.SEARCH: ("search", "SearchScreen"),
    ScreenName.RETURNS: ("returns", "ReturnScreen"),
    ScreenName.SUSPENDED: ("suspended", "SuspendedScreen"),
    ScreenName.CUSTOMERS: ("customers", "CustomersScreen"),
    ScreenName.ORDERS: ("orders", "OrdersScreen"),
    ScreenName.PICK: ("pick", "PickScreen"),
    ScreenName.VERIFY: ("verify", "VerifyScreen"),
    ScreenName.STAGE: ("stage", "StageScreen"),
    ScreenName.HANDOVER: ("handover", "HandoverScreen"),
    ScreenName.COUNT: ("count", "CountScreen"),
    ScreenName.DIFFERENCES: ("differences", "DifferencesScreen"),
    ScreenName.GATE: ("gate", "GateScreen"),
    ScreenName.LOCATE: ("locate", "LocateScreen"),
    ScreenName.REPLENISH: ("locate", "LocateScreen"),
    ScreenName.DEVICES: ("devices", "DevicesScreen"),
    ScreenName.SHIFT: ("shift", "ShiftScreen"),
}


def make_screen(name: ScreenName) -> Screen[object]:
    """A new screen of that name."""
    module, cls = TABLE[name]
    made = getattr(import_module(f"store_app.screens.{module}"), cls)()
    assert isinstance(made, Screen)
    return made

"""The frame of the samples: Lyon Bellecour, till 2, Camille."""

from store_app.presenters import intents as i
from store_app.presenters.names import Area, ScreenName
from store_app.presenters.texts import _, n_
from store_app.presenters.views.frame import FrameView, KeyRow, RailItem, StatusDot, Tab
from store_app.presenters.views.parts import Action, Tone

AREA_OF = {
    ScreenName.ORDERS: Area.ORDERS,
    ScreenName.PICK: Area.ORDERS,
    ScreenName.VERIFY: Area.ORDERS,
    ScreenName.STAGE: Area.ORDERS,
    ScreenName.HANDOVER: Area.TILL,
    ScreenName.CUSTOMERS: Area.CUSTOMERS,
    ScreenName.COUNT: Area.STOCK,
    ScreenName.DIFFERENCES: Area.STOCK,
    ScreenName.GATE: Area.STOCK,
    ScreenName.LOCATE: Area.STOCK,
    ScreenName.REPLENISH: Area.STOCK,
    ScreenName.DEVICES: Area.MANAGEMENT,
    ScreenName.SHIFT: Area.MANAGEMENT,
}


def _tabs(screen: ScreenName) -> tuple[Tab, ...]:
    stock = (
        (ScreenName.COUNT, _("Count"), ""),
        (ScreenName.DIFFERENCES, _("Differences"), ""),
        (ScreenName.GATE, _("Gate and exceptions"), "1"),
        (ScreenName.REPLENISH, _("Replenish"), ""),
        (ScreenName.LOCATE, _("Locate"), ""),
    )
    management = ((ScreenName.SHIFT, _("Till and day"), ""), (ScreenName.DEVICES, _("Devices"), ""))
    rows = {Area.STOCK: stock, Area.MANAGEMENT: management}.get(AREA_OF.get(screen, Area.TILL), ())
    return tuple(Tab(name, text, i.Show(name), name is screen, badge) for name, text, badge in rows)


def frame(screen: ScreenName) -> FrameView:
    """Header, rail and tabs around a screen."""
    if screen is ScreenName.SIGN_IN:
        return FrameView(shop="Lyon Bellecour", till=_("Till {n}", n=2), dots=_dots(), clock="14:32")
    here = AREA_OF.get(screen, Area.TILL)
    return FrameView(
        shop="Lyon Bellecour",
        till=_("Till {n}", n=2),
        person="Camille D.",
        search_hint=_("Article, client, order…"),
        search_text="chaus" if screen is ScreenName.SEARCH else "",
        dots=_dots(),
        clock="14:32",
        items=(
            RailItem(Area.TILL, _("Till"), "till", "F3", "", here is Area.TILL),
            RailItem(Area.ORDERS, _("Orders"), "orders", "F4", "4", here is Area.ORDERS),
            RailItem(Area.STOCK, _("Stock"), "stock", "F5", "", here is Area.STOCK),
            RailItem(Area.CUSTOMERS, _("Clients"), "customers", "F6", "", here is Area.CUSTOMERS),
            RailItem(Area.MANAGEMENT, _("Manage"), "management", "F7", "", here is Area.MANAGEMENT),
        ),
        tabs=_tabs(screen),
        lock=Action(_("Lock"), i.Lock(), "lock", "F10"),
        help_title=_("Keys of this screen"),
        help_global=(
            KeyRow("F1", _("Keys of this screen")),
            KeyRow("F2", _("Search")),
            KeyRow("Escape", _("Back, close")),
            KeyRow("Tab", _("Next field or button")),
        ),
    )


def _dots() -> tuple[StatusDot, ...]:
    return (
        StatusDot(_("Gate"), Tone.GOOD, detail=_("The gate reads. Last passage 20 s ago.")),
        StatusDot(_("Agent"), Tone.GOOD, detail=_("The store's agent answers.")),
        StatusDot(
            _("Ledger"),
            Tone.WARN,
            strong=n_("{n} to send", "{n} to send", 3),
            detail=_("No answer since 14:29. Selling goes on; everything is sent later."),
        ),
    )

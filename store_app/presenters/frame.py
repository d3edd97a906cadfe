"""Header and rail: shop, person, connections in words, work areas by role."""

from store_app.presenters.board import to_do
from store_app.presenters.desk import Desk
from store_app.presenters.intents import Lock, Show
from store_app.presenters.names import Area, ScreenName
from store_app.presenters.texts import _, clock_time, n_
from store_app.presenters.views import Action, Chip, FrameView, KeyRow, RailItem, StatusDot, Tab, Tone

_AREAS: dict[ScreenName, Area] = {
    ScreenName.ORDERS: Area.ORDERS,
    ScreenName.PICK: Area.ORDERS,
    ScreenName.VERIFY: Area.ORDERS,
    ScreenName.STAGE: Area.ORDERS,
    ScreenName.CUSTOMERS: Area.CUSTOMERS,
    ScreenName.COUNT: Area.STOCK,
    ScreenName.DIFFERENCES: Area.STOCK,
    ScreenName.GATE: Area.STOCK,
    ScreenName.LOCATE: Area.STOCK,
    ScreenName.REPLENISH: Area.STOCK,
    ScreenName.DEVICES: Area.MANAGEMENT,
    ScreenName.SHIFT: Area.MANAGEMENT,
}


def area_of(screen: ScreenName) -> Area:
    """The work area that a screen belongs to."""
    return _AREAS.get(screen, Area.TILL)


class FrameKeeper:
    """Makes the frame's view from the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.search_text = ""

    def view(self, screen: ScreenName) -> FrameView:
        """The frame around a screen."""
        desk = self._desk
        store = desk.shelves.store()
        shop, clock = store.name or desk.services.store, clock_time(desk.now) if desk.now else ""
        banner = Chip(_("Training: nothing counts"), Tone.WARN, "warning") if desk.services.training else None
        if screen is ScreenName.SIGN_IN or desk.person is None:
            return FrameView(shop=shop, till=self._till(), dots=self._dots(), clock=clock, banner=banner)
        return FrameView(
            shop=shop,
            till=self._till(),
            person=desk.person.name,
            search_hint=_("Article, client, order…"),
            search_text=self.search_text,
            dots=self._dots(),
            clock=clock,
            items=self._items(area_of(screen)),
            tabs=self._tabs(screen),
            lock=Action(_("Lock"), Lock(), "lock", "F10"),
            help_title=_("Keys of this screen"),
            help_global=(
                KeyRow("F1", _("Keys of this screen")),
                KeyRow("F2", _("Search")),
                KeyRow("Escape", _("Back, close")),
                KeyRow("Tab", _("Next field or button")),
            ),
            banner=banner,
        )

    def _till(self) -> str:
        return self._desk.shelves.till_name(self._desk.services.device)

    def _items(self, here: Area) -> tuple[RailItem, ...]:
        orders, alarms = to_do(self._desk), self._open_alarms()
        rows = (
            (Area.TILL, _("Till"), "till", "F3", 0),
            (Area.ORDERS, _("Orders"), "orders", "F4", orders),
            (Area.STOCK, _("Stock"), "stock", "F5", alarms),
            (Area.CUSTOMERS, _("Clients"), "customers", "F6", 0),
            (Area.MANAGEMENT, _("Manage"), "management", "F7", 0),
        )
        return tuple(
            RailItem(area, text, icon, key, str(badge) if badge else "", area is here)
            for area, text, icon, key, badge in rows
        )

    def _open_alarms(self) -> int:
        return sum(alarm.state == "open" for alarm in self._desk.shelves.alarms())

    def _tabs(self, screen: ScreenName) -> tuple[Tab, ...]:
        alarms = self._open_alarms()
        rows: dict[Area, tuple[tuple[ScreenName, str, str], ...]] = {
            Area.STOCK: (
                (ScreenName.COUNT, _("Count"), ""),
                (ScreenName.DIFFERENCES, _("Differences"), ""),
                (ScreenName.GATE, _("Gate and exceptions"), str(alarms) if alarms else ""),
                (ScreenName.REPLENISH, _("Replenish"), ""),
                (ScreenName.LOCATE, _("Locate"), ""),
            ),
            Area.MANAGEMENT: (
                (ScreenName.SHIFT, _("Till and day"), ""),
                (ScreenName.DEVICES, _("Devices"), ""),
            ),
        }
        shown = rows.get(area_of(screen), ())
        return tuple(Tab(name, text, Show(name), name is screen, badge) for name, text, badge in shown)

    def _dots(self) -> tuple[StatusDot, ...]:
        return (self._gate_dot(), self._agent_dot(), self._ledger_dot())

    def _gate_dot(self) -> StatusDot:
        gate = self._desk.gate
        if gate is None:
            return StatusDot(_("Gate"), Tone.NEUTRAL, _("unknown"), detail=_("The agent says nothing about the gate."))
        if gate:
            return StatusDot(_("Gate"), Tone.GOOD, detail=_("The gate reads."))
        return StatusDot(_("Gate"), Tone.BAD, _("cut"), detail=_("The gate's reader doesn't answer."))

    def _agent_dot(self) -> StatusDot:
        link = self._desk.links.get("agent")
        if link is not None and link.blocked:
            detail = _("The agent refuses this till's log. Selling goes on; the till must be enrolled again.")
            return StatusDot(_("Agent"), Tone.BAD, _("blocked"), detail=detail)
        if link is not None and link.connected:
            return StatusDot(_("Agent"), Tone.GOOD, detail=_("The store's agent answers."))
        detail = _("The store's agent doesn't answer. Selling goes on; stock follows later.")
        return StatusDot(_("Agent"), Tone.WARN, _("cut"), detail=detail)

    def _ledger_dot(self) -> StatusDot:
        pending = self._desk.pending
        strong = n_("{n} to send", "{n} to send", pending) if pending else ""
        if self._desk.ledger_connected:
            return StatusDot(_("Ledger"), Tone.GOOD, strong=strong, detail=_("Everything is on its way to the ledger."))
        detail = _("The ledger doesn't answer. Selling goes on; everything is sent later.")
        return StatusDot(_("Ledger"), Tone.WARN, "" if strong else _("cut"), strong, detail)

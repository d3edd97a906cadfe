"""The shell: which screen is shown, what is around it, and where scans, tags and news go whatever is open."""

from collections.abc import Iterable

import structlog

from retail.errors import Refused
from retail.orders import looks_like_code
from store_app.presenters.base import Ask, Effect, Failed, Go, Notice, Tone
from store_app.presenters.desk import Desk, refused
from store_app.presenters.frame import FrameKeeper
from store_app.presenters.intents import (
    AddArticle,
    Choose,
    ChooseDiscount,
    Confirm,
    DismissDialog,
    Lock,
    PadKey,
    Scanned,
    SearchChanged,
    SearchClosed,
    SearchOpened,
    SearchSubmitted,
    SelectArea,
    Show,
    TagsSeen,
    TextChanged,
    Tick,
    UseLanguage,
)
from store_app.presenters.jobs import new_job, owner_of
from store_app.presenters.messages import (
    DeviceBack,
    DeviceLost,
    FeedsChanged,
    LiveCut,
    LiveTold,
    PostChanged,
    PrinterSaid,
    ScanUnreadable,
)
from store_app.presenters.names import Area, ScreenName
from store_app.presenters.news import News
from store_app.presenters.scanning import (
    ArticleScanned,
    BinScanned,
    ClientScanned,
    NotUsable,
    OrderScanned,
    PickupScanned,
    TicketScanned,
    meaning,
    read_tags,
)
from store_app.presenters.screen import ScreenPresenter, failure
from store_app.presenters.search import SearchPresenter
from store_app.presenters.texts import _
from store_app.presenters.till import TillPresenter
from store_app.presenters.views import Dialog, FrameView
from store_app.presenters.words import refusal
from store_app.till_book import Recovered

log = structlog.get_logger(__name__)

FIRST_OF_AREA: dict[Area, ScreenName] = {
    Area.TILL: ScreenName.TILL,
    Area.ORDERS: ScreenName.ORDERS,
    Area.STOCK: ScreenName.COUNT,
    Area.CUSTOMERS: ScreenName.CUSTOMERS,
    Area.MANAGEMENT: ScreenName.SHIFT,
}
FOR_DIALOGS = (PadKey, Confirm, Choose, ChooseDiscount, DismissDialog, TextChanged)
BASKET_STAYS = (ScreenName.TILL, ScreenName.TENDER, ScreenName.CARD)
"""screens that show the basket: a scan doesn't leave them"""
RESERVE_EVERY_MS = 60_000
"""how often a till that gave up its reserve looks whether the disk has room again"""
LONGEST_WAY = 8
"""screens that may send on to one another in one go; more would be a circle"""


class Shell:
    """Owns the presenters. Everything that happens comes through ``on`` and ``done``, in the Qt thread."""

    def __init__(
        self, desk: Desk, screens: Iterable[ScreenPresenter], till: TillPresenter, search: SearchPresenter
    ) -> None:
        self.desk = desk
        self.screen = ScreenName.SIGN_IN
        self._screens = {one.name: one for one in screens}
        self._till = till
        self._search = search
        self._frame = FrameKeeper(desk)
        self._news = News(desk)
        self._before_search = ScreenName.TILL
        self._held_scans: list[Scanned] = []
        self._for_the_next: list[Scanned | TagsSeen] = []
        """came while the sale in hand was being written down"""
        self._touched_at = 0
        self._reserve_tried_at = 0

    # what is shown

    @property
    def view(self) -> object:
        """The view of the screen that is shown."""
        return self._here.view  # type: ignore[attr-defined]

    @property
    def frame(self) -> FrameView:
        """Header, rail and tabs."""
        return self._frame.view(self.screen)

    @property
    def dialog(self) -> Dialog | None:
        """The dialog that is open."""
        return self.desk.dialog.view if self.desk.dialog is not None else None

    @property
    def _here(self) -> ScreenPresenter:
        return self._screens[self.screen]

    # what happens

    def start(self, recovered: Recovered, now: int) -> list[Effect]:
        """Take up what the till was doing when it stopped."""
        self.desk.now = self._touched_at = now
        self.desk.shift = recovered.shift
        self.desk.recover(recovered)
        self._news.settle()
        return self._follow([*self._here.enter(None, now), *self._news.poll(now)])

    def on(self, intent: object, now: int) -> list[Effect]:
        """Somebody asked, or something has news."""
        self.desk.now = now
        try:
            return self._follow(self._route(intent, now))
        except Refused as refusal:
            return [refused(refusal.reason)]

    def done(self, job_id: str, result: object, now: int) -> list[Effect]:
        """A job has ended."""
        self.desk.now = now
        try:
            return [*self._done(job_id, result), *self._next_sale(now)]
        except Refused as refusal:
            return [refused(refusal.reason)]

    def _done(self, job_id: str, result: object) -> list[Effect]:
        owner = owner_of(job_id)
        effects = [] if isinstance(result, Failed) else self._disk_news()
        if owner == "dialog" and self.desk.dialog is not None:
            dialog = self.desk.dialog
            return self._follow([*effects, *dialog.done(job_id, result), *self._after_dialog(dialog)])
        if owner == "news":
            return self._follow([*effects, *self._news.done(job_id, result)])
        if owner in ("desk", "dialog"):
            return self._follow([*effects, *([failure(result.error)] if isinstance(result, Failed) else [])])
        presenter = self._screens.get(ScreenName(owner))
        return self._follow([*effects, *(presenter.done(job_id, result) if presenter is not None else [])])

    def _disk_news(self) -> list[Effect]:
        if not self.desk.services.till.take_short_of_room():
            return []
        text = _("Everything is kept so far: the till gave up its reserve. Make room now, or a sale may not be kept.")
        return [Notice(_("The disk is full"), text, Tone.BAD, 30.0)]

    # routing

    def _route(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case Tick():
                return self._tick(now)
            case FeedsChanged(feeds):
                return self._feeds_changed(feeds, now)
            case PostChanged() | PrinterSaid() | DeviceLost() | DeviceBack():
                return self._news.heard(intent)
            case ScanUnreadable(device):
                self.desk.unreadable[device] += 1
                return [Notice(_("Unreadable"), refusal("unreadable_scan"), Tone.WARN, 4.0)]
            case UseLanguage(language):
                self.desk.speak(language)
                return []
            case TagsSeen(epcs):
                return self._tags(epcs, now)
            case LiveTold() | LiveCut():
                return self._here.on(intent, now)
        self._touched_at = now
        if isinstance(intent, Scanned):
            return self._scanned(intent, now)
        if self.desk.dialog is not None and isinstance(intent, FOR_DIALOGS):
            dialog = self.desk.dialog
            return [*dialog.on(intent, now), *self._after_dialog(dialog)]
        if self.screen is ScreenName.SIGN_IN:
            return self._here.on(intent, now)
        return self._signed_in(intent, now)

    def _signed_in(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case Lock():
                return self._lock()
            case SelectArea(area):
                return [Go(FIRST_OF_AREA[area])]
            case Show(screen, argument):
                return [Go(screen, argument)]
            case SearchOpened():
                return []
            case SearchChanged(text):
                return self._searching(text, now)
            case SearchSubmitted() | SearchClosed():
                return self._end_search(intent, now)
            case AddArticle() if self.screen is not ScreenName.TILL:
                return [*self._till.on(intent, now), Go(ScreenName.TILL)]
        return self._here.on(intent, now)

    def _after_dialog(self, dialog: object) -> list[Effect]:
        """A dialog that has its answer goes; scans that waited for it come now."""
        if self.desk.dialog is not dialog or not getattr(dialog, "closed", False):
            return []
        self.desk.dialog = None
        held, self._held_scans = self._held_scans, []
        effects: list[Effect] = [Ask(None)]
        for scan in held:
            effects += self._scanned(scan, self.desk.now)
        return effects

    def _follow(self, effects: list[Effect], depth: int = 0) -> list[Effect]:
        """Carry out changes of screen; what is left is for the window: jobs, notices."""
        left: list[Effect] = []
        for effect in effects:
            if not isinstance(effect, Go):
                left.append(effect)
            elif depth < LONGEST_WAY:
                left += self._follow(self._enter(effect), depth + 1)
            else:
                log.error("screens send on to one another in a circle", screen=effect.screen)
        return left

    def _enter(self, to: Go) -> list[Effect]:
        if to.screen is not ScreenName.SIGN_IN and self.desk.person is None:
            return []
        effects = self._here.leave() if to.screen is not self.screen else []
        self.screen = to.screen
        if to.screen is not ScreenName.SEARCH:
            self._frame.search_text = ""
        return [*effects, *self._here.enter(to.argument, self.desk.now)]

    # scans and tags

    def _next_sale(self, now: int) -> list[Effect]:
        """What was scanned or laid down while a sale was written down belongs to the one after it."""
        if self.desk.committing or not self._for_the_next:
            return []
        waiting, self._for_the_next = self._for_the_next, []
        effects: list[Effect] = []
        for one in waiting:
            effects += self._scanned(one, now) if isinstance(one, Scanned) else self._tags(one.epcs, now)
        on_the_way = [effect for effect in effects if not (isinstance(effect, Go) and effect.screen is ScreenName.TILL)]
        return self._follow(on_the_way)  # change and thanks are shown until somebody goes on

    def _scanned(self, scan: Scanned, now: int) -> list[Effect]:
        if self.desk.committing:
            self._for_the_next.append(scan)
            return []
        if self.screen is ScreenName.SIGN_IN:
            return self._here.on(scan, now)
        dialog = self.desk.dialog
        if dialog is not None:
            if not dialog.takes_scans:
                self._held_scans.append(scan)
                return []
            return [*dialog.on(scan, now), *self._after_dialog(dialog)]
        found = meaning(self.desk, scan)
        effects = self._here.scanned(found, now)
        return effects if effects is not None else self._scanned_anywhere(found)

    def _scanned_anywhere(self, found: object) -> list[Effect]:
        match found:
            case PickupScanned(order, number):
                return [Go(ScreenName.HANDOVER, PickupScanned(order, number))]
            case TicketScanned(number):
                return [Go(ScreenName.RETURNS, number)]
            case OrderScanned(order):
                return [Go(ScreenName.ORDERS, order)]
            case ClientScanned(client):
                return self._till.attach(client)
            case ArticleScanned():
                return [*self._till.filling.add_scanned(found), *self._to_basket()]
            case BinScanned(name):
                return [Notice(_("Bin {bin}", bin=name), _("Open an order first, then scan its bin."))]
            case NotUsable(reason, text) if looks_like_code(text):
                return [Notice(_("Not a valid pickup code"), refusal(reason), Tone.BAD, 8.0)]
            case NotUsable(reason, text):
                return [Notice(_("Not usable: {text}", text=text[:40]), refusal(reason), Tone.WARN, 6.0)]
        return []

    def _to_basket(self) -> list[Effect]:
        return [] if self.screen in BASKET_STAYS else [Go(ScreenName.TILL)]

    def _tags(self, epcs: tuple[str, ...], now: int) -> list[Effect]:
        if self.desk.committing:
            self._for_the_next.append(TagsSeen(epcs))
            return []
        tags = read_tags(self.desk, epcs)
        pad = self.desk.pad
        fresh = [one for one in tags.strangers if one not in pad.strangers]
        pad.units, pad.strangers = tags.units, frozenset(tags.strangers)
        pad.ignored &= set(tags.units)
        told: list[Effect] = []
        if fresh and self.desk.person is not None:
            text = _("It is left out. Everything else on the pad counts.")
            told.append(Notice(_("A tag on the pad isn't ours"), text, Tone.WARN, 5.0))
        if self.desk.person is None:
            return told
        here = self._here.tags(tags.units, now)
        if here is not None:
            return [*told, *here]
        new = [unit for unit in tags.units if unit not in pad.ignored and unit not in self.desk.sale.basket.units]
        if not new:
            return told
        return [*told, *self._till.filling.add_units(new), *self._to_basket()]

    # search, lock, time, news

    def _searching(self, text: str, now: int) -> list[Effect]:
        self._frame.search_text = text
        if not text.strip():
            return self._end_search(SearchClosed(), now)
        if self.screen is ScreenName.SEARCH:
            return self._search.on(SearchChanged(text), now)
        self._before_search = self.screen
        effects = self._enter(Go(ScreenName.SEARCH, text))
        self._frame.search_text = text
        return effects

    def _end_search(self, intent: object, now: int) -> list[Effect]:
        if self.screen is not ScreenName.SEARCH:
            return []
        taken = self._search.on(intent, now) if isinstance(intent, SearchSubmitted) else []
        gtin = self._search.take_best() if isinstance(intent, SearchSubmitted) else None
        if gtin is not None:
            return [*taken, *self._till.on(AddArticle(gtin), now), Go(ScreenName.TILL)]
        if isinstance(intent, SearchSubmitted):
            return taken
        return [Go(self._before_search)]

    def _lock(self) -> list[Effect]:
        staff, till = self.desk.staff_id, self.desk.services.till
        if not staff:
            return []
        self.desk.person = None
        self.desk.dialog = None
        self._held_scans.clear()
        return [self.desk.write("sign_out", lambda: till.sign_out(staff)), Ask(None), Go(ScreenName.SIGN_IN)]

    def _tick(self, now: int) -> list[Effect]:
        effects = [*self._news.poll(now), *self._disk_news(), *self._reserve(now)]
        idle_ms = self.desk.services.lock_ms
        if idle_ms and self.desk.person is not None and now - self._touched_at > idle_ms and not self.desk.paying:
            effects = [*effects, *self._lock()]
        return [*effects, *self._here.on(Tick(), now)]

    def _reserve(self, now: int) -> list[Effect]:
        """Look now and then whether there is room for the reserve again."""
        till = self.desk.services.till
        if not till.reserve_missing or now - self._reserve_tried_at < RESERVE_EVERY_MS:
            return []
        self._reserve_tried_at = now
        return [new_job("desk.reserve", till.take_reserve_again, writes=False)]

    def _feeds_changed(self, feeds: frozenset[str], now: int) -> list[Effect]:
        self.desk.shelves.changed(feeds)
        told: list[Effect] = []
        if "settings" in feeds:
            self.desk.speak_again()
        if feeds & {"catalogue", "prices", "promotions", "taxes", "settings"}:
            told += self._repriced(now)
        told += self._news.feeds_changed(feeds)
        return [*told, *self._here.changed(feeds, now)]

    def _repriced(self, now: int) -> list[Effect]:
        trouble = self.desk.sale.reprice(now)
        if not trouble or self.desk.sale.trouble:
            return []
        text = _("It is being paid as it is. Take the payment back, or the article after the sale.")
        return [Notice(refusal(trouble), text, Tone.BAD, 12.0)]

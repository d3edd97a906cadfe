"""What the presenters of one till share: who works here, the sale in hand, the shift, the dialog, links and devices."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from retail.errors import Refused
from retail.sale.basket import Basket
from retail.sale.tenders import add_tender
from retail.staff import Permission, Person, decide
from store_app.locale import catalogue
from store_app.presenters.base import Ask, Effect, Go, Job, Notice, Tone
from store_app.presenters.board_state import BoardState
from store_app.presenters.dialogs import DialogPresenter
from store_app.presenters.jobs import new_job
from store_app.presenters.messages import LinkState
from store_app.presenters.names import ScreenName
from store_app.presenters.open_sale import OpenSale
from store_app.presenters.services import Services
from store_app.presenters.texts import Texts, _, active, money, use, zone
from store_app.presenters.words import refusal
from store_app.till_book import Attempt, CommittedSale, OpenShift, Recovered


@dataclass
class Pad:
    """The RFID pad: units in its field now, and those that a person took off the basket while they lie there."""

    units: tuple[str, ...] = ()
    strangers: frozenset[str] = frozenset()
    ignored: set[str] = field(default_factory=set)


log = structlog.get_logger(__name__)


class Desk:
    """Shared state of one till's presenters. Lives in the Qt thread; jobs get frozen values only."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.shelves = services.shelves
        self.now = 0
        self.person: Person | None = None
        self.shift: OpenShift | None = None
        self.sale = OpenSale(self.shelves, self._fresh_basket())
        self.attempt: Attempt | None = None
        """a card payment whose end isn't known, or that isn't on the ticket yet"""
        self.committing = False
        """the sale in hand is being written down"""
        self.payee = ""
        """who asked the customer for the card; the sale is this person's, whoever is signed in when it ends"""
        self.last_sale: CommittedSale | None = None
        self.board = BoardState()
        self.pad = Pad()
        self.dialog: DialogPresenter | None = None
        self.links: dict[str, LinkState] = {}
        self.pending = 0
        self.ledger_connected = False
        self.health: dict[str, object] | None = None
        self.gate: bool | None = None
        self.lost_devices: dict[str, str] = {}
        self.printer_trouble = ""
        self.unreadable: Counter[str] = Counter()
        """device -> scans that were no barcode, since the till was started"""
        self._saved: object = None

    # language

    def speak(self, language: str) -> None:
        """Say everything in that language from now on; amounts and times follow the shop."""
        store = self.shelves.store()
        use(Texts(language, catalogue(language), store.locale, zone(store.timezone)))

    def speak_again(self) -> None:
        """The shop's locale or time zone may have changed."""
        self.speak(active().language)

    # after a start

    def recover(self, recovered: Recovered) -> None:
        """Take up the basket and its card payments as they lie on the disk."""
        if recovered.basket is not None:
            try:
                self.sale.restore(recovered.basket, self.now)
            except Refused as refusal:
                log.error("the saved basket can't be read", reason=refusal.text)
            self.payee = recovered.basket.staff
        self._saved = self.sale.state
        for attempt in recovered.attempts:
            if attempt.state in ("asked", "in_doubt", "reversing"):
                self.attempt = attempt
            elif attempt.state == "reversed":
                self.drop_tender(attempt.attempt)
            elif attempt.state == "approved" and not self.add_card(attempt):
                self.attempt = attempt
        if self.attempt is None:
            self.nobody_pays()

    def nobody_pays(self) -> None:
        """No card payment is under way; if nothing was paid before, the basket is as free as any."""
        self.attempt = None
        payment = self.sale.payment
        if payment is None or not payment.tenders:
            self.payee = ""
            self.sale.thaw(self.now)

    def add_card(self, attempt: Attempt) -> bool:
        """An approved card payment becomes a tender of the sale, once however often it is asked; False if it can't."""
        signed = attempt.approved_minor if attempt.kind == "charge" else -attempt.approved_minor
        try:
            payment = self.sale.begin_payment()
            if not any(tender.attempt == attempt.attempt for tender in payment.tenders):
                new_id = self.services.new_id()
                payment = add_tender(payment, new_id, "card", signed, ref=attempt.ref, attempt=attempt.attempt)
        except Refused as refusal:
            log.error("an approved card payment isn't on the ticket", reason=refusal.reason, minor=signed)
            return False
        self.sale.set_payment(payment)
        return True

    def drop_tender(self, attempt: str) -> None:
        """A card payment was taken back: the sale isn't paid by it."""
        payment = self.sale.payment
        if payment is not None:
            left = tuple(tender for tender in payment.tenders if tender.attempt != attempt)
            self.sale.set_payment(replace(payment, tenders=left))

    @property
    def paying(self) -> bool:
        """The basket must stay as it is: a card payment isn't over, or the sale is being written down."""
        return self.attempt is not None or self.committing

    # people

    @property
    def staff_id(self) -> str:
        """Who is signed in; empty if nobody is."""
        return self.person.id if self.person is not None else ""

    @property
    def currency(self) -> str:
        """What this store sells in."""
        return self.shelves.settings.currency

    def money(self, minor: int, *, sign: bool = False) -> str:
        """An amount in the store's currency."""
        return money(minor, self.currency, sign=sign)

    def ask(self, dialog: DialogPresenter) -> list[Effect]:
        """Open a dialog."""
        self.dialog = dialog
        return [Ask(dialog.view)]

    def allowed(self, permission: Permission) -> bool:
        """Whether the person may do it alone."""
        return self.person is not None and decide(self.person, permission) == "allowed"

    # the sale

    def new_basket(self) -> None:
        """The next customer."""
        self.sale.restart(self._fresh_basket())
        self.payee = ""
        self.pad.ignored = set(self.pad.units)

    def _fresh_basket(self) -> Basket:
        return Basket(self.services.new_id(), training=self.services.training)

    def save(self) -> list[Effect]:
        """Write the basket down, in the database's turn; of several changes in a row the last one is written."""
        if self.sale.state is self._saved:
            return []
        return [self.write("save", self._save)]

    def _save(self) -> None:
        state = self.sale.state
        if state is self._saved:
            return
        if state.basket.empty and state.payment is None:
            self.services.till.clear_basket()
        else:
            self.services.till.save_basket(self.sale.saved(self.now, self.staff_id))
        self._saved = state

    def forget_saved(self) -> None:
        """The basket on the disk isn't this one any more."""
        self._saved = None

    @staticmethod
    def write(name: str, work: Callable[[], object]) -> Job:
        """A job of the desk itself: nobody waits for its result, but trouble is told."""
        return new_job(f"desk.{name}", work)

    def show(self, *lines: str) -> None:
        """Tell the customer."""
        if self.services.display is not None:
            self.services.display(lines)


def refused(reason: str) -> Notice:
    """The rules say no."""
    return Notice(_("Not possible"), refusal(reason), Tone.WARN, seconds=6.0)


def go(screen: ScreenName, argument: object = None) -> list[Effect]:
    """Show another screen."""
    return [Go(screen, argument)]

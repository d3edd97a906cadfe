"""A cashier: signs in, opens the drawer, serves whoever stands there, counts the drawer and closes the day."""

import random
from collections.abc import Callable

from drivers.terminals.twin import Behaviour
from installer.demo.day.hands import Hands
from installer.demo.day.shoppers import Piece, Shopper
from installer.demo.people import STAFF
from installer.demo.processes import DemoTrouble
from installer.demo.truth import SoldTruth, Truth
from store_app.presenters.intents import (
    AttachClient,
    ChooseDiscount,
    CloseShift,
    Discount,
    NextSale,
    OpenShift,
    Pay,
    SelectDenomination,
    SelectPerson,
    Show,
    StartClose,
    TakeTender,
    TapTile,
)
from store_app.presenters.names import ScreenName
from store_app.presenters.shift import DENOMINATIONS
from store_app.presenters.views import ApprovalView
from store_app.till_book import CommittedSale

FLOAT_MINOR = 20_000
FEEDS_S = 1800.0
"""how long the first feeds may take: a million articles are half a gigabyte"""
PINS = {person.id: person.pin for person in STAFF}
MANAGER = "nadia"


class Cashier:
    """One person at one till; ``minute`` tells the shop's minute of the day."""

    def __init__(
        self, hands: Hands, person: str, truth: Truth, dice: random.Random, minute: Callable[[], float]
    ) -> None:
        self.hands = hands
        self.person = person
        self._truth = truth
        self._dice = dice
        self._minute = minute
        self._documents = 0

    # the day

    def sign_in(self) -> None:
        """Choose the name and type the PIN."""
        hands = self.hands
        hands.wait(
            lambda: any(one.id == self.person for one in hands.desk.shelves.people()), "the staff's names", FEEDS_S
        )
        hands.wait(lambda: hands.desk.shelves.store().name, "the store's settings", FEEDS_S)
        hands.ask(SelectPerson(self.person))
        hands.type(PINS[self.person])
        hands.wait(lambda: hands.screen is not ScreenName.SIGN_IN, "the PIN to be taken")

    def open_shift(self) -> None:
        """Count the float in and begin."""
        hands = self.hands
        if hands.screen is not ScreenName.SHIFT:
            hands.ask(Show(ScreenName.SHIFT))
        hands.type(str(FLOAT_MINOR))
        hands.ask(OpenShift())
        hands.wait(lambda: hands.desk.shift is not None and hands.screen is ScreenName.TILL, "the day to be open")
        self._truth.floats[hands.number] = FLOAT_MINOR

    def close_shift(self, look: Callable[[], None] = lambda: None) -> int:
        """Count the drawer, close the day; returns what the till says is missing or too much."""
        hands = self.hands
        hands.ask(Show(ScreenName.SHIFT), StartClose())
        hands.rest(0.2)
        left = self._truth.drawer(hands.number)
        for denomination in DENOMINATIONS:
            pieces, left = divmod(left, denomination)
            if pieces:
                hands.ask(SelectDenomination(denomination))
                hands.type(str(pieces))
        look()
        hands.ask(CloseShift())
        hands.wait(lambda: hands.desk.shift is None or hands.desk.dialog is not None, "the day to be closed")
        if hands.desk.shift is not None:
            raise DemoTrouble(f"till {hands.number}: the drawer's count isn't what the till expects")
        self._documents += 1
        return 0

    # selling

    def serve(self, shopper: Shopper, look: Callable[[str], None] = lambda _name: None) -> CommittedSale:
        """Ring up, take the money, give the receipt. Raises :class:`DemoTrouble`."""
        hands = self.hands
        if shopper.special == "no_paper":
            hands.devices.printer.take_paper()
        self._ring_up(shopper.pieces)
        if shopper.client:
            self._attach(shopper)
        if shopper.special in ("discount", "approval"):
            self._discount(shopper.special)
        look("till")
        sale = self._take_money(shopper, look)
        self._after(shopper, sale)
        return sale

    def _ring_up(self, pieces: list[Piece]) -> None:
        hands, basket = self.hands, self.hands.desk.sale
        on_pad = [piece.unit for piece in pieces if piece.means == "pad" and piece.unit]
        wanted = 0
        if on_pad:
            hands.lay_until(
                on_pad, lambda: set(on_pad) <= set(basket.basket.units), "tags on the pad to be in the basket"
            )
            wanted += len(on_pad)
        for piece in pieces:
            if piece.means == "pad":
                continue
            wanted += 1
            if piece.means == "tile" and self._tile(piece.gtin):
                hands.ask(TapTile(piece.gtin))
            else:
                hands.devices.scanner.scan(piece.gtin[1:], "]E0")
            self._wait_pieces(wanted, piece.gtin)
        if on_pad:
            hands.devices.lay_on_pad(())

    def _wait_pieces(self, wanted: int, last: str) -> None:
        self.hands.wait(lambda: self._pieces() >= wanted, f"{last} to be in the basket")

    def _tile(self, gtin: str) -> bool:
        return any(article.gtin == gtin for article in self.hands.desk.shelves.tiles())

    def _pieces(self) -> int:
        return sum(line.qty for line in self.hands.desk.sale.basket.lines)

    def _attach(self, shopper: Shopper) -> None:
        hands = self.hands
        if hands.desk.shelves.client(shopper.client) is None:
            shopper.client = ""
            return
        hands.ask(AttachClient(shopper.client))
        hands.wait(lambda: hands.desk.sale.basket.client is not None, "the client on the ticket")

    def _discount(self, kind: str) -> None:
        """Five percent is the cashier's own; twenty need the manager's PIN."""
        hands = self.hands
        before = hands.desk.sale.total_minor
        hands.ask(Discount())
        hands.wait(lambda: hands.desk.dialog is not None, "the discount's dialog")
        hands.ask(ChooseDiscount("goodwill", 500) if kind == "discount" else ChooseDiscount("staff", 2000))
        if kind == "approval":
            hands.wait(lambda: isinstance(hands.shell.dialog, ApprovalView), "the manager to be asked")
            hands.type(PINS[MANAGER])
        hands.wait(lambda: hands.desk.dialog is None and hands.desk.sale.total_minor < before, "the discount")

    # money

    def _take_money(self, shopper: Shopper, look: Callable[[str], None]) -> CommittedSale:
        hands = self.hands
        hands.desk.last_sale = None
        if shopper.pay == "card":
            self._by_card(shopper)
        else:
            hands.ask(Pay(""))
            hands.wait(lambda: hands.screen is ScreenName.TENDER, "the tenders")
            look("tender")
            self._by_cash(shopper.generous)
        hands.wait(lambda: hands.desk.last_sale is not None, "the sale to be kept")
        sale = hands.desk.last_sale
        assert sale is not None
        return sale

    def _by_cash(self, generous: int) -> None:
        payment = self.hands.desk.sale.payment
        due = payment.remaining_minor if payment is not None else 0
        self.hands.ask(TakeTender("cash", -(-due // generous) * generous))

    def _by_card(self, shopper: Shopper) -> None:
        hands = self.hands
        if shopper.special == "declined":
            hands.devices.terminal.next(Behaviour.DECLINE)
        hands.ask(Pay("card"))
        if shopper.special != "declined":
            return
        hands.wait(lambda: hands.screen is ScreenName.TENDER and hands.desk.attempt is None, "the card to be declined")
        self._truth.scene("declined card", f"till {hands.number}, then cash")
        self._by_cash(500)

    def _after(self, shopper: Shopper, sale: CommittedSale) -> None:
        hands, fact = self.hands, sale.fact
        self._note(sale)
        if shopper.special == "no_paper":
            hands.wait(lambda: hands.desk.printer_trouble, "the till to say that the paper is out")
            hands.devices.printer.give_paper()
            self._truth.scene("printer out of paper", f"ticket {fact.number} printed on the new roll")
        elif shopper.special in ("discount", "approval"):
            self._truth.scene({"discount": "discount", "approval": "manager's approval"}[shopper.special], fact.number)
        if shopper.client and fact.client:
            self._truth.scene("client on the ticket", fact.client)
        with self._truth.lock:
            self._truth.sold_by_barcode.update(p.gtin for p in shopper.pieces if p.unit and p.means != "pad")
        hands.ask(NextSale())
        hands.wait(lambda: hands.screen is ScreenName.TILL, "the next customer's turn")

    def _note(self, sale: CommittedSale) -> None:
        """What the customer has in hand and in the purse."""
        fact = sale.fact
        self._documents += 1
        by_kind = {kind: sum(one.minor for one in fact.tenders if one.kind == kind) for kind in ("cash", "card")}
        pieces = sum(line.qty for line in fact.lines)
        self._truth.sold(
            SoldTruth(
                fact.number,
                self.hands.number,
                fact.total_minor,
                by_kind["cash"],
                by_kind["card"],
                pieces,
                self._minute(),
            )
        )

    def note_return(self, sale: CommittedSale) -> None:
        """Goods were taken back over the counter."""
        self._note(sale)

    @property
    def documents(self) -> int:
        """Tickets that the printer must have printed."""
        return self._documents

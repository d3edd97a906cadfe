"""Orders of a web shop for journeys, and the steps of an associate at the real window that lead to a ready order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from installer.demo.goods import index_of
from store_app.presenters.names import ScreenName
from tests.support.hands import Hands
from tests.support.processes import wait_until
from tests.support.shop import Json, Shop


@dataclass(frozen=True)
class WebOrder:
    """An order that the ledger took: ``code`` is the text of its pickup QR."""

    id: str
    number: str
    code: str
    lines: tuple[Json, ...]

    @property
    def minor(self) -> int:
        """What was paid online."""
        return sum(int(line["qty"]) * int(line["unit_minor"]) for line in self.lines)


def article(shop: Shop, gtin: str) -> Json:
    """The catalogue's row of an article."""
    return shop.premises.goods.article(index_of(gtin))


def name(shop: Shop, gtin: str, language: str = "en") -> str:
    """What a person reads for an article."""
    return str(article(shop, gtin)["label"][language])


def barcode(gtin: str) -> str:
    """The EAN-13 on an article's label."""
    return gtin[1:]


def price(shop: Shop, gtin: str) -> int:
    """An article's price of today, minor units, tax included."""
    prices = shop.premises.goods.price(index_of(gtin))["prices"]
    return int(prices[-1]["minor"])


def place_order(
    shop: Shop, number: str, wanted: Sequence[tuple[str, int]], customer: str = "Ada Quent", hours: float = 2
) -> WebOrder:
    """Post an order of (gtin, quantity) for pickup; it is paid by card online."""
    lines = [
        {"id": str(place), "gtin": gtin, "qty": qty, "unit_minor": price(shop, gtin), "rate": "20"}
        for place, (gtin, qty) in enumerate(wanted, start=1)
    ]
    paid = sum(int(str(line["qty"])) * int(str(line["unit_minor"])) for line in lines)
    taken = shop.post_order(
        {
            "number": number,
            "channel": "web",
            "method": "pickup",
            "promised_at": (datetime.now(UTC) + timedelta(hours=hours)).isoformat(),
            "customer": {"id": "c000001", "name": customer},
            "currency": "EUR",
            "paid": {"tender": "card-online", "minor": paid, "ref": f"PAY-{number}"},
            "lines": lines,
            "store": shop.store,
        }
    )
    return WebOrder(taken["id"], number, taken["code"], tuple(lines))


def order_at_ledger(shop: Shop, order: WebOrder) -> Json:
    """The order as head office sees it."""
    body: Json = shop.ask_ledger(f"/v1/orders/{order.id}").json()
    return body


def await_axes(shop: Shop, order: WebOrder, timeout: float = 15, **axes: str) -> None:
    """Wait until the ledger's axes are these; AssertionError with what they are."""
    try:
        wait_until(lambda: axes.items() <= order_at_ledger(shop, order)["axes"].items(), timeout)
    except AssertionError:
        raise AssertionError(f"{order_at_ledger(shop, order)['axes']} instead of {axes}") from None


def await_at_store(shop: Shop, order: WebOrder) -> None:
    """Wait until the agent has the order."""
    wait_until(lambda: shop.ask(f"/v1/orders/{order.id}").status_code == 200, 15, f"{order.number} at the store")


class Associate:
    """Somebody who works on orders at a till's window."""

    def __init__(self, shop: Shop, hands: Hands) -> None:
        self.shop = shop
        self.hands = hands

    def sign_in(self) -> "Associate":
        """As Léa."""
        self.hands.sign_in("Léa B.", "2222")
        return self

    def open_order(self, order: WebOrder) -> None:
        """Choose it on the orders board."""
        self.hands.press("Orders")
        self.hands.on(ScreenName.ORDERS)
        self.hands.tap(order.number)
        self.hands.until(lambda: getattr(self.hands.view, "title", "") == order.number, what=f"{order.number} chosen")

    def begin(self, order: WebOrder) -> None:
        """From the board to the pick list."""
        self.open_order(order)
        self.hands.confirm("Pick")
        self.hands.on(ScreenName.PICK)
        self.hands.reads(f"Pick {order.number}")

    def bind_by_tag(self, *units: str) -> None:
        """Found pieces are laid on the pad; they stay there."""
        self.hands.lay(*units)

    def bind_by_scan(self, gtin: str) -> None:
        """A found piece is scanned."""
        self.hands.scan(barcode(gtin), "]E0")

    def await_check(self, order: WebOrder) -> None:
        """All is found: the tote is to be checked."""
        self.hands.on(ScreenName.VERIFY)
        self.hands.reads(f"Check {order.number}")

    def put_away(self, order: WebOrder, bin: str) -> None:
        """The checked tote goes into a bin: ready."""
        self.hands.on(ScreenName.STAGE)
        self.hands.press(bin)
        self.hands.confirm("Ready")
        self.hands.on(ScreenName.ORDERS)
        self.hands.lay()

    def make_ready(self, order: WebOrder, units: Sequence[str], bin: str) -> None:
        """The whole way of an order of tagged goods alone."""
        self.begin(order)
        self.bind_by_tag(*units)
        self.await_check(order)
        self.hands.reads("Exactly what was picked")
        self.hands.confirm("Tote is right")
        self.put_away(order, bin)


def make_ready(shop: Shop, order: WebOrder, units: Sequence[str], bin: str) -> None:
    """The way of an order of tagged goods, one unit a line, by commands of an associate."""
    await_at_store(shop, order)
    shop.command("order.pick", order.id, by="lea")
    for line, unit in zip(order.lines, units, strict=True):
        args = {"line": line["id"], "gtin": line["gtin"], "unit": unit, "means": "tag"}
        shop.command("order.bind", order.id, args, by="lea")
    shop.command("order.verify", order.id, {"units": list(units), "counted": {}}, by="lea")
    shop.command("order.stage", order.id, {"bin": bin}, by="lea")
    shop.command("order.ready", order.id, by="lea")

"""A real ledger on a real port, and the store's devices that talk to it as they do in a shop."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import select

from retail.facts import (
    Fact,
    FiscalStamp,
    Move,
    OrderHandedOver,
    Place,
    RefundRequested,
    SaleCompleted,
    SoldLine,
    StockMoved,
    TaxTotal,
    Tendered,
    Versions,
)
from retail.facts.store import Cause
from sync.identity.enrolment import Kind, SignedAuth
from sync.identity.keys import Identity
from sync.journal.outbox import next_batch
from sync.ledger.refunds import Provider
from sync.ledger.settings import LedgerSettings
from sync.ledger.wiring import Ledger, enrol
from sync.storage.book import Book
from sync.storage.engine import open_engine
from sync.storage.tables import feed_rows
from sync.wire.messages import Batch
from tests.support.books import kind_of
from tests.support.clocks import ManualClock
from tests.support.waiting import wait_until

on_both_databases = pytest.mark.parametrize(
    "settings", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
"""runs a test of the ledger on SQLite and on PostgreSQL"""
OPERATIONS = "operations-token-for-tests"
WEB = "web-channel-token-for-tests"
G1, G2, G3 = "03210000000017", "03210000000024", "03210000000031"
FLOOR = Place(location="salesfloor")
SUPPLIER = Place(location="supplier")
CUSTOMER = Place(location="customer")


def ledger_settings(folder: Path, **fields: object) -> LedgerSettings:
    """Settings of a ledger in ``folder`` on a free port."""
    base: dict[str, object] = {
        "data": folder,
        "http": {"port": 0},
        "operations": [{"name": "ops", "token": OPERATIONS}],
        "channels": [{"name": "web", "token": WEB}],
    }
    return LedgerSettings.model_validate({**base, **fields})


@contextmanager
def running_ledger(settings: LedgerSettings, provider: Provider | None = None) -> Iterator[Ledger]:
    """A ledger that serves until the block ends."""
    ledger = Ledger(settings, provider)
    ledger.start()
    try:
        yield ledger
    finally:
        ledger.stop()


class Device:
    """A till or an agent: a book of its own, whose journal it posts to the ledger."""

    def __init__(self, folder: Path, device: str, settings: LedgerSettings) -> None:
        store = device.split("-")[0]
        self.store, self.device = store, device
        self.identity = Identity.load_or_create(folder / device, store, device)
        self.kind: Kind = kind_of(device)
        self.engine = open_engine(folder / device / "book.db")
        self.book = Book(self.engine, self.identity, ManualClock(), kind=self.kind)
        self.sent = 0
        enrol(settings, store, device, self.kind, self.identity.public)

    def write(self, *facts: Fact, attachments: dict[str, str] | None = None) -> list[Cause]:
        """Facts in one commit of this device."""
        with self.book.unit() as unit:
            return [unit.record(fact, attachments=attachments) for fact in facts]

    def batch(self) -> Batch:
        """What the ledger hasn't had from this device yet."""
        with self.book.read() as conn:
            found = next_batch(conn, self.store, self.device, self.sent)
        assert found is not None
        return found

    def send(self, ledger: Ledger) -> None:
        """Post what is new and wait until it is projected."""
        self.post(ledger.url)
        settle(ledger)

    def post(self, url: str) -> None:
        """Post what is new."""
        while self.sent < self.book.head.seq:
            answer = self.posted(url, msgspec.json.encode(self.batch()))
            assert answer.status_code == 200, answer.text
            self.sent = answer.json()["ack"]

    def posted(self, url: str, content: bytes) -> httpx.Response:
        """The answer to any bytes in place of a batch."""
        with httpx.Client(base_url=url, auth=SignedAuth(self.identity), timeout=20) as client:
            return client.post(f"/v1/devices/{self.device}/events", content=content)

    def get(self, url: str, path: str) -> httpx.Response:
        """A signed request."""
        with httpx.Client(base_url=url, auth=SignedAuth(self.identity), timeout=20) as client:
            return client.get(path)

    def close(self) -> None:
        self.engine.dispose()


def settle(ledger: Ledger) -> None:
    """Wait until everything accepted is projected and refunds are paid."""

    def done() -> bool:
        with ledger.book.read() as conn:
            return ledger.projector.backlog(conn) == 0 and not ledger.projector.busy

    wait_until(done)


def call(ledger: Ledger, method: str, path: str, token: str = OPERATIONS, **options: object) -> httpx.Response:
    """A request with a bearer token."""
    headers = {"Authorization": f"Bearer {token}", **dict(options.pop("headers", {}))}  # type: ignore[call-overload]
    return httpx.request(method, ledger.url + path, headers=headers, timeout=20, **options)  # type: ignore[arg-type]


def received(move: str, *goods: tuple[str, int], cause: Cause | None = None) -> StockMoved:
    """Goods come in."""
    moves = tuple(Move(gtin=gtin, qty=qty, src=SUPPLIER, dst=FLOOR) for gtin, qty in goods)
    return StockMoved(move=move, reason="received", moves=moves, cause=cause)


def left(move: str, cause: Cause, *goods: tuple[str, int]) -> StockMoved:
    """Goods that a till's fact took."""
    moves = tuple(Move(gtin=gtin, qty=qty, src=FLOOR, dst=CUSTOMER) for gtin, qty in goods)
    return StockMoved(move=move, reason="sold", moves=moves, cause=cause)


def sale(number: str, *goods: tuple[str, int], client: str | None = None) -> SaleCompleted:
    """A settled cash sale at 10.00 a piece."""
    lines = tuple(
        SoldLine(
            line=f"l{n}", gtin=gtin, label="Chemise", qty=qty, unit_minor=1000, gross_minor=1000 * qty,
            total_minor=1000 * qty, net_minor=833 * qty, tax_minor=167 * qty, rate="20", tax_code="N",
        )
        for n, (gtin, qty) in enumerate(goods)
    )  # fmt: skip
    total = sum(line.total_minor for line in lines)
    net = sum(line.net_minor for line in lines)
    return SaleCompleted(
        sale=f"sale-{number}", number=number, shift="s1", business_date="2026-11-21", cashier="c1", currency="EUR",
        lines=lines, tenders=(Tendered(kind="cash", minor=total, given_minor=total),), total_minor=total,
        taxes=(TaxTotal(rate="20", net_minor=net, tax_minor=total - net, gross_minor=total),), versions=Versions(),
        stamp=FiscalStamp(chain="ticket", number=1, payload="{}", signature="", key=""), client=client,
    )  # fmt: skip


def handed_over(order: str, *lines: tuple[str, str, int]) -> OrderHandedOver:
    """The customer took the order's goods."""
    return OrderHandedOver(order=order, number="W1", units=(), lines=lines, verified_by="qr", by="c1")


def refund_requested(refund: str, order: str, minor: int, returned: str = "ret-1") -> RefundRequested:
    """A till asks for an online payment to be given back."""
    return RefundRequested(
        refund=refund, order=order, returned=returned, minor=minor, currency="EUR", tender="web", ref="PAY-1"
    )


def order_body(number: str, *goods: tuple[str, int], **fields: object) -> dict[str, object]:
    """The body of ``POST /v1/orders``, a pickup paid online."""
    lines = [
        {"id": f"{n}", "gtin": gtin, "qty": qty, "unit_minor": 1000, "rate": "20"}
        for n, (gtin, qty) in enumerate(goods, start=1)
    ]
    total = sum(qty for _, qty in goods) * 1000
    return {
        "number": number, "channel": "web", "method": "pickup", "promised_at": "2026-11-21T18:00:00+01:00",
        "customer": {"id": "c-1", "name": "Camille Martin"}, "currency": "EUR",
        "paid": {"tender": "web", "minor": total, "ref": "PAY-1"}, "lines": lines, **fields,
    }  # fmt: skip


def post_order(ledger: Ledger, body: dict[str, object], key: str = "k1") -> httpx.Response:
    """Order as the web shop does."""
    return call(ledger, "POST", "/v1/orders", WEB, json=body, headers={"Idempotency-Key": key})


def orders_feed(ledger: Ledger, store: str) -> dict[str, dict[str, object]]:
    """Rows of the orders feed of one store, as published."""
    with ledger.book.read() as conn:
        query = select(feed_rows.c.key, feed_rows.c.body).where(
            feed_rows.c.feed == "orders", feed_rows.c.scope == store
        )
        return {row.key: msgspec.json.decode(row.body) for row in conn.execute(query)}

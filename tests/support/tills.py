"""A whole till without a window on a made-up shop: real book, real reference, fake printer and terminal if wanted."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from drivers.contracts import Block, Columns, Text
from drivers.readings import PaymentOutcome, PaymentStatus
from retail.epc import encode_sgtin96
from retail.epc.unit import Unit
from store_app.agent_link import AgentLink
from store_app.headless import HeadlessTill
from store_app.presenters.base import Effect, Job, Notice
from store_app.presenters.intents import PadKey, Scanned, SelectPerson, TagsSeen
from store_app.presenters.messages import FeedsChanged
from store_app.presenters.services import Live, Services
from store_app.services import TillServices
from store_app.settings import TillSettings
from sync.feeds.row import FeedRow
from sync.identity.pins import hash_pin
from sync.storage.tables import records
from tests.support.clocks import ManualClock
from tests.support.till_builders import Ids

Row = dict[str, Any]
NOW = 1_763_730_000_000
CANDLE, JUMPER, BAG, TEA = "09521000000186", "09521000000193", "09521000000001", "09521000000230"
PREFIX = 6
PEPPER = b"p" * 32
"""the same in every test: hashing PINs is slow on purpose"""
_HASHES: dict[str, str] = {}


def article(gtin: str, name: str, *, tagged: bool = False, tile: int | None = None, tax: str = "N", **more: Any) -> Row:
    """A catalogue row."""
    return {
        "gtin": gtin,
        "sku": f"SKU{gtin[-4:]}",
        "style": name,
        "label": {"fr": name, "en": name},
        "variant": {"fr": "", "en": ""},
        "category": "things",
        "kind": "article",
        "tax": tax,
        "tagged": tagged,
        "stocked": True,
        "barcodes": [gtin[1:]],
        "prefix_length": PREFIX,
        "tile": tile,
        "tile_label": None,
        "min_age": 0,
        "recalled": False,
        **more,
    }


def price(gtin: str, minor: int) -> Row:
    """A prices row."""
    return {
        "gtin": gtin,
        "currency": "EUR",
        "prices": [{"minor": minor, "from": 0, "until": None}],
        "prior_minor": None,
    }


def staff(pepper: bytes) -> list[tuple[str, Row]]:
    """A cashier (1111), an associate (2222) and a manager (3333)."""
    people = (("camille", "Camille D.", "cashier", "1111", None), ("lea", "Léa B.", "associate", "2222", None),
              ("nadia", "Nadia K.", "manager", "3333", "BADGE-NADIA"))  # fmt: skip
    return [
        (key, {"id": key, "name": name, "role": role, "pin": _hashed(pin, pepper), "badge": badge, "active": True})
        for key, name, role, pin, badge in people
    ]


def _hashed(pin: str, pepper: bytes) -> str:
    return _HASHES.setdefault(pin + pepper.hex(), hash_pin(pin, pepper))


def shop_rows(pepper: bytes, ledger_key: str = "", print_receipts: str = "always") -> dict[str, list[tuple[str, Row]]]:
    """All feeds of a small shop."""
    goods = [
        (article(CANDLE, "Bougie"), 2400),
        (article(JUMPER, "Pull", tagged=True), 5990),
        (article(BAG, "Sac papier", tile=1), 20),
        (article(TEA, "Thé", tax="R"), 890),
    ]
    store = {
        "store": "LYO1", "name": "Lyon Bellecour", "city": "Lyon", "country": "FR", "currency": "EUR",
        "locale": "fr_FR", "timezone": "Europe/Paris", "siret": "00000000000000", "prices_include_tax": True,
        "receipt": {"print": print_receipts}, "cash_limit_minor": 100_000, "discount_limit_bp": 1000,
        "ledger_key": ledger_key, "gate": {"window_min": 15, "till_silence_s": 5},
    }  # fmt: skip
    zones = [{"id": "femme", "name": {"fr": "Femme", "en": "Women"}, "location": "salesfloor", "walk": 10}]
    return {
        "catalogue": [(row["gtin"], row) for row, _minor in goods],
        "prices": [(row["gtin"], price(row["gtin"], minor)) for row, minor in goods],
        "taxes": [
            ("N", {"code": "N", "rate": "20", "label": {"fr": "Taux normal"}}),
            ("R", {"code": "R", "rate": "5.5", "label": {"fr": "Taux réduit"}}),
        ],
        "promotions": [],
        "staff": staff(pepper),
        "settings": [("store", store), ("plan", {"zones": zones, "bins": ["01", "02"]})],
        "customers": [("c1", {"id": "c1", "name": "Inès Martin", "tier": "Or", "points": 412, "size": "M",
                              "email": "ines@example.org", "phone": "06 39 98 00 01", "consents": {"email": True},
                              "wishes": [JUMPER], "notes": [], "purchases": []})],
    }  # fmt: skip


def epc_of(unit: str) -> str:
    """The tag of a unit, in hexadecimal."""
    return encode_sgtin96(Unit.parse(unit), PREFIX).hex()


class PaperTape:
    """A printer's queue that keeps what it was given."""

    def __init__(self) -> None:
        self.documents: list[list[Block]] = []
        self.kicks = 0

    def print(self, blocks: Sequence[Block]) -> int:
        self.documents.append(list(blocks))
        return len(self.documents)

    def kick(self) -> int:
        self.kicks += 1
        return 0

    def text(self, document: int = -1) -> str:
        """One document's words."""
        lines = []
        for block in self.documents[document]:
            if isinstance(block, Text):
                lines.append(block.text)
            elif isinstance(block, Columns):
                lines.append(f"{block.left} {block.right}")
        return "\n".join(lines)


class SlowTill(HeadlessTill):
    """A till whose jobs named in ``holds`` aren't begun before they are released, as if disk or terminal took long."""

    def __init__(self, services: TillServices, given: Services | None = None) -> None:
        super().__init__(services, given)
        self.holds: tuple[str, ...] = ()
        self._held: list[Job] = []

    def release(self, *, backwards: bool = False) -> None:
        """Do what waits, the last first if asked, and hold nothing any more."""
        held, self._held, self.holds = self._held, [], ()
        if backwards:
            held.reverse()
        for job in held:
            self._run(self._do(job))

    def _do(self, job: Job) -> list[Effect]:
        if any(f".{name}#" in job.id for name in self.holds):
            self._held.append(job)
            return []
        return super()._do(job)


@dataclass
class FakeTerminal:
    """A card terminal that answers what the test has put down; it counts charges."""

    answers: list[PaymentStatus] = field(default_factory=list)
    statuses: list[PaymentStatus] = field(default_factory=list)
    charged: list[tuple[str, int]] = field(default_factory=list)
    refunded: list[tuple[str, int]] = field(default_factory=list)
    reversals: list[PaymentStatus] = field(default_factory=list)
    reversed: list[str] = field(default_factory=list)
    approves_minor: int = 0
    """what it approves whatever it was asked for, such as with a tip; 0: what it was asked for"""
    name: str = "terminal"

    def charge(self, attempt: str, minor: int, currency: str, timeout: float) -> PaymentOutcome:
        self.charged.append((attempt, minor))
        return self._outcome(attempt, minor, self.answers)

    def refund(self, attempt: str, minor: int, currency: str, timeout: float) -> PaymentOutcome:
        self.refunded.append((attempt, minor))
        return self._outcome(attempt, minor, self.answers)

    def reverse(self, attempt: str, timeout: float) -> PaymentOutcome:
        self.reversed.append(attempt)
        return PaymentOutcome(attempt, self.reversals.pop(0) if self.reversals else PaymentStatus.CANCELLED)

    def status(self, attempt: str, timeout: float) -> PaymentOutcome:
        minor = next((minor for known, minor in self.charged if known == attempt), 0)
        return self._outcome(attempt, minor, self.statuses)

    def abandon(self, attempt: str) -> None:
        """Nothing waits here."""

    def _outcome(self, attempt: str, minor: int, answers: list[PaymentStatus]) -> PaymentOutcome:
        status = answers.pop(0) if answers else PaymentStatus.APPROVED
        approved = self.approves_minor or minor
        given = minor // 2 if status is PaymentStatus.PARTIAL else approved if status is PaymentStatus.APPROVED else 0
        return PaymentOutcome(attempt, status, given, ref=f"REF-{len(self.charged)}", masked="4417")


@dataclass
class TillUnderTest:
    """A headless till with its fakes; ``rows`` puts feed rows into its reference."""

    till: SlowTill
    clock: ManualClock
    paper: PaperTape
    terminal: FakeTerminal
    _versions: dict[str, int] = field(default_factory=dict)

    def rows(self, feed: str, rows: Iterable[tuple[str, Row | None]]) -> None:
        """Publish rows, as the post would have pulled them."""
        version = self._versions.get(feed, self.till.services.reference.cursor(feed))
        made = []
        for key, body in rows:
            version += 1
            made.append(FeedRow(version, key, 1, body))
        self._versions[feed] = version
        self.till.services.reference.apply(feed, made, version)
        self.till.ask(FeedsChanged(frozenset((feed,))))

    def sign_in(self, person: str = "camille", pin: str = "1111") -> None:
        """Choose a name and type the PIN."""
        self.till.ask(SelectPerson(person), *(PadKey(digit) for digit in pin))

    def scan(self, text: str, aim: str = "") -> None:
        """A scanner sends a code."""
        self.till.ask(Scanned(text, aim, "scanner"))

    def lay(self, *units: str) -> None:
        """Units lie on the pad, and nothing else."""
        self.till.ask(TagsSeen(tuple(epc_of(unit) for unit in units)))

    def type(self, digits: str) -> None:
        """Keys of the pad."""
        self.till.ask(*(PadKey(digit) for digit in digits))

    @property
    def titles(self) -> list[str]:
        """What notices said, in order."""
        return [notice.title for notice in self.till.notices]

    @property
    def last_notice(self) -> Notice:
        """The last notice."""
        return self.till.notices[-1]

    def kinds(self) -> list[str]:
        """Kinds of all facts in the till's log."""
        with self.till.services.till.read() as conn:
            return list(conn.execute(select(records.c.kind).order_by(records.c.seq)).scalars())


@contextmanager
def till_under_test(
    folder: Path,
    *,
    clock: ManualClock | None = None,
    terminal: FakeTerminal | None = None,
    agent: httpx.BaseTransport | None = None,
    live: Live | None = None,
    ledger_key: str = "",
    print_receipts: str = "always",
    ids: str = "n",
    fill: bool = True,
    ballast_mib: int = 0,
) -> Iterator[TillUnderTest]:
    """Open (again) the till in a folder; without an agent nothing answers."""
    clock = clock or ManualClock(NOW)
    settings = TillSettings.model_validate(
        {
            "till": {
                "store": "LYO1",
                "device": "LYO1-T1",
                "folder": folder,
                "locale": "en",
                "ballast_mib": ballast_mib,
            },
            "agent": {"url": ""},
        }
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pepper.key").write_bytes(PEPPER)
    services = TillServices(settings, clock, new_id=Ids(ids))
    paper, terminal = PaperTape(), terminal or FakeTerminal()
    given = replace(services.for_presenters(), terminal=terminal, printer=paper)
    line = AgentLink("http://agent", None, Ids(f"{ids}c"), transport=agent) if agent is not None else None
    if line is not None:
        given = replace(given, agent=line)
    if live is not None:
        given = replace(given, live=live)
    try:
        till = SlowTill(services, given)
        under_test = TillUnderTest(till, clock, paper, terminal)
        if fill:
            for feed, rows in shop_rows(PEPPER, ledger_key, print_receipts).items():
                under_test.rows(feed, rows)
        till.start()
        yield under_test
    finally:
        if line is not None:
            line.close()
        services.stop()

"""A shop that does anything in any order, with a model beside it: the state machine of the invariants.

Used by the invariant tests, and by the tests that plant bugs to see whether the machine notices.
"""

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from retail.errors import Refused
from retail.facts.base import Fact
from retail.facts.store import Cause, CountApproved, ExceptionRaised, OrderUnitBound, StockMoved
from retail.stock.availability import levels
from retail.stock.book import StockBook
from retail.stock.causes import effects_of
from retail.stock.count_moves import count_effects
from retail.stock.counts import approved, expected_units, finish, hear, open_count
from retail.stock.effects import effects, promise
from retail.stock.exceptions import Effects, apply
from retail.stock.fold import fold
from retail.stock.invariants import broken_invariants
from retail.stock.leases import give_back, grant
from retail.stock.moves import Received, follow_reads, receive
from retail.stock.places import BACK, CUSTOMER, FLOOR, At, is_sellable
from retail.stock.reservations import Entry, fold_entry, settle
from retail.stock.resolve import open_sale, resolve
from retail.stock.rows import dump, load
from retail.stock.units import state_of
from tests.support.stock_builders import (
    COAT,
    MUG,
    SHIRT,
    Ids,
    came_back,
    handed_over,
    sale_of,
    sold_line,
    unit_of,
)

TAGGED = (COAT, SHIRT)
UNITS = [unit_of(gtin, number) for gtin in TAGGED for number in range(5)]
UNIT = st.sampled_from(UNITS)
GTIN = st.sampled_from([*TAGGED, MUG])
QTY = st.integers(1, 3)
CHANNEL = st.sampled_from(["web", "market"])
WHERE = st.sampled_from([FLOOR, BACK])


class ShopMachine(RuleBasedStateMachine):
    """Every rule does what the agent does: facts to effects, effects folded, all of it kept in a log."""

    def __init__(self) -> None:
        super().__init__()
        self.ids = Ids()
        self.book = StockBook()
        self.log: list[tuple[Fact | Entry, int]] = []
        self.exceptions: list[ExceptionRaised] = []
        self.now = 0
        self.seq = 0
        self.sold: Counter[str] = Counter()
        """what customers hold, by the papers alone"""
        self.short: set[str] = set()
        """articles for which somebody was told that more is promised than there is"""

    def take(self, made: Effects) -> None:
        """Do what the agent does with the effects of one cause: all of them, at once."""
        apply(self.book, made, self.now)
        facts: list[Fact | Entry] = [*made.resolved, *([made.moved] if made.moved else []), *made.entries]
        self.log += [(fact, self.now) for fact in facts]
        self.exceptions += made.exceptions
        kinds = {"reservation_broken", "lease_overdrawn", "negative_balance"}
        if any(one.kind in kinds for one in made.exceptions):
            self.short |= {one.subject for one in made.exceptions} | self._articles_of(made)

    def _articles_of(self, made: Effects) -> set[str]:
        moved = {one.gtin for one in made.moved.moves} if made.moved else set()
        return moved | {entry.gtin for entry in made.entries}

    def fold(self, fact: Fact) -> None:
        fold(self.book, fact, self.now)
        self.log.append((fact, self.now))

    def cause(self) -> Cause:
        self.seq += 1
        self.now += 1000
        return ("LYO1-T1", self.seq)

    def till(self, fact: Fact) -> Effects:
        made = effects_of(self.book, fact, self.cause(), self.now, self.ids)
        self.take(made)
        return made

    @initialize()
    def opening(self) -> None:
        for gtin in TAGGED:
            keys = [unit_of(gtin, number) for number in range(3)]
            self.receive(Received(gtin, 3, keys, FLOOR))
        self.receive(Received(MUG, 4, (), BACK))

    def receive(self, line: Received) -> None:
        try:
            found = receive(self.book, [line])
        except Refused:
            return
        self.take(effects(self.book, "received", found, cause=self.cause(), at=self.now, new_id=self.ids))

    @rule(unit=UNIT, where=WHERE)
    def receive_unit(self, unit: str, where: At) -> None:
        self.receive(Received(unit[:14], 1, [unit], where))

    @rule(qty=QTY, where=WHERE)
    def receive_untagged(self, qty: int, where: At) -> None:
        self.receive(Received(MUG, qty, (), where))

    @rule(unit=UNIT)
    def sell_by_tag(self, unit: str) -> None:
        made = self.till(sale_of(sold_line(unit[:14], 1, [unit])))
        if not any(one.kind == "double_sold" for one in made.exceptions):
            self.sold[unit[:14]] += 1

    @rule(gtin=GTIN, qty=QTY)
    def sell_by_barcode(self, gtin: str, qty: int) -> None:
        self.till(sale_of(sold_line(gtin, qty, tagged=gtin != MUG)))
        self.sold[gtin] += qty

    @rule(unit=UNIT)
    def take_back(self, unit: str) -> None:
        written_off = state_of(self.book, unit) == "shrunk"
        made = self.till(came_back(unit[:14], unit))
        if made.moved is not None and (made.resolved or not written_off):
            self.sold[unit[:14]] -= 1

    @rule(unit=UNIT, where=st.sampled_from(["salesfloor", "stockroom"]))
    def read(self, unit: str, where: str) -> None:
        found = follow_reads(self.book, [(unit, where)])  # type: ignore[list-item]
        self.take(effects(self.book, "presence", found, cause=self.cause(), at=self.now, new_id=self.ids))

    @rule(gtin=GTIN, qty=QTY, inside_lease=st.booleans())
    def order(self, gtin: str, qty: int, inside_lease: bool) -> None:
        lease = next((one.lease for one in self.book.leases.values() if one.gtin == gtin), None)
        self.now += 1000
        number = self.ids()
        self.take(
            promise(
                self.book, f"r{number}", gtin, qty, f"o{number}", at=self.now, new_id=self.ids,
                lease=lease if inside_lease else None,
            )
        )  # fmt: skip

    @rule(pick=st.integers(0, 9))
    def cancel_order(self, pick: int) -> None:
        kept = sorted(self.book.reservations)
        if not kept:
            return
        entry = settle(self.book, self.ids(), kept[pick % len(kept)], "release", self.now)
        fold_entry(self.book, entry)
        self.log.append((entry, self.now))

    @rule(pick=st.integers(0, 9), unit=UNIT)
    def pick_unit(self, pick: int, unit: str) -> None:
        orders = sorted({kept.order for kept in self.book.reservations.values() if kept.gtin == unit[:14]})
        if orders and state_of(self.book, unit) == "in_stock" and unit not in self.book.bound:
            order = orders[pick % len(orders)]
            self.fold(OrderUnitBound(order=order, line="1", gtin=unit[:14], unit=unit, means="tag", by="a"))

    @rule(pick=st.integers(0, 9))
    def hand_over(self, pick: int) -> None:
        kept = sorted(self.book.reservations.values(), key=lambda one: one.rid)
        if not kept:
            return
        wanted = kept[pick % len(kept)]
        gtin, qty = wanted.gtin, wanted.qty
        units = [unit for unit, (order, _) in self.book.bound.items() if order == wanted.order][:qty]
        before = self.book.committed(gtin)
        self.till(handed_over(wanted.order, units, ("1", gtin, qty)))
        self.sold[gtin] += qty
        assert self.book.committed(gtin) <= before - qty, "I9: goods left, their promise stayed"

    @rule(gtin=GTIN, qty=QTY, channel=CHANNEL)
    def lease(self, gtin: str, qty: int, channel: str) -> None:
        try:
            fact = grant(self.book, f"{channel}{gtin}", gtin, qty, self.now + 5000)
        except Refused:
            return
        free, before = levels(self.book, gtin).atp, self.book.leased(gtin)
        self.fold(fact)
        assert 0 <= self.book.leased(gtin) - before <= free, "I6: more was leased than is free"

    @rule(gtin=GTIN, channel=CHANNEL)
    def end_lease(self, gtin: str, channel: str) -> None:
        if f"{channel}{gtin}" in self.book.leases:
            self.fold(give_back(self.book, f"{channel}{gtin}"))

    @rule(unit=UNIT)
    def pass_the_gate(self, unit: str) -> None:
        sale = open_sale(self.book, unit[:14], self.now - 900_000, unit)
        if sale is not None and state_of(self.book, unit) == "in_stock":
            self.take(
                resolve(
                    self.book, unit, sale, "gate", cause=("LYO1-A", self.seq * 100 + len(self.log)), at=self.now,
                    new_id=self.ids,
                )
            )  # fmt: skip

    @rule(read=st.sets(UNIT))
    def count(self, read: set[str]) -> None:
        self.cause()
        expected = expected_units(self.book, "floor", "salesfloor", lambda unit: None)
        count, _ = open_count(self.ids(), "floor", "m", expected, self.now, 0)
        hear(count, sorted(read), self.now)
        finish(count, self.book)
        gone = {unit for unit in UNITS if state_of(self.book, unit) in ("sold", "handed_over")}
        fact: CountApproved = approved(count, self.book, {}, "m")
        made = count_effects(self.book, fact, "salesfloor", cause=("LYO1-A", self.seq), at=self.now, new_id=self.ids)
        self.fold(fact)
        self.take(made)
        back = {unit for unit in gone if state_of(self.book, unit) == "in_stock"}
        assert not back, f"a sold unit came back by a read: {back}"

    @rule(pick=st.integers(0, 200))
    def hear_a_fact_again(self, pick: int) -> None:
        """I10: the same movement, or the same entry, twice."""
        if not self.log:
            return
        fact, at = self.log[pick % len(self.log)]
        if isinstance(fact, Entry):
            assert not fold_entry(self.book, fact), "I10: an entry was folded twice"
        elif isinstance(fact, StockMoved | CountApproved):
            assert not fold(self.book, fact, at), "I10: a movement was folded twice"

    @invariant()
    def the_book_is_sound(self) -> None:
        assert broken_invariants(self.book) == []

    @invariant()
    def what_customers_hold_is_what_the_papers_say(self) -> None:
        for gtin in (*TAGGED, MUG):
            held = self.book.balance(gtin, CUSTOMER)
            assert held == self.sold[gtin], f"customers hold {held} of {gtin}, the papers say {self.sold[gtin]}"

    @invariant()
    def tags_and_quantities_agree(self) -> None:
        """I4: articles that only ever came in with tags have no goods without one."""
        for gtin in TAGGED:
            assert self.book.anonymous(gtin) == 0, f"I4: {self.book.anonymous(gtin)} of {gtin} have no unit"

    @invariant()
    def nothing_is_oversold_in_silence(self) -> None:
        """I6 and I8."""
        for gtin in (*TAGGED, MUG):
            found = levels(self.book, gtin)
            assert 0 <= found.atp <= max(0, found.sellable), "I6"
            if found.committed + found.leased > found.sellable:
                assert gtin in self.short, f"I8: more of {gtin} is promised than is there, and nobody was told"

    def teardown(self) -> None:
        """I2 and I3: replaying the log, and reading the rows back, give the same book."""
        again = StockBook()
        for fact, at in self.log:
            if isinstance(fact, Entry):
                fold_entry(again, fact)
            else:
                fold(again, fact, at)
        again.changed.clear()
        self.book.changed.clear()
        assert again == self.book, "I2, I3: the replayed book differs"
        assert load(dump(self.book)) == self.book, "the book read back from its rows differs"
        sellable = sum(qty for row in self.book.balances.values() for key, qty in row.items() if is_sellable(key))
        assert sellable == sum(self.book.sellable(gtin) for gtin in self.book.gtins())

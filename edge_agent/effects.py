"""What the heart answers a message with, and the draft in which handlers gather it."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import msgspec

from drivers.contracts import ReaderCommand
from edge_agent.messages import Answer, Json
from retail.facts import Fact
from retail.facts.store import Cause
from retail.stock import Effects as StockEffects
from retail.stock import Entry, in_parts


@dataclass(frozen=True, slots=True)
class Put:
    """Insert or replace one row of a projection; ``row`` names every column."""

    table: str
    row: Json


@dataclass(frozen=True, slots=True)
class Drop:
    """Delete one row of a projection by its key columns."""

    table: str
    key: Json


@dataclass(frozen=True, slots=True)
class Publish:
    """Put one row of a feed that the agent owns; ``body`` None is a deletion."""

    feed: str
    key: str
    body: Json | None


@dataclass(frozen=True, slots=True)
class Keep:
    """Something that no fact tells: a suspended basket, a return's grade; ``body`` None forgets it."""

    table: str
    key: str
    body: Json | None


Write = Put | Drop | Publish


@dataclass(frozen=True, slots=True)
class Commit:
    """Facts for the journal and the rows that follow from them, in one transaction."""

    facts: tuple[Fact, ...] = ()
    writes: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """A command for a device; only an ``urgent`` one is done before the commit."""

    device: str
    command: ReaderCommand
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer a request, after the commit."""

    to: "Future[Answer]"
    status: int
    body: Json


@dataclass(frozen=True, slots=True)
class Hint:
    """Tell listening tills that a feed has moved on; version 0 stands for the one of the commit."""

    feed: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Wake:
    """Ask for ``TimeCame(key)`` at ``at`` ms UTC; a later wish for the same key replaces an earlier one."""

    at: int
    key: str


Effect = Commit | Act | Reply | Hint | Wake


@dataclass(slots=True)
class Draft:
    """What one message leads to; ``head`` is the journal's seq before it, so that facts can name each other."""

    device: str
    head: int
    now: int
    new_id: Callable[[], str]
    facts: list[Fact] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    wakes: list[Wake] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    kept: list[Keep] = field(default_factory=list)
    heard: dict[str, Counter[str]] = field(default_factory=dict)
    """zone that is counted -> units read there, and how many times"""
    sightings: list[tuple[str, str, int]] = field(default_factory=list)
    """(unit, zone where it was heard, when in ms UTC)"""
    expired: list[str] = field(default_factory=list)
    """orders whose hold has ended"""

    def record(self, fact: Fact) -> Cause:
        """Take a fact into the journal; returns the (device, seq) that it will have."""
        self.facts.append(fact)
        return (self.device, self.head + len(self.facts))

    def stock(self, made: StockEffects) -> None:
        """Take over everything that a cause does to stock."""
        self.facts += made.resolved
        if made.moved is not None:
            self.facts += in_parts(made.moved)
        self.facts += made.exceptions
        self.entries += made.entries

    def wake(self, key: str, at: int) -> None:
        """Ask to be woken, now or after a restart."""
        self.wakes.append(Wake(at, key))
        self.put("timers", key=key, at=at)

    def document(self, table: str, key: str, body: Json) -> None:
        """Keep a JSON object by its key."""
        self.put(table, key=key, body=msgspec.json.encode(body).decode())

    def put(self, table: str, **row: Any) -> None:
        self.writes.append(Put(table, row))

    def drop(self, table: str, **key: Any) -> None:
        self.writes.append(Drop(table, key))

    def publish(self, feed: str, key: str, body: Json | None) -> None:
        self.writes.append(Publish(feed, key, body))

    def effects(self) -> list[Effect]:
        """Urgent acts first, then one commit, then the rest."""
        urgent = [act for act in self.acts if act.urgent]
        later = [act for act in self.acts if not act.urgent]
        made: list[Effect] = [*urgent]
        if self.facts or self.writes:
            made.append(Commit(tuple(self.facts), tuple(self.writes)))
        feeds = dict.fromkeys(write.feed for write in self.writes if isinstance(write, Publish))
        made += [*later, *self.replies, *(Hint(feed) for feed in feeds), *self.wakes]
        return made

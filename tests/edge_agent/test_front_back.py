"""Front and back at the agent: which reader weighs, what a strong reflection does, what an ordinary reader does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge_agent.messages import ReadsArrived, Tick
from edge_agent.wiring import Agent
from tests.support.agents import PLAN, agent_settings, built_agent, command, epc_of, feed, reads, turn
from tests.support.clocks import ManualClock
from tests.support.stock_builders import COAT, unit_of

UNIT = unit_of(COAT, 1)
FRONT, BACK = (1, 2), (3, 4)


def reader(name: str, *zones: str, wall: str = "") -> dict[str, Any]:
    antennas = [{"port": port, "zone": zone} for port, zone in enumerate(zones, 1)]
    return {"name": name, "kind": "llrp", "url": "tcp://127.0.0.1:1", "antennas": antennas, "wall": wall}


class Store:
    """A coat in the stockroom, by the book and by the reader over the wall."""

    def __init__(self, agent: Agent, clock: ManualClock) -> None:
        self.agent, self.clock = agent, clock
        self.now_us = clock.now_ms() * 1000
        feed(agent, "settings", {"plan": PLAN})
        lines = [{"gtin": COAT, "qty": 1, "units": [UNIT], "location": "stockroom"}]
        assert command(agent, "stock.receive", lines=lines, reason="opening").status == 200

    def hear(self, seconds: int, *heard: tuple[str, int, int]) -> None:
        """Each second one read of each (reader, antenna, RSSI)."""
        for _ in range(seconds):
            self.now_us += 1_000_000
            self.clock.forward(1000)
            batches = [
                ReadsArrived(reads(name, self.now_us, (epc_of(UNIT), antenna, rssi, self.now_us, 1)))
                for name, antenna, rssi in heard
            ]
            turn(self.agent, *batches, Tick(self.now_us))

    @property
    def location(self) -> str:
        """By the book."""
        return self.agent.heart.shop.stock.units[UNIT].at.location

    @property
    def zone(self) -> str:
        """As people are shown it."""
        seen = self.agent.heart.shop.where(UNIT)
        return seen.zone if seen is not None else ""


@pytest.fixture
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    clock = ManualClock()
    readers = getattr(request, "param", [reader("mur", "femme", "femme", "reserve", "reserve")])
    with built_agent(agent_settings(tmp_path, readers=readers), clock) as agent:
        yield Store(agent, clock)


STAYS = (("mur", 3, -5500), ("mur", 4, -5600), ("mur", 1, -4800))
CARRIED = (("mur", 1, -5500), ("mur", 2, -5600), ("mur", 4, -5900))


def test_the_strongest_read_is_a_reflection_and_moves_nothing(store: Store) -> None:
    store.hear(30, *STAYS)
    assert (store.location, store.zone) == ("stockroom", "reserve")


def test_what_is_carried_through_the_door_follows_with_its_evidence(store: Store) -> None:
    store.hear(16, *STAYS)
    store.hear(8, *CARRIED)
    assert store.location == "stockroom"
    store.hear(24, *CARRIED)
    assert (store.location, store.zone) == ("salesfloor", "femme")
    store.hear(36, *STAYS)
    assert (store.location, store.zone) == ("stockroom", "reserve")


def test_nothing_moves_while_its_zone_is_counted_and_afterwards_it_does(store: Store) -> None:
    count = command(store.agent, "count.open", zone="femme").body["count"]
    store.hear(40, *CARRIED)
    assert store.location == "stockroom"
    assert command(store.agent, "count.cancel", count).status == 200
    store.hear(40, *CARRIED)
    assert store.location == "salesfloor"


@pytest.mark.parametrize("store", [[reader("sol", "femme", "homme"), reader("fond", "reserve")]], indirect=True)
def test_readers_that_hear_one_side_follow_the_strongest_read_at_once(store: Store) -> None:
    assert store.agent.heart.shop.live.walls.readers == frozenset()
    store.hear(2, ("fond", 1, -6000))
    store.hear(4, ("sol", 1, -4500))
    assert (store.location, store.zone) == ("salesfloor", "femme")


@pytest.mark.parametrize(
    "store",
    [[reader("sol", "femme", "femme", wall="w"), reader("fond", "reserve", "reserve", wall="w")]],
    indirect=True,
)
def test_two_readers_of_one_wall_weigh_together(store: Store) -> None:
    assert store.agent.heart.shop.live.walls.readers == {"sol", "fond"}
    store.hear(30, ("fond", 1, -5500), ("fond", 2, -5600), ("sol", 1, -4800))
    assert store.location == "stockroom"


def test_a_unit_that_a_reader_far_from_the_wall_hears_is_there(tmp_path: Path) -> None:
    clock = ManualClock()
    readers = [reader("mur", "femme", "reserve"), reader("loin", "homme")]
    with built_agent(agent_settings(tmp_path, readers=readers), clock) as agent:
        store = Store(agent, clock)
        store.hear(12, ("mur", 2, -5500))
        store.hear(4, ("loin", 1, -4500))
        assert (store.location, store.zone) == ("salesfloor", "homme")

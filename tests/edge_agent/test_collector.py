"""The garbage collector's sight: what a store has grown by is frozen, cycles are looked for when nothing waits."""

import gc
from collections.abc import Iterator

import pytest

from edge_agent.collector import GROWN, THRESHOLDS, TIDY_MS, Collector


@pytest.fixture
def frozen() -> Iterator[None]:
    """The process's own settings come back afterwards."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("frozen")
def test_a_filling_store_is_frozen_as_it_grows() -> None:
    collector = Collector()
    collector.begin(0, 0)
    assert gc.get_threshold() == THRESHOLDS
    units = [[n] for n in range(GROWN)]
    known = gc.get_freeze_count()
    collector.after_turn(GROWN - 1, 1, idle=False)
    assert gc.get_freeze_count() <= known
    collector.after_turn(GROWN, 2, idle=False)
    assert gc.get_freeze_count() >= known + len(units)


@pytest.mark.usefixtures("frozen")
def test_cycles_are_looked_for_when_nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    collected = []
    collector = Collector()
    collector.begin(0, 0)
    monkeypatch.setattr(gc, "collect", lambda: collected.append("whole"))
    collector.after_turn(0, TIDY_MS, idle=False)
    collector.after_turn(0, TIDY_MS - 1, idle=True)
    assert collected == []
    collector.after_turn(0, TIDY_MS, idle=True)
    collector.after_turn(0, TIDY_MS + 1, idle=True)
    assert collected == ["whole"]

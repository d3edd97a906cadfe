"""The ring of raw reads: everything in order, bounded in age and in size, written again after trouble."""

from pathlib import Path

import pytest

from drivers.readings import Read, TagReads
from edge_agent.telemetry import NAME, Telemetry, kept
from edge_agent.wiring import Agent
from tests.support.agents import GATE, agent_settings, built_agent
from tests.support.processes import wait_until

HOUR_US = 3_600_000_000


def batch(n: int, at_us: int, reads: int = 2) -> TagReads:
    rows: list[Read] = [(bytes([n % 256] * 12), 1, -5500, at_us + place, 1) for place in range(reads)]
    return TagReads("plafond", "boot", n, at_us, rows)


def test_reads_come_back_as_they_were(tmp_path: Path) -> None:
    ring = Telemetry(tmp_path / NAME)
    ring.start()
    batches = [batch(n, 1_000_000 * n) for n in range(1, 6)]
    for one in batches:
        ring.take(one)
    ring.stop()
    assert list(kept(tmp_path / NAME)) == [(one.received_us, "plafond", one.reads) for one in batches]


def test_what_is_too_old_goes(tmp_path: Path) -> None:
    ring = Telemetry(tmp_path / NAME, hours=48)
    for hour in (1, 2, 50):
        ring.take(batch(hour, hour * HOUR_US))
        ring.start()
        ring.stop()
    assert [at_us // HOUR_US for at_us, _, _ in kept(tmp_path / NAME)] == [2, 50]


def test_a_full_ring_forgets_its_oldest(tmp_path: Path) -> None:
    ring = Telemetry(tmp_path / NAME, megabytes=1)
    for n in range(60):
        ring.take(batch(n, n, 4000))
        if n % 4 == 3:
            ring.start()
            ring.stop()
    numbers = [at_us for at_us, _, _ in kept(tmp_path / NAME)]
    assert numbers == list(range(numbers[0], 60))
    assert 0 < numbers[0] < 59
    assert (tmp_path / NAME).stat().st_size < 3_000_000


def test_what_comes_faster_than_the_disk_takes_it_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_agent.telemetry.WAITING_READS", 5)
    ring = Telemetry(tmp_path / NAME)
    for n in range(5):
        ring.take(batch(n, n))
    assert ring.dropped_reads == 4
    ring.start()
    ring.stop()
    assert [at_us for at_us, _, _ in kept(tmp_path / NAME)] == [0, 1, 2]


def test_it_is_written_again_after_trouble(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    ring = Telemetry(folder / NAME)
    ring.start()
    wait_until(lambda: ring.failed, 5, "the first attempt")
    folder.mkdir()
    ring.take(batch(1, 1))
    wait_until(lambda: not ring.failed, 5, "a later attempt")
    ring.stop()
    assert len(list(kept(folder / NAME))) == 1


def test_the_agent_keeps_raw_reads_only_when_it_is_asked_to(tmp_path: Path) -> None:
    def built(on: bool) -> Agent | None:
        settings = agent_settings(tmp_path / str(on), readers=[GATE], telemetry={"on": on})
        with built_agent(settings) as agent:
            agent.start()
            agent.stop()
        return None

    built(False)
    built(True)
    assert sorted(path.parent.parent.name for path in tmp_path.glob(f"*/agent/{NAME}")) == ["True"]

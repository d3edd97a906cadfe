"""``comptoir simulate``: one seed one story, seeds fitted on are refused, engine and baselines side by side."""

import pytest

from installer.cli import main
from installer.simulate.passing import passages
from installer.simulate.places import count, front_back, pad
from installer.simulate.report import FITTED_FROM


def test_a_seed_tells_the_same_story_twice() -> None:
    assert passages(3, 4) == passages(3, 4)
    assert passages(3, 4) != passages(4, 4)


def test_the_engine_beats_the_order_of_antennas() -> None:
    found = passages(5, 16)
    assert found.wrong <= found.naive_wrong
    assert found.tags - found.wrong - found.undecided >= 0.95 * found.tags


def test_front_and_back_beat_the_strongest_read() -> None:
    found = front_back(1)
    assert found.right / found.decided >= found.naive / found.tags


def test_a_count_finds_what_it_heard_and_nothing_else() -> None:
    found = count(1)
    assert found.counted == found.heard > 200
    assert found.ghosts == 0


def test_what_lies_on_the_pad_is_told_from_what_is_near() -> None:
    found = pad(1)
    assert found.right / found.tags > 0.85


def test_the_command_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--seed", "2", "--quick"]) == 0
    printed = capsys.readouterr().out
    for what in ("alarm after the door line", "after the last read", "alarms for what didn't leave", "p90"):
        assert what in printed
    for what in ("direction, right of decided", "missed exits", "front or back", "count, ghosts", "first and last"):
        assert what in printed


def test_seeds_that_were_fitted_on_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--seed", str(FITTED_FROM), "--quick"]) == 2
    assert "fitted" in capsys.readouterr().out


def test_every_alarm_has_its_lag_and_every_false_one_its_kind() -> None:
    found = passages(3002, 60)
    assert len(found.after_door_s) == len(found.after_read_s) == found.left - found.missed
    assert min(found.after_door_s) > -3.0
    assert max(found.after_read_s) < 10.0, "a passage that isn't clear is waited for eight seconds"
    assert found.false_leaving.total() <= found.stayed

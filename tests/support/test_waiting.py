"""Waiting ends with the condition, or with words that say what didn't come, and never long after its time."""

import time
from collections.abc import Callable

import pytest

from tests.support import processes, waiting

WAITS = [waiting.wait_until, processes.wait_until]
TOLD_S = 0.2
LATE_S = 2.0
"""what a busy machine may add"""


@pytest.mark.parametrize("wait_until", WAITS)
def test_it_returns_once_the_condition_holds(wait_until: Callable[..., None]) -> None:
    answers = [False, False, True]
    wait_until(lambda: answers.pop(0))
    assert answers == []


@pytest.mark.parametrize("wait_until", WAITS)
def test_what_holds_at_once_is_not_waited_for(wait_until: Callable[..., None]) -> None:
    asked = []
    wait_until(lambda: asked.append(1) or True, 0)
    assert asked == [1]


@pytest.mark.parametrize("wait_until", WAITS)
def test_it_waits_as_long_as_told_and_no_longer(wait_until: Callable[..., None]) -> None:
    began = time.monotonic()
    with pytest.raises(AssertionError, match=r"0\.2 s"):
        wait_until(lambda: False, TOLD_S)
    assert TOLD_S <= time.monotonic() - began < TOLD_S + LATE_S


def test_it_names_what_did_not_come() -> None:
    with pytest.raises(AssertionError, match=r"waited 0\.05 s in vain for the bus"):
        processes.wait_until(lambda: False, 0.05, "the bus")


@pytest.mark.parametrize("wait_until", WAITS)
def test_an_error_of_the_condition_is_not_waited_out(wait_until: Callable[..., None]) -> None:
    began = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        wait_until(lambda: 1 / 0, 60)
    assert time.monotonic() - began < LATE_S

"""Tags that stay near a gate: masked by their own history, heard again when they move, forgotten after an hour."""

import random

import pytest

from retail.presence.events import Leaving, Passed
from retail.presence.passages import Passages, PassageSettings

S = 1_000_000
T0 = 1_790_000_000 * S


class Shelf:
    """One tag near a gate; 20 reads a second."""

    def __init__(self) -> None:
        self.passages = Passages(PassageSettings())
        self.now = T0
        self.said: list[Passed | Leaving] = []
        self._random = random.Random(1)

    def lie(self, seconds: float, rssi: int = -6200) -> None:
        """Heard by the inside with a little noise."""
        for _ in range(int(seconds * 20)):
            self.read("inside", rssi + self._random.randrange(-150, 150))
        self.tick()

    def read(self, side: str, rssi: int) -> None:
        self.now += S // 20
        place = "outside" if side == "outside" else "inside"
        said = self.passages.add("unit", "gate", place, 2 if side == "outside" else 1, rssi, self.now, 1, self.now)
        if said is not None:
            self.said.append(said)

    def carry_out(self) -> None:
        """From the shelf through the gate in four seconds."""
        for step in range(40):
            self.read("inside", -4000 - abs(step - 20) * 60)
            self.read("outside", -7500 + step * 60)
        for step in range(40):
            self.read("outside", -4000 - abs(step - 10) * 60)
            if step < 10:
                self.read("inside", -6000 - step * 150)

    def tick(self, after_s: float = 0.0) -> None:
        self.now += int(after_s * S)
        self.said += self.passages.close(self.now)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def ways(shelf: Shelf) -> list[str]:
    return [one.direction for one in shelf.said if isinstance(one, Passed)]


def test_a_tag_that_lies_near_a_gate_is_masked_and_says_nothing_more(shelf: Shelf) -> None:
    shelf.lie(31.0)
    assert [(one.direction, one.score) for one in shelf.said if isinstance(one, Passed)] == [("unknown", 0.0)]
    shelf.lie(300.0)
    assert shelf.passages.masked == 6000
    assert len(shelf.said) == 1
    assert shelf.passages.next_us() is None


def test_a_tag_that_comes_up_again_and_again_is_masked_too(shelf: Shelf) -> None:
    for _ in range(3):
        shelf.lie(2.0)
        shelf.tick(9.0)
    assert ways(shelf) == ["unknown"] * 3
    shelf.lie(2.0)
    shelf.tick(9.0)
    assert ways(shelf) == ["unknown"] * 3


def test_a_masked_tag_that_is_carried_out_is_heard_again(shelf: Shelf) -> None:
    shelf.lie(60.0)
    shelf.said.clear()
    shelf.carry_out()
    shelf.tick(3.0)
    assert [type(one) for one in shelf.said] == [Leaving, Passed]
    assert ways(shelf) == ["out"]


def test_a_shadow_that_falls_on_a_masked_tag_moves_nothing(shelf: Shelf) -> None:
    shelf.lie(60.0)
    shelf.said.clear()
    shelf.lie(3.0, rssi=-7400)
    shelf.lie(10.0)
    shelf.tick(9.0)
    assert shelf.said == []


def test_after_an_hour_of_silence_the_past_counts_no_more(shelf: Shelf) -> None:
    shelf.lie(60.0)
    masked = shelf.passages.masked
    shelf.tick(2 * 3600.0)
    shelf.lie(1.0)
    assert shelf.passages.masked == masked

"""Front or back: where most antennas hear a unit well, and where it was believed to be when that isn't clear."""

from retail.presence.front_back import FrontBack
from retail.presence.plan import FloorOrBack

SIDES: dict[tuple[str, int], FloorOrBack] = {
    ("ceiling", 1): "salesfloor",
    ("ceiling", 2): "salesfloor",
    ("ceiling", 3): "stockroom",
    ("ceiling", 4): "stockroom",
}


def heard(*strengths: tuple[int, int]) -> FrontBack:
    judge = FrontBack(SIDES)
    for antenna, rssi in strengths:
        for _ in range(5):
            judge.hear("unit", "ceiling", antenna, rssi)
    return judge


def test_most_antennas_of_a_side_outweigh_one_strong_reflection() -> None:
    assert heard((1, -5500), (2, -5600), (3, -5200)).side("unit") == "salesfloor"
    assert heard((3, -5500), (4, -5600), (1, -5200)).side("unit") == "stockroom"


def test_what_is_not_clear_stays_where_it_was_believed_to_be() -> None:
    judge = heard((1, -5500), (3, -5500))
    assert judge.side("unit") is None
    assert judge.side("unit", "stockroom") == "stockroom"
    assert judge.side("never heard", "salesfloor") == "salesfloor"


def test_a_few_reads_say_nothing_and_unknown_antennas_less() -> None:
    judge = FrontBack(SIDES)
    judge.hear("unit", "ceiling", 1, -5000)
    judge.hear("unit", "ceiling", 9, -3000)
    judge.hear("unit", "other", 1, -3000)
    assert judge.side("unit") is None
    assert judge.score_db("unit") > 0


def test_a_unit_that_was_moved_starts_anew() -> None:
    judge = heard((1, -5000), (2, -5000))
    judge.start("unit")
    assert judge.side("unit") is None
    assert judge.score_db("unit") == 0.0

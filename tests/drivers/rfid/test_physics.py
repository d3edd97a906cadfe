"""The radio model: near is stronger than far, facing better than end-on, one seed one story."""

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.rfid.physics import RadioModel

EPC = bytes(12)


@given(st.floats(0.2, 10.0), st.floats(0.2, 10.0))
@settings(max_examples=50)
def test_farther_is_weaker_and_read_less_often(one: float, other: float) -> None:
    model = RadioModel()
    near, far = sorted((one, other))
    assert model.mean_rssi_dbm(near) >= model.mean_rssi_dbm(far)
    assert model.read_probability(model.mean_rssi_dbm(near)) >= model.read_probability(model.mean_rssi_dbm(far))


def test_end_on_is_weaker_than_facing() -> None:
    model = RadioModel()
    assert model.mean_rssi_dbm(2.0, 80.0) < model.mean_rssi_dbm(2.0, 0.0) - 10


def test_one_metre_is_read_and_twenty_are_not() -> None:
    model = RadioModel(seed=1)
    near = sum(model.try_read(EPC, 1, 1.0) is not None for _ in range(200))
    far = sum(model.try_read(EPC, 1, 20.0) is not None for _ in range(200))
    assert near > 190
    assert far < 10


def test_one_seed_gives_one_story() -> None:
    assert RadioModel(seed=7).walk([EPC]) == RadioModel(seed=7).walk([EPC])
    assert RadioModel(seed=7).walk([EPC]) != RadioModel(seed=8).walk([EPC])


def test_a_walk_is_strongest_at_each_antenna_in_turn() -> None:
    reads = RadioModel(seed=3, fading_db=0.0).walk([EPC], antennas=(4, 2, 1), seconds=2.0)
    strongest = {
        antenna: max((seen.rssi_cdbm, at) for at, seen in reads if seen.antenna == antenna)[1] for antenna in (4, 2, 1)
    }
    assert strongest[4] < strongest[2] < strongest[1]
    assert [at for at, _ in reads] == sorted(at for at, _ in reads)

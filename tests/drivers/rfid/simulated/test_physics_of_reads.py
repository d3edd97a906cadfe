"""The simulated radio behaves as physics says: seeds, distance, shadows, walls, collisions, labels."""

from typing import get_args

import numpy as np
import pytest

from drivers.rfid.simulated import feed
from drivers.rfid.simulated.channel import Channel
from drivers.rfid.simulated.gates import LAYOUTS, Kind, gate_scene
from drivers.rfid.simulated.inventory import read_room, steps
from drivers.rfid.simulated.parameters import DEFAULT
from drivers.rfid.simulated.room import Antenna, Floats, Room, Wall
from drivers.rfid.simulated.walking import resting
from drivers.rfid.simulated.zones import front_back_scene, handheld_scene, pad_scene

ANTENNA = Antenna(1, (0.0, 0.0, 1.0), (1.0, 0.0, 0.0), "inside")
QUIET = DEFAULT._replace(
    scatter_near_db=60.0, scatter_least_db=60.0, detuning_sd_db=0.0, sensitivity_sd_db=0.0, modulation_sd_db=0.0
)


def strength(x: float, *, people: list[Floats] | None = None, walls: tuple[Wall, ...] = (), axis: float = 1.0) -> float:
    """Power at the chip of one tag straight ahead, without reflections."""
    goods = resting(np.array([[x, 0.0, 1.0]]), np.random.default_rng(1))
    goods.axis[:] = (1.0 - axis, axis, 0.0)
    room = Room((ANTENNA,), steps(0.2), [goods], people or [], walls)
    link = Channel(room, QUIET, np.random.default_rng(2)).link(np.zeros(len(room.times), dtype=np.intp))
    return float(link.chip_dbm.mean())


def test_twice_as_far_is_six_decibels_weaker() -> None:
    assert strength(1.0) - strength(2.0) == pytest.approx(6.02, abs=0.1)


def test_a_body_a_wall_and_a_tag_end_on_cost_what_they_should() -> None:
    assert strength(2.0) - strength(2.0, people=[np.array([[1.0, 0.0]])]) == pytest.approx(DEFAULT.body_db, abs=0.5)
    assert strength(2.0) - strength(2.0, walls=(Wall(1.0),)) == pytest.approx(DEFAULT.wall_db, abs=0.1)
    assert strength(2.0) == pytest.approx(strength(2.0, walls=(Wall(1.0, -1.0, 1.0),)), abs=0.1)
    assert strength(2.0) - strength(2.0, axis=0.0) == pytest.approx(DEFAULT.tag_null_db, abs=0.1)


def test_fading_stays_where_nothing_moves_and_changes_within_a_wave() -> None:
    points = np.array([[2.0 + 0.005 * step, 0.5, 1.0] for step in range(70)])
    goods = resting(points, np.random.default_rng(1))
    goods.axis[:] = (0.0, 1.0, 0.0)
    radio = QUIET._replace(scatter_near_db=3.0, scatter_least_db=3.0, detuning_db=0.0, channel_s=100.0)
    room = Room((ANTENNA,), steps(0.2), [goods])
    link = Channel(room, radio, np.random.default_rng(3)).link(np.zeros(len(room.times), dtype=np.intp))
    assert np.ptp(link.chip_dbm, axis=0).max() < 1e-6
    along = link.chip_dbm[0]
    assert np.abs(np.diff(along)).mean() < 1.0 < along.std()


def test_many_tags_collide_and_a_reader_reads_so_many_a_second() -> None:
    def rate(count: int) -> float:
        spots = np.random.default_rng(1).uniform((1.0, -0.5, 0.8), (1.5, 0.5, 1.2), (count, 3))
        room = Room((ANTENNA,), steps(4.0), [resting(spots, np.random.default_rng(2))])
        return len(read_room(room, np.random.default_rng(3)).tag) / 4.0

    assert 50 < rate(1) < 250
    assert 100 < rate(60) < 400
    assert rate(60) < 30 * rate(1)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_scene_has_a_truth_for_every_tag_and_reads_in_order(kind: Kind) -> None:
    scene = gate_scene(np.random.default_rng(5), kind)
    assert len(scene.ways) == len(scene.crossed_s) >= scene.carried
    assert (np.diff(scene.reads.at_s) >= 0).all()
    assert scene.reads.tag.max(initial=0) < len(scene.ways)
    assert set(scene.ways) <= {"out", "in", "stayed"}
    assert set(scene.ways[scene.carried :]) <= {"stayed"}
    assert set(scene.reads.antenna.tolist()) <= {one.port for one in LAYOUTS[scene.layout]}


def test_one_seed_is_one_story() -> None:
    one, same, other = (gate_scene(np.random.default_rng(seed), "walk") for seed in (1, 1, 2))
    assert np.array_equal(one.reads.rssi_cdbm, same.reads.rssi_cdbm)
    assert not np.array_equal(one.reads.rssi_cdbm, other.reads.rssi_cdbm)


def test_batches_hold_every_read_once_with_its_phase() -> None:
    scene = gate_scene(np.random.default_rng(1), "walk", layout="gate")
    epcs = [bytes([number]) * 12 for number in range(len(scene.ways))]
    found = list(feed.batches(scene.reads, epcs, "gate", 1_000_000, seconds=scene.seconds))
    assert sum(len(batch.reads) for batch in found) == len(scene.reads.tag)
    assert [batch.n for batch in found] == list(range(1, len(found) + 1))
    assert all(read[3] <= batch.received_us for batch in found for read in batch.reads)
    assert all(set(batch.extras or {}) == set(range(len(batch.reads))) for batch in found)


def test_other_scenes_read_most_of_what_is_there() -> None:
    for scene, least in ((front_back_scene(np.random.default_rng(1), 40, 10.0), 0.9),
                         (handheld_scene(np.random.default_rng(1), 80, 40.0), 0.6)):  # fmt: skip
        assert len(set(scene.reads.tag.tolist())) >= least * len(scene.places)
    pad = pad_scene(np.random.default_rng(1))
    assert 0 in pad.reads.tag

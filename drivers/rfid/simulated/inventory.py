"""Gen2's inventory: framed slotted ALOHA with Q, antenna after antenna, a dwell at each.

All dwells of a scene are drawn at once. Q follows how many tags answered in the same antenna's dwell before; a round
that doesn't fit into its dwell is cut short, and its later slots are never heard. A collision is lost to all (no
capture effect).
"""

import numpy as np
from numpy.typing import NDArray

from drivers.rfid.simulated.channel import Channel
from drivers.rfid.simulated.parameters import DEFAULT, Radio
from drivers.rfid.simulated.room import Bools, Floats, Ints, Reads, Room

_MOST_ROUNDS = 4


def steps(seconds: float, radio: Radio = DEFAULT) -> Floats:
    """The times of a scene's dwells."""
    found: Floats = np.arange(0.0, seconds, radio.dwell_s)
    return found


def read_room(room: Room, random: np.random.Generator, radio: Radio = DEFAULT) -> Reads:
    """All reads that a reader makes in a scene whose steps are its dwells."""
    channel = Channel(room, radio, random)
    antennas = np.arange(len(room.times)) % len(room.antennas)
    link = channel.link(antennas)
    rssi = link.reader_dbm
    answers = (link.chip_dbm > channel.sensitivity) & (rssi > radio.reader_sensitivity_dbm)
    step, tag, at_s = _singled_out(answers, room, random, radio)
    order = np.argsort(at_s, kind="stable")
    step, tag, at_s = step[order], tag[order], at_s[order]
    strength = rssi[step, tag] + random.normal(0.0, radio.rssi_noise_db, len(step))
    strength = np.round(strength / radio.rssi_step_db) * radio.rssi_step_db
    flips = random.integers(0, 2, len(room.times)) * np.pi
    phase = link.phase[step, tag] + flips[step] + random.normal(0.0, radio.phase_noise_rad, len(step))
    ports = np.asarray([antenna.port for antenna in room.antennas])
    return Reads(
        at_s,
        tag,
        ports[antennas[step]],
        np.round(strength * 100).astype(np.intp),
        np.round((-phase % (2 * np.pi)) * 1000).astype(np.intp),
        np.round(channel.hertz()[step] / 1000).astype(np.intp),
    )


def _singled_out(answers: Bools, room: Room, random: np.random.Generator, radio: Radio) -> tuple[Ints, Ints, Floats]:
    """(step, tag, time) of every read: each round all tags that answer choose a slot; those alone in one are read."""
    busy = np.flatnonzero(answers.any(axis=1))
    if not len(busy):
        return np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0)
    active = answers[busy]
    tags = active.sum(axis=1)
    slots = _frame(answers.sum(axis=1), len(room.antennas))[busy]
    lasts = _round_s(tags, slots, radio)
    rounds = np.clip(radio.dwell_s / lasts, 0.0, _MOST_ROUNDS)
    whole = np.maximum(np.floor(rounds), 1).astype(int)
    heard = np.where(rounds < 1, np.floor(slots * rounds), slots).astype(int)
    most = int(whole.max())
    chosen = (random.random((len(busy), most, active.shape[1])) * slots[:, None, None]).astype(np.int32)
    nobody = -1 - np.arange(active.shape[1], dtype=np.int32)
    chosen = np.where(active[:, None, :], chosen, nobody)
    alone = _alone(chosen) & active[:, None, :] & (chosen < heard[:, None, None])
    alone &= (np.arange(most)[None, :] < whole[:, None])[:, :, None]
    row, turn, tag = np.nonzero(alone)
    share = (chosen[row, turn, tag] + 0.5) / slots[row]
    at_s = room.times[busy[row]] + np.minimum((turn + share) * np.minimum(lasts[row], radio.dwell_s), radio.dwell_s)
    return busy[row], tag, at_s


def _frame(tags: Ints, antennas: int) -> Ints:
    """2^Q after what the antenna heard in its dwell before; 4 at the start."""
    before = np.full(len(tags), 4)
    before[antennas:] = tags[:-antennas] if antennas < len(tags) else tags[:0]
    q = np.clip(np.round(np.log2(np.maximum(before, 1))), 1, 8).astype(int)
    found: Ints = np.left_shift(1, q)
    return found


def _round_s(
    tags: Ints,
    slots: Ints,
    radio: Radio,
) -> Floats:
    """How long a round is expected to last."""
    empty = slots * (1 - 1 / slots) ** tags
    single = tags * (1 - 1 / slots) ** (tags - 1)
    collided = np.maximum(slots - empty - single, 0.0)
    found: Floats = radio.round_s + empty * radio.empty_s + single * radio.success_s + collided * radio.collision_s
    return found


def _alone(chosen: NDArray[np.int32]) -> Bools:
    """Whether no other tag of the same round chose the same slot."""
    order = np.argsort(chosen, axis=2)
    row = np.take_along_axis(chosen, order, axis=2)
    same = row[:, :, 1:] == row[:, :, :-1]
    edge = np.zeros((*row.shape[:2], 1), dtype=bool)
    lonely = ~(np.concatenate([edge, same], axis=2) | np.concatenate([same, edge], axis=2))
    alone: Bools = np.empty_like(lonely)
    np.put_along_axis(alone, order, lonely, axis=2)
    return alone

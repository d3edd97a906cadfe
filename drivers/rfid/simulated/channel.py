"""The radio channel: how strongly and with which phase each tag is met by the antenna that speaks.

The direct wave suffers the antenna's and the dipole's pattern, people and walls; around it a sum of plane waves that
the room reflects (Clarke), the same for all tags, so that fading follows from where a tag is: it changes over a third
of a wavelength, stays where nothing moves, and differs a little between channels. People carry one wave each.
"""

import math
from typing import NamedTuple

import numpy as np

from drivers.rfid.simulated.parameters import CHANNELS_HZ, LIGHT_M_PER_S, Radio
from drivers.rfid.simulated.room import Floats, Ints, Room, Wall


class Link(NamedTuple):
    """``[steps, tags]``: power at the chip in dBm, at the reader in dBm (without noise), phase in rad."""

    chip_dbm: Floats
    reader_dbm: Floats
    phase: Floats


class Channel:
    """The waves of one room; ``random`` decides how it reflects."""

    def __init__(self, room: Room, radio: Radio, random: np.random.Generator) -> None:
        self._room = room
        self._radio = radio
        count = len(room.antennas)
        directions = random.normal(size=(count, radio.waves, 3)) * (1.0, 1.0, 0.4)
        self._directions: Floats = directions / np.linalg.norm(directions, axis=2, keepdims=True)
        self._lengths: Floats = random.uniform(2.0, 20.0, size=(count, radio.waves))
        self._first = int(random.integers(len(CHANNELS_HZ)))
        self.at: Floats = np.concatenate([_over(goods.at, len(room.times)) for goods in room.goods], axis=1)
        self.axis: Floats = np.concatenate([goods.axis for goods in room.goods])
        tags = self.at.shape[1]
        loss = np.concatenate([goods.extra_loss_db for goods in room.goods])
        loss = loss + np.abs(random.normal(radio.detuning_db, radio.detuning_sd_db, tags))
        self._loss: Floats = loss
        self.sensitivity: Floats = random.normal(radio.sensitivity_dbm, radio.sensitivity_sd_db, (tags,))
        self._modulation: Floats = random.normal(radio.modulation_db, radio.modulation_sd_db, (tags,))

    def hertz(self) -> Floats:
        """The carrier at each step: it hops from channel to channel."""
        hop = (self._room.times / self._radio.channel_s).astype(int) + self._first
        found: Floats = np.asarray(CHANNELS_HZ)[hop % len(CHANNELS_HZ)]
        return found

    def link(self, antennas: Ints) -> Link:
        """The link of every tag with the antenna that speaks at each step (indices into the room's antennas)."""
        radio = self._radio
        speaking = np.asarray([antenna.at for antenna in self._room.antennas])[antennas]
        facing = _unit(np.asarray([antenna.facing for antenna in self._room.antennas], dtype=float))[antennas]
        towards = self.at - speaking[:, None, :]
        distance = np.maximum(np.linalg.norm(towards, axis=2), 0.15)
        ray = towards / distance[:, :, None]
        number = 2 * np.pi * self.hertz() / LIGHT_M_PER_S
        spread = _path_loss_db(distance, radio)
        blocked = self._walls(speaking)
        shadow = self._shadows(speaking)
        orientation = _dipole_db(np.abs(np.einsum("tnk,nk->tn", ray, self.axis)), radio)
        off_axis = np.degrees(np.arccos(np.clip(np.einsum("tnk,tk->tn", ray, facing), -1.0, 1.0)))
        pattern = -np.minimum(12.0 * (off_axis / radio.beam_deg) ** 2, radio.back_db)
        common = radio.antenna_gain_db + radio.tag_gain_db - radio.polarisation_db - spread - blocked - self._loss
        direct_db = common + pattern + orientation - shadow
        below = np.maximum(radio.scatter_near_db - radio.scatter_per_m_db * (distance - 1.0), radio.scatter_least_db)
        scattered_db = common - below - 0.35 * shadow - 2.0
        field = 10 ** (direct_db / 20) * np.exp(-1j * number[:, None] * distance)
        field = field + 10 ** (scattered_db / 20) * self._scatter(antennas, number, speaking)
        gain_db = 20 * np.log10(np.maximum(np.abs(field), 1e-9))
        chip = radio.power_dbm + gain_db
        return Link(chip, chip + gain_db - self._modulation, np.angle(field * field))

    def _scatter(self, antennas: Ints, number: Floats, speaking: Floats) -> Floats:
        """The reflected field at each tag, of mean power 1."""
        angle = np.einsum("tnk,twk->tnw", self.at, self._directions[antennas]) + self._lengths[antennas][:, None, :]
        total = np.exp(-1j * number[:, None, None] * angle).sum(axis=2) / math.sqrt(self._radio.waves)
        for person in self._room.people:
            place = _over(np.column_stack([person, np.full(len(person), 1.1)])[:, None, :], len(self._room.times))
            legs = np.linalg.norm(self.at - place, axis=2) + np.linalg.norm(place[:, 0, :] - speaking, axis=1)[:, None]
            total = total + self._radio.person_wave * np.exp(-1j * number[:, None] * legs)
        found: Floats = total
        return found

    def _shadows(self, speaking: Floats) -> Floats:
        """What people between tag and antenna take from the direct wave, dB ``[steps, tags]``."""
        radio = self._radio
        total = np.zeros(self.at.shape[:2])
        way = speaking[:, None, :] - self.at
        flat = np.maximum((way[:, :, :2] ** 2).sum(axis=2), 1e-6)
        for person in self._room.people:
            to_person = _over(person[:, None, :], len(self._room.times)) - self.at[:, :, :2]
            share = (to_person * way[:, :, :2]).sum(axis=2) / flat
            nearest = to_person - np.clip(share, 0.0, 1.0)[:, :, None] * way[:, :, :2]
            clear = np.sqrt((nearest**2).sum(axis=2))
            height = self.at[:, :, 2] + share * way[:, :, 2]
            depth = np.clip((radio.body_edge_m - clear) / (radio.body_edge_m - radio.body_core_m), 0.0, 1.0)
            total += radio.body_db * depth * ((share > 0) & (share < 1) & (height < radio.body_height_m))
        return np.minimum(total, 1.5 * radio.body_db)

    def _walls(self, speaking: Floats) -> Floats:
        total = np.zeros(self.at.shape[:2])
        for wall in self._room.walls:
            total += self._radio.wall_db * _crosses(self.at, speaking, wall)
        return total


def _over(values: Floats, steps: int) -> Floats:
    return np.broadcast_to(values, (steps, *values.shape[1:]))


def _unit(vectors: Floats) -> Floats:
    found: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found


def _path_loss_db(distance: Floats, radio: Radio) -> Floats:
    """Free space up to the breakpoint, then log-distance."""
    at_1m = 20 * math.log10(4 * math.pi * 866.5e6 / LIGHT_M_PER_S)
    near = np.minimum(distance, radio.breakpoint_m)
    found: Floats = at_1m + 20 * np.log10(near) + 10 * radio.exponent * np.log10(distance / near)
    return found


def _dipole_db(along: Floats, radio: Radio) -> Floats:
    """A dipole's pattern: nothing along its axis but what leaks."""
    across = np.maximum(1.0 - along**2, 10 ** (-radio.tag_null_db / 10))
    found: Floats = 10 * np.log10(across)
    return found


def _crosses(at: Floats, speaking: Floats, wall: Wall) -> Floats:
    """1 where the straight way from antenna to tag goes through the wall, 0 in the doorway or on one side."""
    one = at[:, :, 0] - wall.x
    other = (speaking[:, 0] - wall.x)[:, None]
    apart = one * other < 0
    share = np.where(apart, one / np.where(apart, one - other, 1.0), 0.0)
    y = at[:, :, 1] + share * (speaking[:, 1][:, None] - at[:, :, 1])
    found: Floats = (apart & ~((y > wall.door_from) & (y < wall.door_to))).astype(float)
    return found

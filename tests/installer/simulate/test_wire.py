"""A simulated walk through a portal, spoken by twins over real sockets, read by their drivers, judged by the engine."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from drivers.broker import Broker
from drivers.readings import ReaderEventKind, TagReads
from drivers.rfid.simulated import feed
from drivers.rfid.simulated.gates import LAYOUTS, gate_scene
from installer.simulate.gateway import GTIN
from retail.epc import Unit, encode_sgtin96
from retail.presence import Passed, Plan, Presence, Spot
from tests.support.reader_rigs import await_event, broker_of, make_rig, read_batches


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The embedded broker."""
    started = broker_of("embedded", tmp_path_factory.mktemp("broker"))
    yield started
    started.stop()


@pytest.mark.parametrize("name", ["llrp", "impinj-mqtt"])
def test_a_walk_through_the_portal_is_told_apart_over_the_wire(name: str, tmp_path: Path, broker: Broker) -> None:
    scene = gate_scene(np.random.default_rng(4), "run", layout="portal")
    units = [Unit(GTIN, str(number)) for number in range(len(scene.ways))]
    epcs = [encode_sgtin96(unit, 7) for unit in units]
    sides = {one.port: Spot(gate="exit", side="outside" if one.group == "outside" else "inside")
             for one in LAYOUTS["portal"]}  # fmt: skip
    presence = Presence(Plan({}, {("reader", port): spot for port, spot in sides.items()}))
    rig = make_rig(name, tmp_path, lambda _kind: broker)
    passed: list[Passed] = []
    try:
        rig.reader.open()
        await_event(rig.reader, ReaderEventKind.CONNECTED)
        rig.twin.play(feed.timed(scene.reads, epcs))
        last_us = 0
        for said in read_batches(rig.reader, scene.seconds + 1.0):
            if isinstance(said, TagReads):
                presence.take(said.reads, "reader", said.received_us)
                last_us = said.received_us
        passed = [event for event in presence.tick(last_us + 20_000_000) if isinstance(event, Passed)]
    finally:
        rig.reader.close()
        rig.device.stop()
        rig.end()
    ways = {one.unit: one.direction for one in passed}
    for unit, way in list(zip(units, scene.ways, strict=True))[: scene.carried]:
        assert ways[unit.key] == way

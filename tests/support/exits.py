"""The exit of a journey's shop: things are carried through it, its siren is listened to on the wire."""

from typing import Final

from drivers.rfid.llrp.codec import Framer, Message, decode_frame
from drivers.rfid.readings import SeenTag, system_now_us
from installer.demo.devices import epc_of
from retail.facts import AlarmRaised, GatePassed
from tests.support import journals
from tests.support.hands import Hands
from tests.support.shop import Json, Shop

OUT: Final = (1, 2)
IN: Final = (2, 1)
"""the gate's antennas in the order in which somebody passes them"""
WALK_S: Final = 2.5
"""three metres at a walking pace"""


class Exit:
    """See the module. ``hands`` is somebody at a till, whose window lives on meanwhile."""

    def __init__(self, shop: Shop, hands: Hands) -> None:
        self.shop = shop
        self.hands = hands
        self.gate = shop.readers.gate
        hands.until(lambda: self.gate.inventorying, what="waiting for the gate to read")
        hands.until(lambda: not self.silent_tills, what="waiting for every till to be heard")

    def steal(self, unit: str) -> None:
        """Somebody carries a unit out without paying; the siren sounds once, and the alarm is written down."""
        sirens, alarms = self.sirens, len(self.alarms())
        self.gate.pass_by([epc_of(unit)], OUT, WALK_S)
        self.hands.until(lambda: self.sirens > sirens, what="waiting for the siren")
        self.hands.until(lambda: len(self.alarms()) > alarms, what="waiting for the alarm to be written down")
        assert (self.sirens, len(self.alarms())) == (sirens + 1, alarms + 1)

    def carry(self, *units: str, way: tuple[int, int] = OUT) -> str:
        """Somebody carries units through the gate; the direction that the agent has written down."""
        before = len(self.passages())

        def over() -> list[GatePassed]:
            return [one for one in self.passages()[before:] if {unit for unit, _ in one.units} == set(units)]

        self.gate.pass_by([epc_of(unit) for unit in units], way, WALK_S)
        self.hands.until(over, what="waiting for the passage to be over")
        return over()[0].direction

    def burst(self, *units: str, age_s: int) -> None:
        """The reader empties its memory: reads of units that were carried out a while ago."""
        start_us = system_now_us() - age_s * 1_000_000
        for step in range(20):
            antenna = 1 if step < 10 else 2
            tags = [SeenTag(epc_of(unit), antenna, -5000) for unit in units]
            self.gate.report(tags, start_us + step * 100_000)

    def thought_of(self, unit: str) -> list[str]:
        """What the gate thought of a unit, passage by passage."""
        return [dict(one.units)[unit] for one in self.passages() if unit in dict(one.units)]

    def passages(self) -> list[GatePassed]:
        """Complete passages of known units, by the agent's log."""
        return [one.fact for one in self._log() if isinstance(one.fact, GatePassed)]

    def alarms(self) -> list[AlarmRaised]:
        """Alarms, by the agent's log."""
        return [one.fact for one in self._log() if isinstance(one.fact, AlarmRaised)]

    def _log(self) -> list[journals.Kept]:
        return journals.in_file(self.shop.premises.folder / "agent" / "edge.db", f"{self.shop.store}-A")

    @property
    def sirens(self) -> int:
        """How often the siren was switched on, by the bytes that the reader received."""
        return sum((1, True) in gpo_writes(frame) for frame in self.gate.gpo_frames)

    @property
    def silent_tills(self) -> list[str]:
        """The tills on whose sales the gate waits, by the agent's health page."""
        notices: list[Json] = self.shop.ask("/v1/health").json()["notices"]
        return [notice["subject"] for notice in notices if notice["code"] == "till_silent"]


def gpo_writes(frame: bytes) -> list[tuple[int, bool]]:
    """(output, level) of each write that an LLRP message of these bytes asks for."""
    (found,) = Framer().feed(frame)
    message: Message = decode_frame(found)
    assert message.name == "SET_READER_CONFIG", message.name
    return [(one.number("GPOPortNumber"), bool(one.number("GPOData"))) for one in message.all("GPOWriteData")]

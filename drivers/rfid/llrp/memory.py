"""What an LLRP reader remembers over connections: ROSpecs, configuration, reports that wait. Used by the twin."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from drivers.rfid.llrp import vendor
from drivers.rfid.llrp.codec import Message, Param
from drivers.rfid.llrp.fields import Bits
from drivers.rfid.readings import SeenTag

HELD_MESSAGES: Final = 66_000
DISABLED, INACTIVE, ACTIVE = 0, 1, 2
_SELECTORS: Final = ("ImpinjTagReportContentSelector", "MotoTagReportContentSelector")


@dataclass(slots=True)
class Seen:
    """One tag at one antenna, as it waits for the next report."""

    tag: SeenTag
    last_us: int
    count: int = 1


@dataclass
class ReaderMemory:
    """State of the device's side; survives a lost link, not a restart."""

    rospecs: dict[int, Param] = field(default_factory=dict)
    keepalive_ms: int = 0
    holds: bool = False
    gpis_on: set[int] = field(default_factory=set)
    waiting: dict[tuple[bytes, int], Seen] = field(default_factory=dict)
    held: deque[Message] = field(default_factory=lambda: deque(maxlen=HELD_MESSAGES))

    def active(self) -> Param | None:
        """The ROSpec that runs."""
        return next((spec for spec in self.rospecs.values() if spec.number("CurrentState") == ACTIVE), None)

    def report_spec(self) -> Param:
        """How the running ROSpec wants its reports."""
        spec = self.active()
        found = spec.first("ROReportSpec") if spec is not None else None
        return found or Param("ROReportSpec", {"ROReportTrigger": 2, "N": 0})

    def antennas(self, all_antennas: int) -> set[int]:
        """Antennas on which the running ROSpec reads."""
        spec = self.active()
        wanted: set[int] = set()
        for ai_spec in spec.all("AISpec") if spec is not None else ():
            ids = ai_spec.fields.get("AntennaIDs", ())
            wanted |= {n for n in ids if isinstance(n, int)} if isinstance(ids, tuple) else set()
        return set(range(1, all_antennas + 1)) if not wanted or 0 in wanted else wanted

    def see(self, tag: SeenTag, now_us: int) -> None:
        """One read more; repeated ones are folded as readers do, the strongest counts."""
        seen = self.waiting.get((tag.epc, tag.antenna))
        if seen is None:
            self.waiting[tag.epc, tag.antenna] = Seen(tag, now_us)
            return
        seen.count += 1
        seen.last_us = now_us
        if tag.rssi_cdbm > seen.tag.rssi_cdbm:
            seen.tag = tag

    def take_report(self, limit: int, maker: int) -> Message:
        """Up to ``limit`` waiting tags as one RO_ACCESS_REPORT, with what the ROSpec asked for."""
        spec = self.report_spec()
        keys = list(self.waiting)[:limit]
        return Message("RO_ACCESS_REPORT", {}, [tag_report(self.waiting.pop(key), spec, maker) for key in keys])


def tag_report(seen: Seen, spec: Param, maker: int) -> Param:
    """One TagReportData with the parameters that the selector switches on."""
    selector = spec.first("TagReportContentSelector") or Param("TagReportContentSelector")
    antenna, rssi = seen.tag.antenna, seen.tag.rssi_cdbm
    params = [_epc(seen.tag.epc)]
    for switch, param in (
        ("EnableROSpecID", Param("ROSpecID", {"ROSpecID": 1})),
        ("EnableAntennaID", Param("AntennaID", {"AntennaID": antenna})),
        ("EnablePeakRSSI", Param("PeakRSSI", {"PeakRSSI": max(-128, round(rssi / 100))})),
        ("EnableChannelIndex", Param("ChannelIndex", {"ChannelIndex": 1})),
        ("EnableFirstSeenTimestamp", Param("FirstSeenTimestampUTC", {"Microseconds": seen.last_us})),
        ("EnableLastSeenTimestamp", Param("LastSeenTimestampUTC", {"Microseconds": seen.last_us})),
        ("EnableTagSeenCount", Param("TagSeenCount", {"TagCount": min(seen.count, 0xFFFF)})),
    ):
        if selector.number(switch):
            params.append(param)
    if any(custom.name in _SELECTORS for custom in spec.params):
        params += _customs(maker, antenna, rssi)
    return Param("TagReportData", {}, params)


def _epc(epc: bytes) -> Param:
    if len(epc) == 12:
        return Param("EPC_96", {"EPC": epc})
    return Param("EPCData", {"EPC": Bits(len(epc) * 8, epc)})


def _customs(maker: int, antenna: int, rssi_cdbm: int) -> list[Param]:
    phase = (antenna * 512) % 4096
    if maker == vendor.IMPINJ:
        return [
            Param("ImpinjRFPhaseAngle", {"PhaseAngle": phase}),
            Param("ImpinjPeakRSSI", {"RSSI": rssi_cdbm}),
            Param("ImpinjRFDopplerFrequency", {"DopplerFrequency": 16}),
        ]
    if maker == vendor.ZEBRA:
        return [Param("MotoTagPhase", {"Phase": phase * 4})]
    return []

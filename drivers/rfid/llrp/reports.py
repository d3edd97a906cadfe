"""The fast path from RO_ACCESS_REPORT bodies to reads.

Readers repeat one shape for every tag, so a body is first taken for one row of equal records (see ``shapes``). If it
isn't, its records are gathered by their first five bytes (type, length, first parameter): each gathering is a row of
equal records again in all but odd cases, and its reads go back to their places. Times are corrected here: LastSeenUTC,
else FirstSeenUTC, else uptime, else the time of arrival. What can't be read is counted, never raised.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from drivers.errors import Garbled
from drivers.readings import Extra, Read
from drivers.rfid.llrp import vendor
from drivers.rfid.llrp.parameters import CUSTOM
from drivers.rfid.llrp.shapes import MAX_AT_ONCE, Shape, take_apart, tlv_header
from drivers.rfid.readings import NO_RSSI_CDBM

_TAG_REPORT: Final = 240
_RF_SURVEY: Final = 242
_MAX_SHAPES: Final = 512
_MAX_SHAPES_A_LENGTH: Final = 32
_BLOCK: Final = 20_000
"""Records that are taken apart at a time: a message of 10 MB doesn't stand in memory as objects all at once."""

_CDBM_OF_BYTE: Final = [(byte - 256 if byte > 127 else byte) * 100 for byte in range(256)]
_IMPINJ_MRAD: Final = [vendor.impinj_phase_mrad(raw) for raw in range(4096)]


@dataclass(slots=True)
class ReportFaults:
    """What reports held that couldn't be read, since the reader was made."""

    records: int = 0
    """tag reports dropped: broken within"""
    bytes: int = 0
    """bytes dropped behind a length that lies"""
    unknown: int = 0
    """parameters of unknown type, passed over"""
    nameless: int = 0
    """tag reports without an EPC"""
    reason: str = ""
    """the newest fault in words"""


@dataclass(slots=True)
class _Row:
    """Records that begin alike, and the places of their reads in the report."""

    length: int
    is_tag: bool
    records: list[bytes] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


class ReportReader:
    """Decodes bodies of RO_ACCESS_REPORT; one per reader.

    ``utc_offset_us`` and ``uptime_offset_us`` are added to the reader's times; ``channels_khz`` is the frequency of
    channel index 1, 2, ….
    """

    def __init__(self) -> None:
        self.utc_offset_us = 0
        self.uptime_offset_us = 0
        self.channels_khz: tuple[int, ...] = ()
        self.faults = ReportFaults()
        self._shapes: dict[int, list[Shape]] = {}
        self._known = 0

    def decode(self, body: bytes, arrived_us: int) -> tuple[list[Read], dict[int, Extra]]:
        """Reads in the order of the report, and extras by index; ``faults`` counts what was dropped of it."""
        row = self._uniform(body)
        if row is None:
            return self._decode_mixed(body, arrived_us)
        shape, count = row
        if count <= MAX_AT_ONCE:
            reads, extras = self._decode_row(shape, body, count, arrived_us)
        else:
            reads, extras = self._decode_long_row(shape, body, arrived_us)
        return reads, dict(enumerate(extras)) if extras else {}

    # -- one shape ---------------------------------------------------------------------------------------------------

    def _uniform(self, body: bytes) -> tuple[Shape, int] | None:
        """The shape that all records of ``body`` have and how many they are, or None."""
        if len(body) < 5 or body[:2] != b"\x00\xf0":
            return None
        length = body[2] << 8 | body[3]
        if length < 5 or len(body) % length:
            return None
        count = len(body) // length
        shape = self._shape_of_row(body, length, count)
        return None if shape is None else (shape, count)

    def _shape_of_row(self, body: bytes, length: int, count: int) -> Shape | None:
        """The shape of the first record, if all others have it too."""
        known = self._shapes.get(length)
        if known and self._all_fit(known[0], body, count):  # nearly always
            return known[0]
        try:
            shape = self._shape_of(body[:length])
        except Garbled:
            return None
        return shape if count == 1 or self._all_fit(shape, body, count) else None

    @staticmethod
    def _all_fit(shape: Shape, body: bytes, count: int) -> bool:
        step = shape.length * MAX_AT_ONCE
        if count <= MAX_AT_ONCE:
            return shape.fits(body, count)
        parts = (body[at : at + step] for at in range(0, len(body), step))
        return all(shape.fits(part, len(part) // shape.length) for part in parts)

    def _shape_of(self, record: bytes) -> Shape:
        for shape in self._shapes.get(len(record), ()):
            if shape.fits(record, 1):
                return shape
        return self._learn(record)

    def _learn(self, record: bytes) -> Shape:
        """Compile the shape of one tag report; Garbled if it is broken."""
        shape = Shape(record, take_apart(record))
        if self._known >= _MAX_SHAPES:  # more than any reader has: somebody sends noise
            self._shapes.clear()
            self._known = 0
        self._known += 1
        alike = self._shapes.setdefault(len(record), [])
        if len(alike) >= _MAX_SHAPES_A_LENGTH:
            del alike[0]
        alike.append(shape)
        return shape

    def _decode_long_row(self, shape: Shape, body: bytes, arrived_us: int) -> tuple[list[Read], list[Extra]]:
        reads: list[Read] = []
        extras: list[Extra] = []
        step = shape.length * MAX_AT_ONCE
        for at in range(0, len(body), step):
            part = body[at : at + step]
            made, more = self._decode_row(shape, part, len(part) // shape.length, arrived_us)
            reads += made
            extras += more
        return reads, extras

    def _decode_row(self, shape: Shape, body: bytes, count: int, arrived_us: int) -> tuple[list[Read], list[Extra]]:
        """The reads of ``count`` records of one shape, none if they bear no EPC."""
        if shape.unknown:
            self.faults.unknown += shape.unknown * count
            self.faults.reason = shape.fault or self.faults.reason
        if not shape.bears_epc:
            self.faults.nameless += count
            return [], []
        columns = shape.columns(body, count)
        antennas = columns.get("antenna") or (0,) * count
        times = columns.get("count") or (1,) * count
        if shape.rssi == "rssi" and shape.time:  # the usual case in one go: a tenth faster than column by column
            offset, cdbm = self._offset(shape), _CDBM_OF_BYTE
            rows = zip(columns["epc"], antennas, columns["rssi"], columns[shape.time], times, strict=True)
            reads = [(epc, antenna, cdbm[rssi], at + offset, seen) for epc, antenna, rssi, at, seen in rows]
        else:
            rssis, moments = self._rssi(shape, columns, count), self._time(shape, columns, count, arrived_us)
            reads = list(zip(columns["epc"], antennas, rssis, moments, times, strict=True))
        return reads, self._extras(columns, count) if shape.has_extras else []

    def _offset(self, shape: Shape) -> int:
        return self.uptime_offset_us if shape.time.endswith("_up") else self.utc_offset_us

    @staticmethod
    def _rssi(shape: Shape, columns: dict[str, Sequence[Any]], count: int) -> Iterable[int]:
        if shape.rssi == "fine_rssi":
            return columns["fine_rssi"]
        if shape.rssi:
            return map(_CDBM_OF_BYTE.__getitem__, columns["rssi"])
        return (NO_RSSI_CDBM,) * count

    def _time(self, shape: Shape, columns: dict[str, Sequence[Any]], count: int, arrived_us: int) -> Iterable[int]:
        if not shape.time:
            return (arrived_us,) * count
        offset = self._offset(shape)
        return [value + offset for value in columns[shape.time]]

    def _extras(self, columns: dict[str, Sequence[Any]], count: int) -> list[Extra]:
        nothing: tuple[None, ...] = (None,) * count
        phases: Iterable[int | None] = nothing
        if "phase" in columns:
            phases = [_IMPINJ_MRAD[raw & 0xFFF] for raw in columns["phase"]]
        elif "zebra_phase" in columns:
            phases = map(vendor.zebra_phase_mrad, columns["zebra_phase"])
        khz = (None, *self.channels_khz)
        last = len(khz) - 1
        channels: Iterable[int | None] = nothing
        if "channel" in columns:
            channels = [khz[index] if index <= last else None for index in columns["channel"]]
        dopplers = map(vendor.impinj_doppler_mhz, columns["doppler"]) if "doppler" in columns else nothing
        tids = columns.get("tid") or (b"",) * count
        return list(map(Extra._make, zip(phases, channels, dopplers, tids, strict=True)))

    # -- several shapes ----------------------------------------------------------------------------------------------

    def _decode_mixed(self, body: bytes, arrived_us: int) -> tuple[list[Read], dict[int, Extra]]:
        reads: list[Read] = []
        extras: dict[int, Extra] = {}
        at = 0
        while at < len(body):
            rows, total, at = self._gather(body, at)
            made, more = self._decode_rows(rows, total, arrived_us)
            extras.update((len(reads) + place, extra) for place, extra in more.items())
            reads += made
        return reads, extras

    def _decode_rows(self, rows: Iterable[_Row], total: int, arrived_us: int) -> tuple[list[Read], dict[int, Extra]]:
        reads: list[Read | None] = [None] * total
        extras: dict[int, Extra] = {}
        found = 0
        for row in rows:
            if not row.is_tag:
                continue
            for shape, records, places in self._split(row):
                made, more = self._decode_row(shape, records, len(places), arrived_us)
                for place, read in zip(places, made, strict=False):  # none if they bear no EPC
                    reads[place] = read
                if more:
                    extras.update(zip(places, more, strict=True))
                found += len(made)
        if found == total:
            return reads, extras  # type: ignore[return-value]  # no None is left
        return _close_gaps(reads, extras)

    def _gather(self, body: bytes, at: int) -> tuple[Iterable[_Row], int, int]:
        """Records by how they begin, how many they are, and where the next stand; what a lying length hides is lost."""
        rows: dict[bytes, _Row] = {}
        hands: dict[bytes, tuple[int, Callable[[bytes], None], Callable[[int], None]]] = {}
        end, place = len(body), 0
        for place in range(_BLOCK):
            head = body[at : at + 5]
            hand = hands.get(head)
            if hand is None:
                if not head:  # all read
                    return rows.values(), place, end
                try:
                    number, length = tlv_header(body, at, end)
                except Garbled as error:
                    return rows.values(), place, self._lost(str(error), at, end)
                row = rows[head] = _Row(length, number == _TAG_REPORT)
                hand = hands[head] = (length, row.records.append, row.places.append)
                self.faults.unknown += number not in (_TAG_REPORT, _RF_SURVEY, CUSTOM)
            stop = at + hand[0]
            if stop > end:
                return rows.values(), place, self._lost(f"a tag report of {hand[0]} bytes is cut short", at, end)
            hand[1](body[at:stop])
            hand[2](place)
            at = stop
        return rows.values(), place + 1, at

    def _lost(self, why: str, at: int, end: int) -> int:
        """Nothing behind ``at`` can be read; gives ``end``."""
        self.faults.bytes += end - at
        self.faults.reason = f"RO_ACCESS_REPORT: {why}"
        return end

    def _split(self, row: _Row) -> Iterable[tuple[Shape, bytes, list[int]]]:
        """Rows of exactly one shape each; broken records are dropped and counted."""
        joined = b"".join(row.records)
        shape = self._shape_of_row(joined, row.length, len(row.places))
        if shape is not None:
            return [(shape, joined, row.places)]
        parts: dict[int, tuple[Shape, list[bytes], list[int]]] = {}
        for record, place in zip(row.records, row.places, strict=True):
            try:
                one = self._shape_of(record)
            except Garbled as error:
                self.faults.records += 1
                self.faults.reason = f"RO_ACCESS_REPORT: {error}"
                continue
            _, records, places = parts.setdefault(id(one), (one, [], []))
            records.append(record)
            places.append(place)
        return [(one, b"".join(records), places) for one, records, places in parts.values()]


def _close_gaps(reads: list[Read | None], extras: dict[int, Extra]) -> tuple[list[Read], dict[int, Extra]]:
    """Without the places that gave no read."""
    kept = [place for place, read in enumerate(reads) if read is not None]
    moved = {place: index for index, place in enumerate(kept)}
    closed = [read for read in reads if read is not None]
    return closed, {moved[place]: extra for place, extra in extras.items() if place in moved}

"""A simulated scene as drivers and twins know reads: timed ones for a twin's field, batches as a driver reports."""

from collections.abc import Iterator, Sequence

import numpy as np

from drivers.readings import Extra, TagReads
from drivers.rfid.readings import SeenTag
from drivers.rfid.simulated.room import Reads


def timed(reads: Reads, epcs: Sequence[bytes], skip_s: float = 0.0) -> list[tuple[float, SeenTag]]:
    """(seconds from now, read) for a twin's ``play``; ``epcs[tag]`` names each tag; ``skip_s`` are left out."""
    columns = (reads.at_s.tolist(), reads.tag.tolist(), reads.antenna.tolist(), reads.rssi_cdbm.tolist())
    return [
        (at - skip_s, SeenTag(epcs[tag], antenna, rssi))
        for at, tag, antenna, rssi in zip(*columns, strict=True)
        if at >= skip_s
    ]


def batches(
    reads: Reads, epcs: Sequence[bytes], reader: str, start_us: int, *, seconds: float, every_s: float = 0.05
) -> Iterator[TagReads]:
    """What a driver would report, every ``every_s`` until ``seconds``, with phases and channels; empty batches too."""
    ends = np.arange(every_s, seconds + 2.5 * every_s, every_s)  # the last dwell ends after its beginning
    cuts = np.searchsorted(reads.at_s, ends)
    rows = list(zip(*(column.tolist() for column in reads), strict=True))
    begin = 0
    for number, (end_s, end) in enumerate(zip(ends.tolist(), cuts.tolist(), strict=True)):
        part = rows[begin:end]
        extras = {place: Extra(row[4], row[5]) for place, row in enumerate(part)}
        found = [(epcs[tag], port, rssi, start_us + int(at * 1e6), 1) for at, tag, port, rssi, _, _ in part]
        yield TagReads(reader, "simulated", number + 1, start_us + int(end_s * 1e6), found, extras or None)
        begin = end

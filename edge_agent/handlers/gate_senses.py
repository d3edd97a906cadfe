"""What a gate's readers tell beside strengths: phases of reads, and light beams on their inputs."""

from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from edge_agent.shop import Shop


def phases(batch: TagReads, shop: Shop) -> None:
    """Hand the phases of a batch to the engine, after the batch; other readers' cost a look-up."""
    if not batch.extras or batch.reader not in shop.live.phased:
        return
    told = {
        place: (extra.phase_mrad, extra.channel_khz)
        for place, extra in batch.extras.items()
        if extra.phase_mrad is not None and extra.channel_khz
    }
    if told:
        shop.live.presence.take_phases(batch.reads, batch.reader, told, batch.received_us)


def spoke(event: ReaderEvent, shop: Shop) -> None:
    """An input of a reader changed: that may be a light beam that somebody broke."""
    if event.kind is not ReaderEventKind.GPI:
        return
    crossed = shop.live.beams.get((event.reader, event.port, event.value))
    if crossed is not None:
        presence = shop.live.presence
        presence.beam(*crossed, event.at_us + presence.clock_offset_us(event.reader))

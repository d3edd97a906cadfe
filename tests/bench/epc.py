"""EPC bits to units: never seen before, and seen before as the presence engine remembers them."""

from epcpy import hex_to_tag_encodable

from installer.demo.goods import COMPANY_PREFIX, gtin
from retail.epc import Unit, decode, encode_sgtin96
from retail.presence import Plan, Presence, Spot
from tests.bench.row import Row, count, rate_row
from tests.bench.run import Run, core_rate, quiet


def measure(run: Run) -> list[Row]:
    """SGTIN-96 tags of the demo's goods."""
    size = run.size(50, 40_000)
    epcs = [encode_sgtin96(Unit(gtin(n % 9_000), str(n + 1)), len(COMPANY_PREFIX)) for n in range(size)]
    texts = [epc.hex().upper() for epc in epcs[: max(50, size // 20)]]
    with quiet():
        cold = core_rate(lambda: sum(1 for epc in epcs if decode(epc).unit))
        peer = core_rate(lambda: sum(1 for text in texts if hex_to_tag_encodable(text)))
        cached = _cached(epcs)
    return [
        rate_row("EPC decode, cold", cold, 600_000, note=f" (epcpy {count(peer)}/s: {cold / peer:.1f}×)"),
        rate_row("EPC lookup, seen before", cached, 5_000_000),
    ]


def _cached(epcs: list[bytes]) -> float:
    """What the presence engine does for a known EPC: antennas that look at nothing leave the lookup alone."""
    presence = Presence(Plan(spots={("r", 1): Spot()}))
    reads = [(epc, 1, -5_000, 1, 1) for epc in epcs]
    presence.take(reads, "r", 2)

    def work() -> int:
        for _ in range(5):
            presence.take(reads, "r", 2)
        return 5 * len(reads)

    return core_rate(work)

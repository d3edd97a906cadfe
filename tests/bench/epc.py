"""EPC bits to item keys: never seen before, and seen before; epcpy in the same run."""

import random
from collections.abc import Sequence

from epcpy import hex_to_tag_encodable

from installer.demo.goods import COMPANY_PREFIX, gtin
from retail.epc import ItemKeys, Unit, check_digit, encode_sgtin96, encode_sgtin_plus, item_key
from tests.bench.row import Row, count, rate_row
from tests.bench.run import Run, core_rate, quiet

COLD, CACHED = 600_000, 5_000_000
ARTICLES = 9_000
ROUNDS = 6


def measure(run: Run) -> list[Row]:
    """SGTIN-96 tags of which each is of an article of its own, those of the demo's goods, the same as SGTIN+."""
    size = run.size(50, 40_000)
    units = [Unit(gtin(n % ARTICLES), str(n + 1)) for n in range(size)]
    epcs = [encode_sgtin96(unit, len(COMPANY_PREFIX)) for unit in units]
    plus = [encode_sgtin_plus(unit) for unit in units]
    texts = [epc.hex().upper() for epc in epcs[: max(50, size // 20)]]
    strangers = iter([_of_new_articles(size, seed) for seed in range(ROUNDS)])
    keys = ItemKeys()
    _look_up(epcs, keys)
    with quiet():
        peer = core_rate(lambda: sum(1 for text in texts if hex_to_tag_encodable(text)), ROUNDS)
        cold = core_rate(lambda: _work_out(next(strangers)), ROUNDS)
        known = core_rate(lambda: _work_out(epcs), ROUNDS)
        as_plus = core_rate(lambda: _work_out(plus), ROUNDS)
        cached = core_rate(lambda: _look_up(epcs * 5, keys), ROUNDS)
    return [
        rate_row("EPC to item key, cold", cold, COLD, note=f" (epcpy {count(peer)}/s: {cold / peer:.1f}×)"),
        rate_row("EPC to item key, cold, article known", known, COLD),
        rate_row("EPC to item key, cold, SGTIN+", as_plus, COLD),
        rate_row("EPC to item key, seen before", cached, CACHED),
    ]


def _of_new_articles(size: int, seed: int) -> list[bytes]:
    source = random.Random(seed)
    epcs = []
    for serial in range(size):
        body = f"{source.randrange(10**13):013d}"
        epcs.append(encode_sgtin96(Unit(f"{body}{check_digit(body)}", str(serial)), source.randrange(6, 13)))
    return epcs


def _work_out(epcs: Sequence[bytes]) -> int:
    return sum([1 for epc in epcs if item_key(epc)])


def _look_up(epcs: Sequence[bytes], keys: ItemKeys) -> int:
    return sum([1 for epc in epcs if keys[epc]])

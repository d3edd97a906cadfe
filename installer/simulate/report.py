"""``comptoir simulate``: the table of accuracy over seeds, with 95 % intervals, bars and baselines."""

import argparse
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from installer.simulate.figures import Line, Share, garwood, spread, table, wilson
from installer.simulate.gate_day import GateDays, gate_day
from installer.simulate.passing import PASSAGES_A_SEED, Passing, passages
from installer.simulate.places import Counted, Places, count, front_back, pad

FITTED_FROM: Final = 1_000_000
"""seeds from here on were used to fit the weights; none of them is reported on"""


@dataclass(slots=True)
class Tally:
    """Everything counted over some seeds."""

    passing: Passing = field(default_factory=Passing)
    days: GateDays = field(default_factory=GateDays)
    front_back: Places = field(default_factory=Places)
    count: Counted = field(default_factory=Counted)
    pad: Places = field(default_factory=Places)

    def add(self, other: "Tally") -> None:
        """Another seed's."""
        self.passing.add(other.passing)
        self.days.add(other.days)
        self.front_back.add(other.front_back)
        self.count.add(other.count)
        self.pad.add(other.pad)


def seed_tally(seed: int, scenes: int = PASSAGES_A_SEED) -> Tally:
    """All scenes of one seed: passages, a day at a gate, a store, a count, ten baskets."""
    return Tally(passages(seed, scenes), gate_day(seed), front_back(seed), count(seed), pad(seed))


def seed_tally_quick(seed: int) -> Tally:
    """A sixth of the passages and no day at the gate."""
    return Tally(passages(seed, PASSAGES_A_SEED // 6), GateDays(), front_back(seed), count(seed), pad(seed))


def tally(seeds: Iterable[int], work: Callable[[int], Tally] = seed_tally, workers: int = 1) -> Tally:
    """The sum over seeds, by so many processes."""
    found = Tally()
    if workers <= 1:
        for seed in seeds:
            found.add(work(seed))
        return found
    with ProcessPoolExecutor(workers) as pool:
        for one in pool.map(work, seeds):
            found.add(one)
    return found


def lines(found: Tally) -> list[Line]:
    """The table's lines."""
    rows = [*_direction(found.passing), _missed(found.passing), *_lags(found.passing), _false(found.passing)]
    if found.days.days:
        rows.append(_false_alarms(found.days))
    return [*rows, *_front_back(found.front_back), *_count(found.count), _pad(found.pad)]


def _direction(found: Passing) -> list[Line]:
    decided = Share(found.tags - found.undecided - found.wrong, found.tags - found.undecided)
    naive = Share(found.tags - found.naive_wrong, found.tags)
    undecided = Share(found.undecided, found.tags)
    ratio = found.wrong / found.naive_wrong if found.naive_wrong else 0.0
    scenes = f"{found.tags} articles in {found.scenes} passages"
    return [
        Line(
            "direction, right of decided", scenes, str(decided), "99.5 %", f"first and last antenna: {naive}",
            decided.value >= 0.995, (1 - 0.995) / max(1 - decided.value, 1e-9),
        ),
        Line("direction, undecided", scenes, str(undecided), "at most 1 %", "", undecided.value <= 0.01,
             0.01 / max(undecided.value, 1e-9)),
        Line("direction, errors", scenes, str(found.wrong), "a tenth of the baseline's", str(found.naive_wrong),
             ratio <= 0.1, 0.1 / max(ratio, 1e-9)),
    ]  # fmt: skip


def _missed(found: Passing) -> Line:
    missed = Share(found.missed, found.left)
    scenes = f"{found.left} unsold articles carried out"
    return Line("missed exits", scenes, str(missed), "at most 0.5 %", "", missed.value <= 0.005,
                0.005 / max(missed.value, 1e-9))  # fmt: skip


def _lags(found: Passing) -> list[Line]:
    """When the engine says it; what the reader takes to tell, and the siren to sound, comes on top."""
    scenes = f"{len(found.after_door_s)} alarms for unsold articles"
    return [
        Line("alarm after the door line, s", scenes, spread(found.after_door_s)),
        Line("alarm after the last read, s", scenes, f"{spread(found.after_read_s)} (negative: still read)"),
    ]


def _false(found: Passing) -> Line:
    """In these passages eight of a hundred turn round in the door; a day at a gate has few of them (below)."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(found.false_leaving.items()) if count)
    share = Share(found.false_leaving.total(), found.stayed)
    scenes = f"{found.stayed} articles that stayed or came in"
    return Line("alarms for what didn't leave", scenes, f"{share}{': ' + kinds if kinds else ''}")


def _false_alarms(found: GateDays) -> Line:
    weeks = found.days / 7
    low, high = (bound / weeks for bound in garwood(found.alarms))
    rate = found.alarms / weeks
    return Line(
        "false alarms, per gate-week", f"{found.scenes} scenes in {weeks:.1f} gate-weeks",
        f"{rate:.2f} ({low:.2f} to {high:.2f})", "at most 1", f"first and last antenna: {found.naive / weeks:.0f}",
        rate <= 1, 1 / max(rate, 1e-9),
    )  # fmt: skip


def _front_back(found: Places) -> list[Line]:
    right, naive = Share(found.right, found.decided), Share(found.naive, found.tags)
    wrong, naive_wrong = found.decided - found.right, found.tags - found.naive
    ratio = wrong / naive_wrong if naive_wrong else 0.0
    scenes = f"{found.tags} tags in {found.scenes} stores"
    kept = Share(found.tags - found.decided, found.tags)
    return [
        Line("front or back, right of decided", scenes, str(right), "98 %", f"strongest read: {naive}",
             right.value >= 0.98, 0.02 / max(1 - right.value, 1e-9)),
        Line("front or back, errors", scenes, f"{wrong}, and {kept} left where they were",
             "a third of the baseline's", str(naive_wrong), ratio <= 1 / 3, 1 / 3 / max(ratio, 1e-9)),
    ]  # fmt: skip


def _count(found: Counted) -> list[Line]:
    recall, ghosts = Share(found.counted, found.heard), Share(found.ghosts, found.heard)
    low, high = wilson(found.ghosts, found.heard)
    scenes = f"{found.heard} units in {found.scenes} counts"
    return [
        Line("count, recall of what was read", scenes, str(recall), "99.9 %", "", recall.value >= 0.999,
             0.001 / max(1 - recall.value, 1e-9)),
        Line("count, ghosts", scenes, f"{100 * ghosts.value:.3f} % ({100 * low:.3f} to {100 * high:.3f})", "0.01 %",
             f"every EPC believed: {Share(found.naive_ghosts, found.heard)}", ghosts.value <= 0.0001,
             0.0001 / max(ghosts.value, 1e-9)),
    ]  # fmt: skip


def _pad(found: Places) -> Line:
    naive = Share(found.naive, found.tags)
    figure = str(Share(found.right, found.tags))
    return Line("pad at the till, on it or not", f"{found.tags} tags in {found.scenes} baskets", figure, "",
                f"everything read: {naive}")  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    first, seeds = arguments.seed, arguments.seeds
    if first + seeds > FITTED_FROM or first < 0 or seeds < 1:
        print(f"seeds are 0 to {FITTED_FROM - 1}: the engine was fitted on those from {FITTED_FROM} on")
        return 2
    work = seed_tally_quick if arguments.quick else seed_tally
    found = tally(range(first, first + seeds), work, arguments.workers)
    print(table(lines(found)))
    print(f"\nSeeds {first} to {first + seeds - 1}; the engine was fitted on seeds from {FITTED_FROM} on.")
    return 0

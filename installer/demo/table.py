"""The table that a scripted day ends with."""

from collections.abc import Iterable

from installer.demo.findings import LEAST_SALES_A_MINUTE, Findings
from installer.demo.truth import Truth


def rows(found: Findings, truth: Truth) -> list[tuple[str, str]]:
    """What was measured, in the order of reading."""
    unseen = found.exits - found.exits_seen - found.exits_blind
    return [
        ("sales", f"{found.sales}  ({found.turnover_minor / 100:,.2f} € with returns)"),
        ("sales a shop minute", f"{found.sales_a_minute:.1f}  (at least {LEAST_SALES_A_MINUTE:g})"),
        ("online orders", f"{found.orders}, ready {found.orders_ready}"),
        ("time to ready, shop minutes", f"p50 {found.ready_p50_min:.1f}   p95 {found.ready_p95_min:.1f}"),
        ("handovers", str(found.handovers)),
        ("returns", f"{found.returns}, web refunds settled {found.refunds_settled}"),
        (
            "alarms",
            f"{found.alarms_right} right of {found.thefts} thefts, {found.alarms_wrong} wrong, "
            f"{found.notices} without siren while a till wasn't heard",
        ),
        (
            "units through the exit",
            f"{found.exits}, recorded {found.exits_seen}, missed {max(0, unseen)}, "
            f"cut off by the agent's end {found.exits_blind}",
        ),
        (
            "count",
            f"{found.count_expected} expected, {found.count_accuracy:.1f} % matched, "
            f"{found.count_wrong} wrongly missing",
        ),
        ("facts written", str(found.facts)),
        ("facts twice", str(found.duplicates)),
        ("facts lost", str(found.lost)),
        *((f"scene: {name}", text or "happened") for name, text in sorted(truth.scenes.items())),
    ]


def render(lines: Iterable[tuple[str, str]]) -> str:
    """Two columns of text."""
    pairs = list(lines)
    wide = max(len(name) for name, _ in pairs)
    return "\n".join(f"  {name:<{wide}}  {text}" for name, text in pairs)

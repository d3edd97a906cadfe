"""A process with states as a table of transitions: what may happen next is data, read by code, tests and diagrams."""

from collections.abc import Iterable
from typing import NamedTuple

from retail.errors import Impossible, Refused


class Transition(NamedTuple):
    """``event`` takes a process from any of ``sources`` to ``target``; ``actor`` is who may do it.

    ``actor``: centre, associate, manager, customer, till, carrier, timer or system.
    """

    event: str
    sources: tuple[str, ...]
    target: str
    actor: str


class TransitionRefused(Refused):
    """An event that the table doesn't allow in this state. Carries the state, the event and what was allowed."""

    def __init__(self, table: str, state: str, event: str, allowed: tuple[str, ...]) -> None:
        choices = ", ".join(allowed) or "nothing"
        text = f"{table}: {event} isn't possible when {state}; possible: {choices}"
        super().__init__("not_allowed", text, state=state, event=event, allowed=allowed)
        self.state = state
        self.event = event
        self.allowed = allowed


class Table:
    """A state machine. It keeps no state itself: callers hold the state as text and ask for the next one."""

    def __init__(self, name: str, start: str, transitions: Iterable[Transition]) -> None:
        self.name = name
        self.start = start
        self.transitions = tuple(transitions)
        self._targets: dict[str, dict[str, str]] = {start: {}}
        for step in self.transitions:
            self._targets.setdefault(step.target, {})
            for source in step.sources:
                row = self._targets.setdefault(source, {})
                if row.setdefault(step.event, step.target) != step.target:
                    raise Impossible(f"{name}: {step.event} leads from {source} to two states")

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, the first one first."""
        return tuple(self._targets)

    @property
    def events(self) -> tuple[str, ...]:
        """Every event, in the table's order."""
        return tuple(dict.fromkeys(step.event for step in self.transitions))

    @property
    def terminal(self) -> frozenset[str]:
        """States that nothing leads out of."""
        return frozenset(state for state, row in self._targets.items() if not row)

    def allowed(self, state: str) -> tuple[str, ...]:
        """Return the events that are possible in a state; :class:`Impossible` for a state that isn't one."""
        return tuple(self._row(state))

    def allows(self, state: str, event: str) -> bool:
        """Say whether an event is possible in a state."""
        return event in self._row(state)

    def next(self, state: str, event: str) -> str:
        """Return the state after an event, or raise :class:`TransitionRefused`."""
        target = self._row(state).get(event)
        if target is None:
            raise TransitionRefused(self.name, state, event, self.allowed(state))
        return target

    def _row(self, state: str) -> dict[str, str]:
        row = self._targets.get(state)
        if row is None:
            raise Impossible(f"{self.name} has no state {state!r}")
        return row


def joined(name: str, *tables: Table) -> Table:
    """Return one table of several that share states; the first one's start is its start."""
    return Table(name, tables[0].start, [step for table in tables for step in table.transitions])


def to_mermaid(table: Table) -> str:
    """Draw a table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {table.start}"]
    for step in table.transitions:
        lines += [f"    {source} --> {step.target}: {step.event} ({step.actor})" for source in step.sources]
    lines += [f"    {state} --> [*]" for state in table.states if state in table.terminal]
    return "\n".join(lines) + "\n"

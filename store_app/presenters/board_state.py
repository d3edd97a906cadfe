"""Which order is chosen on the board, and which are shown."""

from dataclasses import dataclass


@dataclass
class BoardState:
    """Which order is chosen and which are shown; shared by all order screens."""

    chosen: str | None = None
    filter: str = "todo"

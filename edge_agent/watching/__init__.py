"""What people watch live on a screen: reads a second, who stands in a gate, how near the handheld is. Never stored.

Readers' workers tell it everything beside the heart; the screens' streams look at it ten times a second. It belongs to
no thread: each part has a lock of its own, and costs a look-up for a read that nobody asked for.
"""

from edge_agent.watching.passing import Passing, Why
from edge_agent.watching.pulse import SLOT_MS, SLOTS, Pulse
from edge_agent.watching.seeking import Heard, Seeking, Trail
from edge_agent.watching.told import Told
from edge_agent.watching.watch import Watch

__all__ = ["SLOTS", "SLOT_MS", "Heard", "Passing", "Pulse", "Seeking", "Told", "Trail", "Watch", "Why"]

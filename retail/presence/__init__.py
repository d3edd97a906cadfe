"""From reads to what the store knows: presence in zones, passages through gates, the gate's verdict."""

from retail.presence.clocks import Read
from retail.presence.engine import Hysteresis, Presence, Sighting
from retail.presence.events import Appeared, Event, Leaving, Moved, Passed, Vanished
from retail.presence.gate import Gate, Verdict
from retail.presence.passages import PassageSettings
from retail.presence.plan import Plan, Spot, Zone
from retail.presence.smoothing import Smoothing

__all__ = [
    "Appeared",
    "Event",
    "Gate",
    "Hysteresis",
    "Leaving",
    "Moved",
    "PassageSettings",
    "Passed",
    "Plan",
    "Presence",
    "Read",
    "Sighting",
    "Smoothing",
    "Spot",
    "Vanished",
    "Verdict",
    "Zone",
]

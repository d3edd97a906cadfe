"""Each signed request counts once, and only while it is fresh: who has listened in can't send it again.

The moment that a request names is the sender's, put right by what the receiver last said its own time is: a device
whose clock is years off asks once more and is heard.
"""

import re
import secrets
import threading
import time

WINDOW_MS = 120_000
"""how far from the receiver's time a request's moment may be"""
MOMENT_HEADER = "X-Comptoir-Moment"
NOW_HEADER = "X-Comptoir-Now"
_MOMENT = re.compile(r"(\d{1,15})\.[0-9a-f]{16}")


def moment(offset_ms: int = 0) -> str:
    """What a request names as its moment: real time in ms UTC, and a number that no other request has."""
    return f"{max(0, now_ms() + offset_ms)}.{secrets.token_hex(8)}"


def now_ms() -> int:
    """Real time: transports know nothing of a shop day that is played at speed."""
    return time.time_ns() // 1_000_000


class Replays:
    """What a receiver remembers of requests that it has heard; from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: dict[str, int] = {}
        self._tidied = 0

    def is_fresh(self, moment: str, device: str) -> bool:
        """Whether a request of that moment may be answered; said once for each. Check its signature before."""
        found = _MOMENT.fullmatch(moment)
        now = now_ms()
        if found is None or abs(int(found[1]) - now) > WINDOW_MS:
            return False
        key = f"{device} {moment}"
        with self._lock:
            self._tidy(now)
            if key in self._heard:
                return False
            self._heard[key] = int(found[1])
        return True

    def _tidy(self, now: int) -> None:
        """Forget what isn't fresh any more anyway."""
        if abs(now - self._tidied) > WINDOW_MS // 4:
            self._heard = {key: at for key, at in self._heard.items() if abs(at - now) <= WINDOW_MS}
            self._tidied = now

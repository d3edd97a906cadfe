"""What goes wrong in a back office, and what its health page says of it."""

import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx

from drivers.rfid.readings import SeenTag, system_now_us
from installer.demo.devices import epc_of
from installer.demo.premises import OPERATIONS_TOKEN
from tests.support.counting import NEAR_CDBM, antenna_of
from tests.support.processes import wait_until
from tests.support.shop import Json, Shop


class BackOffice:
    """Somebody who looks at the agent's health page."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    @property
    def health(self) -> Json:
        """The page as JSON."""
        body: Json = self.shop.ask("/v1/health").json()
        return body

    @property
    def page(self) -> str:
        """The page as a person reads it, in English."""
        return httpx.get(f"{self.shop.premises.agent_url}/?lang=en", timeout=10).text

    def reader(self, name: str) -> Json:
        """The row of one reader."""
        return next(row for row in self.health["readers"] if row["name"] == name)

    def notices(self, code: str) -> dict[str, str]:
        """What needs somebody: subject -> reason."""
        return {one["subject"]: one["text"] for one in self.health["notices"] if one["code"] == code}

    def await_read(self, unit: str, zone: str) -> None:
        """The zone's own reader reports a unit, again and again, until the agent has it there."""
        reader, port = antenna_of(zone)
        twin = self.shop.readers.llrp[reader] if reader in self.shop.readers.llrp else self.shop.readers.mqtt[reader]

        def there() -> bool:
            twin.report([SeenTag(epc_of(unit), port, NEAR_CDBM)], system_now_us())
            return bool(self.shop.unit(unit)["zone"] == zone)

        wait_until(there, 20, f"{unit} to be read in {zone}")

    def kill_broker(self) -> int:
        """``kill -9`` for the agent's MQTT broker; its process id."""
        (pid,) = (child for child in children(self.shop.agent.pid) if is_broker(child))
        os.kill(pid, signal.SIGKILL)
        return pid

    def publish(self, feed: str, *rows: Json) -> Json:
        """Head office publishes rows, as operations do."""
        answer = httpx.post(
            f"{self.shop.premises.ledger_url}/v1/publish/{feed}",
            json={"rows": list(rows)},
            headers={"Authorization": f"Bearer {OPERATIONS_TOKEN}"},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body


def children(pid: int) -> list[int]:
    """The processes that a process has started (Linux)."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def is_broker(pid: int) -> bool:
    """Whether a process is an MQTT broker."""
    command = Path(f"/proc/{pid}/cmdline").read_bytes()
    return b"broker_process" in command or b"mosquitto" in command


def flip_a_bit(database: Path, device: str, seq: int) -> None:
    """One bit of a record's body turns over on the disk."""
    with closing(sqlite3.connect(database, timeout=10)) as conn, conn:
        (body,) = conn.execute(
            "SELECT body FROM journal_records WHERE device = ? AND seq = ?", (device, seq)
        ).fetchone()
        place = body.index('"qty":1') + len('"qty":')
        flipped = f"{body[:place]}{chr(ord(body[place]) ^ 2)}{body[place + 1 :]}"
        conn.execute("UPDATE journal_records SET body = ? WHERE device = ? AND seq = ?", (flipped, device, seq))


def evidence(database: Path) -> list[Json]:
    """What a till has kept about batches that were refused for good."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as conn:
        return [json.loads(row[0]) for row in conn.execute("SELECT evidence FROM blocked_logs")]

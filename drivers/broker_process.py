"""The embedded broker's process: ``python -m drivers.broker_process HOST PORT`` serves until its input ends.

It prints the port that it serves as its first line, so that port 0 may be asked for. The parent holds the other end of
standard input open; when the parent dies, however it dies, the input ends and so does the broker.

What a client hasn't acknowledged at QoS 1 when its link goes is kept for it in memory, unless it asked for a clean
session: amqtt itself would forget it (MQTT 3.1.1, 4.4). Nothing is kept over the end of this process; Mosquitto does.
"""

import asyncio
import logging
import os
import sys
from typing import Any

from amqtt.broker import Broker, RetainedApplicationMessage
from amqtt.mqtt.protocol.handler import ProtocolHandler
from amqtt.session import OUTGOING

LISTENER = "default"


def _config(host: str, port: int) -> dict[str, Any]:
    return {
        "listeners": {LISTENER: {"type": "tcp", "bind": f"{host}:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }


def _keep_unacknowledged() -> None:
    """Have an outgoing QoS 1 message that wasn't acknowledged wait for its client's return."""
    deliver = ProtocolHandler._handle_qos1_message_flow

    async def deliver_or_keep(self: Any, message: Any) -> None:
        try:
            await deliver(self, message)
        finally:
            session = self.session
            if message.direction == OUTGOING and not message.puback_packet and session and not session.clean_session:
                kept = RetainedApplicationMessage(None, message.topic, message.data, message.qos)
                session.retained_messages.put_nowait(kept)

    ProtocolHandler._handle_qos1_message_flow = deliver_or_keep


async def _serve(host: str, port: int) -> None:
    broker = Broker(_config(host, port))
    await broker.start()
    server = broker._servers[LISTENER].instance  # no public way to ask for the bound port
    bound = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"{bound}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    os._exit(0)  # nothing is kept on disk, and a shutdown waits for its clients: the port must be free at once


def main() -> int:
    """Serve until standard input ends; a port that can't be had ends the process with a traceback."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)
    logging.getLogger("transitions").setLevel(logging.CRITICAL)
    _keep_unacknowledged()
    host, port = sys.argv[1], int(sys.argv[2])
    asyncio.run(_serve(host, port))
    return 0


if __name__ == "__main__":
    sys.exit(main())

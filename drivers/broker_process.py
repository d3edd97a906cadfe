"""The embedded broker's process: ``python -m drivers.broker_process HOST PORT`` serves until its input ends.

It prints the port that it serves as its first line, so that port 0 may be asked for. The parent holds the other end of
standard input open; when the parent dies, however it dies, the input ends and so does the broker.
"""

import asyncio
import logging
import os
import sys
from typing import Any

from amqtt.broker import Broker

LISTENER = "default"


def _config(host: str, port: int) -> dict[str, Any]:
    return {
        "listeners": {LISTENER: {"type": "tcp", "bind": f"{host}:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }


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
    host, port = sys.argv[1], int(sys.argv[2])
    asyncio.run(_serve(host, port))
    return 0


if __name__ == "__main__":
    sys.exit(main())

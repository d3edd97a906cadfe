"""An LLRP twin and its driver, on and off again."""

import contextlib
from collections.abc import Iterator

from drivers.rfid.llrp.driver import LlrpReader
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.readings import SeenTag

TAG = SeenTag(bytes.fromhex("3034257bf7194e4000001a85"), 2, -6000)


@contextlib.contextmanager
def running(twin: LlrpTwin) -> Iterator[LlrpTwin]:
    """The twin, started; gone at the end."""
    twin.start()
    try:
        yield twin
    finally:
        twin.stop()


@contextlib.contextmanager
def reading(twin: LlrpTwin, url: str = "", **options: object) -> Iterator[LlrpReader]:
    """A reader on the twin, open; closed at the end."""
    reader = LlrpReader.from_url("gate", url or twin.url, **options)
    reader.open()
    try:
        yield reader
    finally:
        reader.close()


def sent(twin: LlrpTwin) -> list[str]:
    """The names of the messages that the twin got."""
    return [message.name for message in twin.received]

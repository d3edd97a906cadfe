"""What the LLRP driver throws away reaches the status that the health page shows."""

from drivers.rfid.llrp.codec import HEADER
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.readings import SeenTag
from edge_agent.messages import Message, ReadsArrived
from edge_agent.settings import ReaderSettings
from edge_agent.supervisor import Supervisor
from tests.support.waiting import wait_until


def test_a_broken_report_and_noise_are_counted_and_the_reader_stays_well() -> None:
    twin = LlrpTwin()
    twin.start()
    posted: list[Message] = []
    supervisor = Supervisor([ReaderSettings(name="portique", kind="llrp", url=twin.url)], posted.append)
    health = supervisor.health["portique"]
    supervisor.start()
    try:
        wait_until(lambda: health.well and twin.inventorying)
        assert health.as_json()["dropped"] == 0
        twin.send_garbage(HEADER.pack(1 << 10 | 61, 16, 1) + b"\x00\xf0\x00\x06\x8d\x00")
        wait_until(lambda: health.as_json()["dropped"] == 1)
        twin.send_garbage(b"\xff" * 50)
        twin.present([SeenTag(bytes(12))])
        wait_until(lambda: any(isinstance(message, ReadsArrived) for message in posted))
        wait_until(lambda: health.as_json()["dropped"] == 51)
        assert health.garbled == 1, "one trouble, told once"
        assert health.well
    finally:
        supervisor.stop()
        twin.stop()

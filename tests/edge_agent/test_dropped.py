"""What a driver throws away reaches the status that the health page shows."""

from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.r2000 import R2000Twin
from edge_agent.messages import Message, ReadsArrived
from edge_agent.settings import ReaderSettings
from edge_agent.supervisor import Supervisor
from tests.support.waiting import wait_until


def test_bytes_that_are_no_frames_are_counted_on_the_health_page() -> None:
    twin = R2000Twin()
    twin.start()
    posted: list[Message] = []
    supervisor = Supervisor([ReaderSettings(name="quai", kind="r2000", url=twin.url)], posted.append)
    health = supervisor.health["quai"]
    supervisor.start()
    try:
        wait_until(lambda: health.well)
        assert health.as_json()["dropped"] == 0
        twin.send_garbage(b"no frame at all")
        wait_until(lambda: health.as_json()["dropped"] == len(b"no frame at all"))
        twin.send_garbage(b"nor this")
        wait_until(lambda: health.dropped == len(b"no frame at allnor this"))
        assert health.garbled == 1, "one trouble, told once"
        twin.present([SeenTag(bytes(12))])
        wait_until(lambda: any(isinstance(message, ReadsArrived) for message in posted))
        assert health.well
    finally:
        supervisor.stop()
        twin.stop()

"""LLRP over TLS: the driver and its twin, with a known issuer, a pinned certificate, and the wrong one."""

import ssl
from pathlib import Path
from typing import NamedTuple

import pytest

from drivers.contracts import SetGpo
from drivers.errors import Disconnected, NotFound, Untrusted
from drivers.readings import TagReads
from drivers.rfid.llrp.driver import LlrpReader
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.readings import SeenTag
from tests.support.certificates import self_signed
from tests.support.llrp_rigs import TAG, reading, running
from tests.support.reader_rigs import await_read, read_batches
from tests.support.waiting import wait_until


class Secured(NamedTuple):
    """A reader's certificate."""

    file: Path
    fingerprint: str

    def twin(self) -> LlrpTwin:
        """A reader that has it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return LlrpTwin(tls=context)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Secured:
    path = tmp_path_factory.mktemp("tls") / "reader.pem"
    return Secured(path, self_signed(path))


@pytest.mark.parametrize("how", ["cafile={0.file}", "pin={0.fingerprint}", "verify=no"])
def test_a_reader_whose_certificate_is_known_reads_and_obeys(secured: Secured, how: str) -> None:
    with running(secured.twin()) as twin, reading(twin, f"{twin.url}?{how.format(secured)}") as reader:
        twin.present([TAG])
        await_read(reader, lambda read: read[0] == TAG.epc)
        reader.command(SetGpo(1, True))
        wait_until(lambda: twin.gpo)


def test_a_late_burst_larger_than_many_tls_records_comes_whole(secured: Secured) -> None:
    tags = [SeenTag(number.to_bytes(12, "big")) for number in range(5000)]
    with running(secured.twin()) as twin, reading(twin, f"{twin.url}?pin={secured.fingerprint}") as reader:
        twin.report(tags, 1_700_000_000_000_000)
        missing = {tag.epc for tag in tags}
        for said in read_batches(reader, 10.0):
            missing -= {read[0] for read in said.reads} if isinstance(said, TagReads) else set()
            if not missing:
                break
        assert not missing


def test_an_unknown_certificate_is_refused_and_says_what_to_do(secured: Secured) -> None:
    with running(secured.twin()) as twin, pytest.raises(Untrusted, match="pin="):
        LlrpReader.from_url("gate", twin.url).open()


def test_another_certificate_than_the_pinned_one_is_refused_and_named(secured: Secured, tmp_path: Path) -> None:
    other = self_signed(tmp_path / "other.pem")
    with running(secured.twin()) as twin:
        with pytest.raises(Untrusted, match=secured.fingerprint):
            LlrpReader.from_url("gate", f"{twin.url}?pin={other}").open()
        with pytest.raises(Untrusted):
            LlrpReader.from_url("gate", f"{twin.url}?cafile={tmp_path / 'other.pem'}").open()


def test_a_plain_client_gets_nowhere_and_the_reader_still_takes_the_next(secured: Secured) -> None:
    with running(secured.twin()) as twin:
        with pytest.raises(Disconnected):
            LlrpReader.from_url("gate", twin.url.replace("tls:", "tcp:")).open()
        with reading(twin, f"{twin.url}?verify=no"):
            assert twin.connected


@pytest.mark.parametrize("option", ["cafile=/no/such/file.pem", "pin=12:34", "pin=" + "x" * 64])
def test_options_that_cannot_be_are_refused_when_the_reader_is_made(option: str) -> None:
    with pytest.raises(NotFound):
        LlrpReader.from_url("gate", f"tls://127.0.0.1?{option}")


def test_tls_has_a_port_of_its_own() -> None:
    reader = LlrpReader.from_url("gate", "tls://127.0.0.1?verify=no")
    with pytest.raises(Disconnected, match=":5085"):
        reader.open()

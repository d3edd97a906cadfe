"""The codec against bodies captured by EdgeX, which come without the ten bytes of header."""

import base64
import json
from typing import Any

import pytest

from drivers.rfid.llrp import messages
from drivers.rfid.llrp.codec import Frame, Message, Param, decode_frame, encode_message
from drivers.rfid.llrp.reports import ReportReader
from tests.support.shared_data import data_file


def captured(name: str, kind: int) -> tuple[Frame, dict[str, Any]]:
    body = data_file(f"llrp_edgex/{name}.bytes").read_bytes()
    return Frame(kind, 1, 1, body), json.loads(data_file(f"llrp_edgex/{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", range(1, 5))
def test_reports_agree_by_both_paths(number: int) -> None:
    frame, told = captured(f"ROAccessReport-00{number}", messages.RO_ACCESS_REPORT)
    (tag,) = told["TagReportData"]
    expected = (
        base64.b64decode(tag["EPC96"]["EPC"]),
        tag["AntennaID"],
        tag["PeakRSSI"] * 100,
        tag["FirstSeenUTC"],
        1,
    )
    assert ReportReader().decode(frame.body, 0) == ([expected], {})
    report = decode_frame(frame)
    (data,) = report.all("TagReportData")
    assert [param.name for param in data.params][1:] == ["AntennaID", "PeakRSSI", "FirstSeenTimestampUTC"]
    assert encode_message(report)[10:] == frame.body


def test_the_notification_agrees() -> None:
    frame, told = captured("ReaderEventNotification-000", messages.READER_EVENT_NOTIFICATION)
    data = decode_frame(frame).first("ReaderEventNotificationData")
    assert data is not None
    stamp = data.first("UTCTimestamp")
    assert stamp is not None
    assert stamp.number("Microseconds") == told["ReaderEventNotificationData"]["UTCTimestamp"]
    assert [param.name for param in data.params] == ["UTCTimestamp", "ConnectionCloseEvent"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("CloseConnectionResponse-000", 4), ("GetAccessSpecsResponse-000", 54), ("GetROSpecsResponse-000", 36)],
)
def test_statuses_agree(name: str, kind: int) -> None:
    frame, told = captured(name, kind)
    (status,) = decode_frame(frame).params
    assert status.number("StatusCode") == told["LLRPStatus"]["Status"]
    assert status.fields["ErrorDescription"] == told["LLRPStatus"]["ErrorDescription"]


def test_a_readers_configuration_agrees() -> None:
    frame, told = captured("GetReaderConfigResponse-000", messages.GET_READER_CONFIG_RESPONSE)
    config = decode_frame(frame)
    assert encode_message(config)[10:] == frame.body
    assert [_antenna(p) for p in config.all("AntennaProperties")] == told["AntennaProperties"]
    assert [_configuration(p) for p in config.all("AntennaConfiguration")] == [
        (c["AntennaID"], c["RFReceiver"], c["RFTransmitter"]["TransmitPowerIndex"])
        for c in told["AntennaConfigurations"]
    ]
    events = _inner(config, "ReaderEventNotificationSpec")
    assert [(p.number("EventType"), bool(p.number("NotificationState"))) for p in events.params] == [
        (s["ReaderEventType"], s["NotificationEnabled"])
        for s in told["ReaderEventNotificationSpec"]["EventNotificationStates"]
    ]
    report = _inner(config, "ROReportSpec")
    assert (report.number("ROReportTrigger"), report.number("N")) == (
        told["ROReportSpec"]["Trigger"],
        told["ROReportSpec"]["N"],
    )
    selector = _inner(report, "TagReportContentSelector")
    for name, value in told["ROReportSpec"]["TagReportContentSelector"].items():
        if isinstance(value, bool):
            ours = name.replace("InventoryParamSpec", "InventoryParameterSpec")
            assert bool(selector.number(ours)) is value, name


def _inner(param: Message | Param, name: str) -> Param:
    found = param.first(name)
    assert found is not None
    return found


def _antenna(param: Param) -> dict[str, Any]:
    return {
        "AntennaConnected": bool(param.number("AntennaConnected")),
        "AntennaID": param.number("AntennaID"),
        "AntennaGain": param.number("AntennaGain"),
    }


def _configuration(param: Param) -> tuple[int, int, int]:
    receiver, transmitter = _inner(param, "RFReceiver"), _inner(param, "RFTransmitter")
    return param.number("AntennaID"), receiver.number("ReceiverSensitivity"), transmitter.number("TransmitPower")

"""The codec against bodies captured by EdgeX, which come without the ten bytes of header."""

import base64
import json
from typing import Any

import pytest

from drivers.rfid.llrp import messages
from drivers.rfid.llrp.codec import Frame, Message, Param, decode_frame, encode_message
from drivers.rfid.llrp.fields import Value
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
    assert encode_message(decode_frame(frame))[10:] == frame.body


@pytest.mark.parametrize(
    ("name", "kind"),
    [("CloseConnectionResponse-000", 4), ("GetAccessSpecsResponse-000", 54), ("GetROSpecsResponse-000", 36)],
)
def test_statuses_agree(name: str, kind: int) -> None:
    frame, told = captured(name, kind)
    assert encode_message(decode_frame(frame))[10:] == frame.body
    (status,) = decode_frame(frame).params
    assert status.number("StatusCode") == told["LLRPStatus"]["Status"]
    assert status.fields["ErrorDescription"] == told["LLRPStatus"]["ErrorDescription"]


def test_every_capture_is_compared() -> None:
    there = {path.stem for path in data_file("llrp_edgex/LICENSE").parent.glob("*.bytes")}
    statuses = {"CloseConnectionResponse-000", "GetAccessSpecsResponse-000", "GetROSpecsResponse-000"}
    reports = {f"ROAccessReport-00{number}" for number in range(1, 5)}
    assert there == reports | statuses | {"GetReaderConfigResponse-000", "ReaderEventNotification-000"}


# EdgeX's names of parameters, of several of them, and of fields, where the standard's differ
_PARAMS = {
    "AntennaConfigurations": "AntennaConfiguration",
    "EventNotificationStates": "EventNotificationState",
    "GPIPortCurrentStates": "GPIPortCurrentState",
    "KeepAliveSpec": "KeepaliveSpec",
    "RFControl": "C1G2RFControl",
    "SingulationControl": "C1G2SingulationControl",
}
_FIELDS = {
    ("AntennaConfiguration", "RFReceiver"): "ReceiverSensitivity",
    ("C1G2EPCMemorySelector", "CRCEnabled"): "EnableCRC",
    ("C1G2EPCMemorySelector", "PCBitsEnabled"): "EnablePCBits",
    ("C1G2RFControl", "RFModeID"): "ModeIndex",
    ("EventNotificationState", "NotificationEnabled"): "NotificationState",
    ("EventNotificationState", "ReaderEventType"): "EventType",
    ("GPIPortCurrentState", "Enabled"): "Config",
    ("GPIPortCurrentState", "Port"): "GPIPortNum",
    ("GPOWriteData", "Data"): "GPOData",
    ("GPOWriteData", "Port"): "GPOPortNumber",
    ("KeepaliveSpec", "Interval"): "PeriodicTriggerValue",
    ("KeepaliveSpec", "Trigger"): "KeepaliveTriggerType",
    ("LLRPStatus", "Status"): "StatusCode",
    ("ROReportSpec", "Trigger"): "ROReportTrigger",
    ("RFTransmitter", "TransmitPowerIndex"): "TransmitPower",
    ("TagReportContentSelector", "EnableInventoryParamSpecID"): "EnableInventoryParameterSpecID",
}
_ONLY_IN_1_1 = {"XPCBitsEnabled"}


def test_a_readers_configuration_agrees_to_the_last_field_and_goes_back_to_the_same_bytes() -> None:
    frame, told = captured("GetReaderConfigResponse-000", messages.GET_READER_CONFIG_RESPONSE)
    config = decode_frame(frame)
    assert encode_message(config)[10:] == frame.body
    assert _compared(config, told) > 100


def _compared(param: Message | Param, told: dict[str, Any]) -> int:
    """How many fields were found equal; each must be."""
    count = 0
    for name, value in told.items():
        if value is None or name in _ONLY_IN_1_1:
            continue
        field = _FIELDS.get((param.name, name), name)
        if field in param.fields:
            assert _as_json(param.fields[field]) == value, (param.name, name)
            count += 1
            continue
        within = list(param.all(_PARAMS.get(name, name)))
        if field != name:  # a parameter of one field, written as that field
            within = list(param.all(name))
        values = value if isinstance(value, list) else [value]
        assert len(within) == len(values), (param.name, name)
        for inner, one in zip(within, values, strict=True):
            if isinstance(one, dict):
                count += _compared(inner, one)
            else:
                (only,) = inner.fields.values()
                assert _as_json(only) == one, (param.name, name)
                count += 1
    return count


def _as_json(value: Value) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value

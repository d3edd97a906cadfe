"""The LLRP toolkit's XML: how it names the values of enumerated fields (llrp-1x0-def.xml)."""

import xml.etree.ElementTree as ElementTree
from datetime import datetime, timedelta

from drivers.rfid.llrp.codec import Param
from drivers.rfid.llrp.fields import Bits, Value

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")

# (parameter or message, field) -> value of each name; names in order from 0 where a list
ENUMERATIONS: dict[tuple[str, str], list[str] | dict[str, int]] = {
    ("AISpecEvent", "EventType"): ["End_Of_AISpec"],
    ("AISpecStopTrigger", "AISpecStopTriggerType"): ["Null", "Duration", "GPI_With_Timeout", "Tag_Observation"],
    ("AccessReportSpec", "AccessReportTrigger"): ["Whenever_ROReport_Is_Generated", "End_Of_AccessSpec"],
    ("AccessSpec", "CurrentState"): ["Disabled", "Active"],
    ("AccessSpec", "ProtocolID"): ["Unspecified", "EPCGlobalClass1Gen2"],
    ("AccessSpecStopTrigger", "AccessSpecStopTrigger"): ["Null", "Operation_Count"],
    ("AntennaEvent", "EventType"): ["Antenna_Disconnected", "Antenna_Connected"],
    ("C1G2Filter", "T"): ["Unspecified", "Do_Not_Truncate", "Truncate"],
    ("C1G2TagInventoryStateAwareFilterAction", "Action"): [
        "AssertSLOrA_DeassertSLOrB",
        "AssertSLOrA_Noop",
        "Noop_DeassertSLOrB",
        "NegateSLOrABBA_Noop",
        "DeassertSLOrB_AssertSLOrA",
        "DeassertSLOrB_Noop",
        "Noop_AssertSLOrA",
        "Noop_NegateSLOrABBA",
    ],
    ("C1G2TagInventoryStateAwareFilterAction", "Target"): [
        "SL",
        "Inventoried_State_For_Session_S0",
        "Inventoried_State_For_Session_S1",
        "Inventoried_State_For_Session_S2",
        "Inventoried_State_For_Session_S3",
    ],
    ("C1G2TagInventoryStateUnawareFilterAction", "Action"): [
        "Select_Unselect",
        "Select_DoNothing",
        "DoNothing_Unselect",
        "Unselect_DoNothing",
        "Unselect_Select",
        "DoNothing_Select",
    ],
    ("C1G2UHFRFModeTableEntry", "DRValue"): ["DRV_8", "DRV_64_3"],
    ("C1G2UHFRFModeTableEntry", "ForwardLinkModulation"): ["PR_ASK", "SSB_ASK", "DSB_ASK"],
    ("C1G2UHFRFModeTableEntry", "MValue"): ["MV_FM0", "MV_2", "MV_4", "MV_8"],
    ("C1G2UHFRFModeTableEntry", "SpectralMaskIndicator"): ["Unknown", "SI", "MI", "DI"],
    ("ConnectionAttemptEvent", "Status"): [
        "Success",
        "Failed_A_Reader_Initiated_Connection_Already_Exists",
        "Failed_A_Client_Initiated_Connection_Already_Exists",
        "Failed_Reason_Other_Than_A_Connection_Already_Exists",
        "Another_Connection_Attempted",
    ],
    ("EventNotificationState", "EventType"): [
        "Upon_Hopping_To_Next_Channel",
        "GPI_Event",
        "ROSpec_Event",
        "Report_Buffer_Fill_Warning",
        "Reader_Exception_Event",
        "RFSurvey_Event",
        "AISpec_Event",
        "AISpec_Event_With_Details",
        "Antenna_Event",
    ],
    ("FieldError", "ErrorCode"): {"A_Invalid": 300, "A_OutOfRange": 301},
    ("GET_READER_CAPABILITIES", "RequestedData"): [
        "All",
        "General_Device_Capabilities",
        "LLRP_Capabilities",
        "Regulatory_Capabilities",
        "LLRP_Air_Protocol_Capabilities",
    ],
    ("GET_READER_CONFIG", "RequestedData"): [
        "All",
        "Identification",
        "AntennaProperties",
        "AntennaConfiguration",
        "ROReportSpec",
        "ReaderEventNotificationSpec",
        "AccessReportSpec",
        "LLRPConfigurationStateValue",
        "KeepaliveSpec",
        "GPIPortCurrentState",
        "GPOWriteData",
        "EventsAndReports",
    ],
    ("GPIPortCurrentState", "State"): ["Low", "High", "Unknown"],
    ("Identification", "IDType"): ["MAC_Address", "EPC"],
    ("InventoryParameterSpec", "ProtocolID"): ["Unspecified", "EPCGlobalClass1Gen2"],
    ("KeepaliveSpec", "KeepaliveTriggerType"): ["Null", "Periodic"],
    ("LLRPStatus", "StatusCode"): {"M_Success": 0, "M_ParameterError": 100, "M_FieldError": 101},
    ("RFSurveyEvent", "EventType"): ["Start_Of_RFSurvey", "End_Of_RFSurvey"],
    ("RFSurveySpecStopTrigger", "StopTriggerType"): ["Null", "Duration", "N_Iterations_Through_Frequency_Range"],
    ("ROReportSpec", "ROReportTrigger"): ["None", "Upon_N_Tags_Or_End_Of_AISpec", "Upon_N_Tags_Or_End_Of_ROSpec"],
    ("ROSpec", "CurrentState"): ["Disabled", "Inactive", "Active"],
    ("ROSpecEvent", "EventType"): ["Start_Of_ROSpec", "End_Of_ROSpec", "Preemption_Of_ROSpec"],
    ("ROSpecStartTrigger", "ROSpecStartTriggerType"): ["Null", "Immediate", "Periodic", "GPI"],
    ("ROSpecStopTrigger", "ROSpecStopTriggerType"): ["Null", "Duration", "GPI_With_Timeout"],
    ("RegulatoryCapabilities", "CommunicationsStandard"): [
        "Unspecified",
        "US_FCC_Part_15",
        "ETSI_302_208",
        "ETSI_300_220",
        "Australia_LIPD_1W",
        "Australia_LIPD_4W",
        "Japan_ARIB_STD_T89",
        "Hong_Kong_OFTA_1049",
        "Taiwan_DGT_LP0002",
        "Korea_MIC_Article_5_2",
    ],
}


def local(element: ElementTree.Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def written_value(param: str, field: str, element: ElementTree.Element, like: Value) -> Value:
    """What the XML says of a field, as the type that ``like`` has."""
    text = " ".join((element.text or "").split())
    if isinstance(like, Bits):
        return Bits(int(element.attrib.get("Count", len(text) * 4)), bytes.fromhex(text))
    if isinstance(like, str):
        return text
    if isinstance(like, bytes):
        return b"\x01" if text == "EPCGlobalClass1Gen2" else bytes.fromhex(text)
    if isinstance(like, tuple):
        base = 16 if field in ("WriteData", "ReadData") else 10
        return tuple(int(word, base) for word in text.split())
    return _written_number(param, field, text)


def _written_number(param: str, field: str, text: str) -> int:
    if text in ("true", "false"):
        return int(text == "true")
    if "T" in text and field == "Microseconds":
        return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
    names = ENUMERATIONS.get((param, field))
    if names is not None and not text.lstrip("-").isdigit():
        return names[text] if isinstance(names, dict) else names.index(text)
    # bit patterns of the air protocol are written in hex, everything else in decimal
    return int(text, 16) if field in ("CRC", "PC_Bits", "XPC_W1", "XPC_W2") and not text.isdigit() else int(text)


def assert_same(param: Param, element: ElementTree.Element) -> None:
    """A parameter or message equals its element: fields by name, parameters in their order."""
    children = [child for child in element if local(child) not in param.fields]
    told = {local(child): child for child in element if local(child) in param.fields}
    # a notification may leave out nothing; a field that the XML doesn't write would be a field that we made up
    assert set(told) == set(param.fields), (param.name, set(param.fields) ^ set(told))
    for name, child in told.items():
        value = param.fields[name]
        assert written_value(param.name, name, child, value) == value, (param.name, name, child.text)
    assert [inner.name for inner in param.params] == [local(child) for child in children], param.name
    for inner, child in zip(param.params, children, strict=True):
        assert_same(inner, child)

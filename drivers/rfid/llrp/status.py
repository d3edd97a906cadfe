"""Answers of a reader: LLRPStatus and what it means."""

from typing import Final

from drivers.errors import Rejected
from drivers.rfid.llrp.codec import Message

SUCCESS: Final = 0
FIELD_ERROR: Final = 101
UNSUPPORTED_MESSAGE: Final = 109
UNSUPPORTED_VERSION: Final = 110

STATUS_NAMES: Final = {
    0: "M_Success",
    100: "M_ParameterError",
    101: "M_FieldError",
    102: "M_UnexpectedParameter",
    103: "M_MissingParameter",
    104: "M_DuplicateParameter",
    105: "M_OverflowParameter",
    106: "M_OverflowField",
    107: "M_UnknownParameter",
    108: "M_UnknownField",
    109: "M_UnsupportedMessage",
    110: "M_UnsupportedVersion",
    111: "M_UnsupportedParameter",
    112: "M_UnexpectedMessage",
    200: "P_ParameterError",
    201: "P_FieldError",
    202: "P_UnexpectedParameter",
    203: "P_MissingParameter",
    204: "P_DuplicateParameter",
    205: "P_OverflowParameter",
    206: "P_OverflowField",
    207: "P_UnknownParameter",
    208: "P_UnknownField",
    209: "P_UnsupportedParameter",
    300: "A_Invalid",
    301: "A_OutOfRange",
    401: "R_DeviceError",
}


def refusal(message: Message) -> str:
    """Why the reader refused, in its own words; empty if it didn't."""
    status = message.first("LLRPStatus")
    if status is None or status.number("StatusCode") == SUCCESS:
        return ""
    code = status.number("StatusCode")
    said = str(status.fields.get("ErrorDescription", ""))
    return f"{STATUS_NAMES.get(code, code)}{': ' + said if said else ''}"


def expect_success(message: Message, reader: str) -> Message:
    """The message itself; Rejected if it carries a refusal."""
    why = refusal(message)
    if why:
        raise Rejected(f"{reader}: {message.name} says {why}")
    return message

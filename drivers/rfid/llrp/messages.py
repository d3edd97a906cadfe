"""The table of LLRP messages: number, name, fields (LLRP 1.0.1, sections 9 to 16; 46, 47, 56 and 57 are of 1.1)."""

from typing import Final, NamedTuple

from drivers.rfid.llrp.fields import Layout

GET_READER_CAPABILITIES: Final = 1
GET_READER_CONFIG: Final = 2
SET_READER_CONFIG: Final = 3
CLOSE_CONNECTION_RESPONSE: Final = 4
GET_READER_CAPABILITIES_RESPONSE: Final = 11
GET_READER_CONFIG_RESPONSE: Final = 12
SET_READER_CONFIG_RESPONSE: Final = 13
CLOSE_CONNECTION: Final = 14
ADD_ROSPEC: Final = 20
DELETE_ROSPEC: Final = 21
START_ROSPEC: Final = 22
STOP_ROSPEC: Final = 23
ENABLE_ROSPEC: Final = 24
DISABLE_ROSPEC: Final = 25
GET_ROSPECS: Final = 26
GET_ROSPECS_RESPONSE: Final = 36
GET_SUPPORTED_VERSION: Final = 46
GET_SUPPORTED_VERSION_RESPONSE: Final = 56
GET_REPORT: Final = 60
RO_ACCESS_REPORT: Final = 61
KEEPALIVE: Final = 62
READER_EVENT_NOTIFICATION: Final = 63
ENABLE_EVENTS_AND_REPORTS: Final = 64
KEEPALIVE_ACK: Final = 72
ERROR_MESSAGE: Final = 100
CUSTOM_MESSAGE: Final = 1023

_TABLE: Final = """
1    GET_READER_CAPABILITIES            RequestedData:u8
2    GET_READER_CONFIG                  AntennaID:u16 RequestedData:u8 GPIPortNum:u16 GPOPortNum:u16
3    SET_READER_CONFIG                  ResetToFactoryDefault:u1 -:7
4    CLOSE_CONNECTION_RESPONSE
11   GET_READER_CAPABILITIES_RESPONSE
12   GET_READER_CONFIG_RESPONSE
13   SET_READER_CONFIG_RESPONSE
14   CLOSE_CONNECTION
20   ADD_ROSPEC
21   DELETE_ROSPEC                      ROSpecID:u32
22   START_ROSPEC                       ROSpecID:u32
23   STOP_ROSPEC                        ROSpecID:u32
24   ENABLE_ROSPEC                      ROSpecID:u32
25   DISABLE_ROSPEC                     ROSpecID:u32
26   GET_ROSPECS
30   ADD_ROSPEC_RESPONSE
31   DELETE_ROSPEC_RESPONSE
32   START_ROSPEC_RESPONSE
33   STOP_ROSPEC_RESPONSE
34   ENABLE_ROSPEC_RESPONSE
35   DISABLE_ROSPEC_RESPONSE
36   GET_ROSPECS_RESPONSE
40   ADD_ACCESSSPEC
41   DELETE_ACCESSSPEC                  AccessSpecID:u32
42   ENABLE_ACCESSSPEC                  AccessSpecID:u32
43   DISABLE_ACCESSSPEC                 AccessSpecID:u32
44   GET_ACCESSSPECS
45   CLIENT_REQUEST_OP
46   GET_SUPPORTED_VERSION
47   SET_PROTOCOL_VERSION               ProtocolVersion:u8
50   ADD_ACCESSSPEC_RESPONSE
51   DELETE_ACCESSSPEC_RESPONSE
52   ENABLE_ACCESSSPEC_RESPONSE
53   DISABLE_ACCESSSPEC_RESPONSE
54   GET_ACCESSSPECS_RESPONSE
55   CLIENT_REQUEST_OP_RESPONSE
56   GET_SUPPORTED_VERSION_RESPONSE     CurrentVersion:u8 SupportedVersion:u8
57   SET_PROTOCOL_VERSION_RESPONSE
60   GET_REPORT
61   RO_ACCESS_REPORT
62   KEEPALIVE
63   READER_EVENT_NOTIFICATION
64   ENABLE_EVENTS_AND_REPORTS
72   KEEPALIVE_ACK
100  ERROR_MESSAGE
1023 CUSTOM_MESSAGE                     VendorIdentifier:u32 MessageSubtype:u8 Data:rest
"""


class MessageDef(NamedTuple):
    """One row of the table."""

    number: int
    name: str
    layout: Layout


def _rows() -> dict[int, MessageDef]:
    made = {}
    for line in _TABLE.strip().splitlines():
        number, name, *words = line.split()
        made[int(number)] = MessageDef(int(number), name, Layout(" ".join(words)))
    return made


MESSAGES: Final = _rows()
NUMBERS: Final = {row.name: row.number for row in MESSAGES.values()}

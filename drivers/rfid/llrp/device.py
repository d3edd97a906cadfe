"""The device's side of LLRP without a port: takes messages, gives answers. Used by the twin."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from drivers.rfid.llrp import status, vendor
from drivers.rfid.llrp.codec import Message, Param
from drivers.rfid.llrp.memory import ACTIVE, DISABLED, INACTIVE, ReaderMemory
from drivers.rfid.readings import NowUs

_ALL: Final = 0
_ANTENNA_PROPERTIES: Final = 2


@dataclass(frozen=True, slots=True)
class Model:
    """The make of a reader. The defaults are an Impinj R420 for Europe."""

    vendor: int = vendor.IMPINJ
    model: int = 2001002
    firmware: str = "7.4.1.240"
    antennas: int = 4
    gpis: int = 4
    gpos: int = 4
    holds: bool = True
    powers: tuple[tuple[int, int], ...] = tuple((index, 1000 + 25 * (index - 1)) for index in range(1, 82))
    channels_khz: tuple[int, ...] = (865700, 866300, 866900, 867500)
    hop_table: int = 0
    modes: tuple[int, ...] = (0, 1, 2, 3, 4, 1000, 1002)
    version: int = 1
    """the newest protocol that it speaks: 1 is LLRP 1.0.1, 2 is 1.1"""


class LlrpDevice:
    """Answers one client at a time. ``on_gpo(port, on)`` is called for every output write; False refuses it."""

    def __init__(self, model: Model, now_us: NowUs, on_gpo: Callable[[int, bool], bool]) -> None:
        self.model = model
        self.memory = ReaderMemory()
        self.celsius = 41
        self.unplugged: set[int] = set()
        """antennas that have come off"""
        self.version = 1
        """what the client has agreed to on this connection"""
        self.releasing = True
        """Whether reports and events may be sent now, or wait for ENABLE_EVENTS_AND_REPORTS."""
        self._now_us = now_us
        self._on_gpo = on_gpo

    def connected(self) -> Message:
        """The first word on a new connection."""
        self.releasing = not self.memory.holds
        self.version = 1
        return self.event(Param("ConnectionAttemptEvent", {"Status": 0}))

    def event(self, what: Param) -> Message:
        """A notification with the reader's time."""
        stamp = Param("UTCTimestamp", {"Microseconds": self._now_us()})
        return Message("READER_EVENT_NOTIFICATION", {}, [Param("ReaderEventNotificationData", {}, [stamp, what])])

    def answer(self, message: Message) -> list[Message]:
        """What the reader sends back, in order."""
        match message.name:
            case "GET_READER_CAPABILITIES":
                return [self._answered(message, params=self._capabilities())]
            case "GET_SUPPORTED_VERSION" | "SET_PROTOCOL_VERSION":
                return [self._versions(message)]
            case "GET_READER_CONFIG":
                return [self._answered(message, params=self._told(message))]
            case "SET_READER_CONFIG":
                return [self._answered(message, self._configure(message))]
            case "ADD_ROSPEC":
                return [self._answered(message, self._add(message))]
            case "GET_ROSPECS":
                return [self._answered(message, params=self.memory.rospecs.values())]
            case "DELETE_ROSPEC" | "ENABLE_ROSPEC" | "DISABLE_ROSPEC" | "START_ROSPEC" | "STOP_ROSPEC":
                return self._change(message)
            case "ENABLE_EVENTS_AND_REPORTS":
                self.releasing = True
                return self._held()
            case "GET_REPORT":
                return [*self._held(), self.memory.take_report(len(self.memory.waiting), self.model.vendor)]
            case "CUSTOM_MESSAGE" if self.model.vendor == vendor.IMPINJ:
                body = b"\x01\x1f\x00\x08\x00\x00\x00\x00"  # LLRPStatus, success, no words
                fields = {**message.fields, "MessageSubtype": 22, "Data": body}
                return [Message("CUSTOM_MESSAGE", fields, [], message.id)]
            case "CLOSE_CONNECTION":
                return [self._answered(message)]
            case "KEEPALIVE_ACK":
                return []
        return [Message("ERROR_MESSAGE", {}, [_status(status.UNSUPPORTED_MESSAGE, message.name)], message.id)]

    def _told(self, message: Message) -> list[Param]:
        """The parts of the configuration that are asked for."""
        told = []
        if message.number("RequestedData") in (_ALL, _ANTENNA_PROPERTIES):
            told += [
                Param(
                    "AntennaProperties", {"AntennaConnected": int(antenna not in self.unplugged), "AntennaID": antenna}
                )
                for antenna in range(1, self.model.antennas + 1)
            ]
        if message.first("ImpinjRequestedData") is not None and self.model.vendor == vendor.IMPINJ:
            told.append(Param("ImpinjReaderTemperature", {"Temperature": self.celsius}))
        return told

    def _versions(self, message: Message) -> Message:
        if self.model.version < 2:
            return Message("ERROR_MESSAGE", {}, [_status(status.UNSUPPORTED_VERSION, "LLRP 1.0.1 only")], message.id)
        if message.name == "SET_PROTOCOL_VERSION":
            self.version = message.number("ProtocolVersion")
            return self._answered(message)
        answer = self._answered(message)
        answer.fields = {"CurrentVersion": self.version, "SupportedVersion": self.model.version}
        return answer

    def _held(self) -> list[Message]:
        held = list(self.memory.held)
        self.memory.held.clear()
        return held

    @staticmethod
    def _answered(message: Message, why: str = "", params: Iterable[Param] = ()) -> Message:
        code = status.FIELD_ERROR if why else status.SUCCESS
        return Message(f"{message.name}_RESPONSE", {}, [_status(code, why), *params], message.id)

    def _configure(self, message: Message) -> str:
        memory = self.memory
        if message.number("ResetToFactoryDefault"):
            memory.keepalive_ms, memory.holds = 0, False
        for write in message.all("GPOWriteData"):
            port = write.number("GPOPortNumber")
            if not 1 <= port <= self.model.gpos or not self._on_gpo(port, bool(write.number("GPOData"))):
                return f"no output {port}"
        for keepalive in message.all("KeepaliveSpec"):
            periodic = keepalive.number("KeepaliveTriggerType") == 1
            memory.keepalive_ms = keepalive.number("PeriodicTriggerValue") if periodic else 0
        for hold in message.all("EventsAndReports"):
            memory.holds = bool(hold.number("HoldEventsAndReportsUponReconnect"))
        for gpi in message.all("GPIPortCurrentState"):
            if not 1 <= gpi.number("GPIPortNum") <= self.model.gpis:
                return f"no input {gpi.number('GPIPortNum')}"
            memory.gpis_on.add(gpi.number("GPIPortNum"))
        return ""

    def _add(self, message: Message) -> str:
        spec = message.first("ROSpec")
        if spec is None:
            return "an ROSpec is missing"
        if spec.number("ROSpecID") in self.memory.rospecs:
            return "this ROSpec exists"
        why = next((fault for ai_spec in spec.all("AISpec") for fault in self._faults(ai_spec)), "")
        if not why:
            self.memory.rospecs[spec.number("ROSpecID")] = spec
        return why

    def _faults(self, ai_spec: Param) -> list[str]:
        """What this make can't do of an AISpec: readers refuse hop tables, powers and modes of other makes."""
        made = []
        for inventory in ai_spec.all("InventoryParameterSpec"):
            for antenna in inventory.all("AntennaConfiguration"):
                if antenna.number("AntennaID") > self.model.antennas:
                    made.append(f"no antenna {antenna.number('AntennaID')}")
                for transmitter in antenna.all("RFTransmitter"):
                    if transmitter.number("HopTableID") != self.model.hop_table:
                        made.append(f"no hop table {transmitter.number('HopTableID')}")
                    if transmitter.number("TransmitPower") not in dict(self.model.powers):
                        made.append(f"no power index {transmitter.number('TransmitPower')}")
                for command in antenna.all("C1G2InventoryCommand"):
                    for control in command.all("C1G2RFControl"):
                        if control.number("ModeIndex") not in self.model.modes:
                            made.append(f"no mode {control.number('ModeIndex')}")
        return made

    def _change(self, message: Message) -> list[Message]:
        """Delete, enable, disable, start, stop; 0 means all."""
        rospecs = self.memory.rospecs
        ident = message.number("ROSpecID")
        if ident and ident not in rospecs:
            return [self._answered(message, f"no ROSpec {ident}")]
        events: list[Message] = []
        for number in [ident] if ident else list(rospecs):
            spec = rospecs[number]
            was = spec.number("CurrentState")
            if message.name == "START_ROSPEC" and was == DISABLED:
                return [self._answered(message, f"ROSpec {number} is disabled")]
            now = {
                "ENABLE_ROSPEC": max(was, INACTIVE),
                "DISABLE_ROSPEC": DISABLED,
                "START_ROSPEC": ACTIVE,
                "STOP_ROSPEC": min(was, INACTIVE),
            }.get(message.name, DISABLED)
            if (was == ACTIVE) != (now == ACTIVE):
                ended = {"EventType": int(now != ACTIVE), "ROSpecID": number, "PreemptingROSpecID": 0}
                if now != ACTIVE and self.memory.waiting:
                    events.append(self.memory.take_report(len(self.memory.waiting), self.model.vendor))
                events.append(self.event(Param("ROSpecEvent", {**ended})))
            spec.fields["CurrentState"] = now
            if message.name == "DELETE_ROSPEC":
                del rospecs[number]
        return [self._answered(message), *events]

    def _capabilities(self) -> list[Param]:
        model = self.model
        general = Param(
            "GeneralDeviceCapabilities",
            {
                "MaxNumberOfAntennaSupported": model.antennas,
                "CanSetAntennaProperties": 0,
                "HasUTCClockCapability": 1,
                "DeviceManufacturerName": model.vendor,
                "ModelName": model.model,
                "ReaderFirmwareVersion": model.firmware,
            },
            [
                Param("ReceiveSensitivityTableEntry", {"Index": 1, "ReceiveSensitivityValue": 0}),
                Param("GPIOCapabilities", {"NumGPIs": model.gpis, "NumGPOs": model.gpos}),
                *(
                    Param("PerAntennaAirProtocol", {"AntennaID": antenna, "ProtocolID": b"\x01"})
                    for antenna in range(1, model.antennas + 1)
                ),
            ],
        )
        llrp = Param(
            "LLRPCapabilities",
            {
                "CanReportBufferFillWarning": 1,
                "SupportsEventAndReportHolding": int(model.holds),
                "MaxNumPriorityLevelsSupported": 1,
                "MaxNumROSpecs": 1,
                "MaxNumSpecsPerROSpec": 32,
                "MaxNumInventoryParameterSpecsPerAISpec": 1,
                "MaxNumAccessSpecs": 1508,
                "MaxNumOpSpecsPerAccessSpec": 8,
            },
        )
        regulatory = Param("RegulatoryCapabilities", {"CountryCode": 250, "CommunicationsStandard": 2}, [self._band()])
        air = Param("C1G2LLRPCapabilities", {"CanSupportBlockWrite": 1, "MaxNumSelectFiltersPerQuery": 2})
        return [general, llrp, regulatory, air]

    def _band(self) -> Param:
        model = self.model
        powers = [
            Param("TransmitPowerLevelTableEntry", {"Index": index, "TransmitPowerValue": power})
            for index, power in model.powers
        ]
        if model.hop_table:
            table = Param("FrequencyHopTable", {"HopTableID": model.hop_table, "Frequency": model.channels_khz})
        else:
            table = Param("FixedFrequencyTable", {"Frequency": model.channels_khz})
        frequencies = Param("FrequencyInformation", {"Hopping": int(bool(model.hop_table))}, [table])
        modes = [
            Param("C1G2UHFRFModeTableEntry", {"ModeIdentifier": mode, "BDRValue": 160000, "PIEValue": 2000})
            for mode in model.modes
        ]
        return Param("UHFBandCapabilities", {}, [*powers, frequencies, Param("C1G2UHFRFModeTable", {}, modes)])


def _status(code: int, why: str = "") -> Param:
    return Param("LLRPStatus", {"StatusCode": code, "ErrorDescription": why})

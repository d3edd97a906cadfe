"""The messages that configure a reader, made from its capabilities and the shop's settings."""

from typing import Final

from drivers.errors import Rejected
from drivers.rfid.llrp import vendor
from drivers.rfid.llrp.capabilities import Capabilities
from drivers.rfid.llrp.codec import Message, Param, encode_param
from drivers.rfid.llrp.settings import LlrpSettings

ROSPEC_ID: Final = 1417
_GEN2: Final = 1
_PERIODIC: Final = 1
_N_TAGS_OR_END_OF_ROSPEC: Final = 2
_DISABLED: Final = 0
_ANTENNA_PROPERTIES: Final = 2

# event types of LLRP 1.0.1 that we want to hear of; hopping, surveys and antenna rounds only make noise
_WANTED_EVENTS: Final = {0: 0, 1: 1, 2: 1, 3: 1, 4: 1, 5: 0, 6: 0, 7: 0, 8: 1}


def check(capabilities: Capabilities, settings: LlrpSettings, reader: str) -> None:
    """Rejected says what this reader hasn't got of what the settings name, and what it has instead."""
    has, wanted = capabilities, settings
    missing = [antenna for antenna in wanted.antennas if has.antennas and antenna > has.antennas]
    if missing:
        raise Rejected(f"{reader}: no antenna {missing[0]}; the reader has {has.antennas}")
    if wanted.power_dbm is not None and not has.powers:
        raise Rejected(f"{reader}: it names no transmit powers, so {wanted.power_dbm:g} dBm can't be set; leave it out")
    if wanted.mode is not None and wanted.mode not in has.modes:
        offered = ", ".join(map(str, has.modes)) or "none"
        raise Rejected(f"{reader}: no RF mode {wanted.mode}; it names {offered}")
    if has.gpos and wanted.identify_gpo > has.gpos:
        raise Rejected(f"{reader}: identify_gpo names output {wanted.identify_gpo}; the reader has {has.gpos}")


def get_capabilities() -> Message:
    """All capabilities."""
    return Message("GET_READER_CAPABILITIES", {"RequestedData": 0})


def get_antennas() -> Message:
    """Which antennas are connected."""
    return Message("GET_READER_CONFIG", {"RequestedData": _ANTENNA_PROPERTIES})


def reader_config(capabilities: Capabilities, settings: LlrpSettings) -> Message:
    """Keepalives, the events we want, inputs switched on, reports held over a lost link."""
    events = Param(
        "ReaderEventNotificationSpec",
        {},
        [
            Param("EventNotificationState", {"EventType": number, "NotificationState": on})
            for number, on in _WANTED_EVENTS.items()
        ],
    )
    params = [
        events,
        Param(
            "KeepaliveSpec",
            {
                "KeepaliveTriggerType": _PERIODIC if settings.keepalive_ms else 0,
                "PeriodicTriggerValue": settings.keepalive_ms,
            },
        ),
    ]
    params += [
        Param("GPIPortCurrentState", {"GPIPortNum": port, "Config": 1, "State": 2})
        for port in range(1, capabilities.gpis + 1)
    ]
    if capabilities.holds_reports:
        params.append(Param("EventsAndReports", {"HoldEventsAndReportsUponReconnect": 1}))
    return Message("SET_READER_CONFIG", {"ResetToFactoryDefault": 0}, params)


def rospec_message(name: str, rospec: int = ROSPEC_ID) -> Message:
    """START_ROSPEC and the like; 0 means all."""
    return Message(name, {"ROSpecID": rospec})


def write_gpo(port: int, on: bool) -> Message:
    """Drive one output."""
    return Message(
        "SET_READER_CONFIG",
        {"ResetToFactoryDefault": 0},
        [Param("GPOWriteData", {"GPOPortNumber": port, "GPOData": int(on)})],
    )


def rospec(capabilities: Capabilities, settings: LlrpSettings) -> Param:
    """An inventory without end, started by message; reports every N tags (asked for every T ms by the driver)."""
    return Param(
        "ROSpec",
        {"ROSpecID": ROSPEC_ID, "Priority": 0, "CurrentState": _DISABLED},
        [
            Param(
                "ROBoundarySpec",
                {},
                [
                    Param("ROSpecStartTrigger", {"ROSpecStartTriggerType": 0}),
                    Param("ROSpecStopTrigger", {"ROSpecStopTriggerType": 0, "DurationTriggerValue": 0}),
                ],
            ),
            Param(
                "AISpec",
                {"AntennaIDs": settings.antennas or (0,)},
                [
                    Param("AISpecStopTrigger", {"AISpecStopTriggerType": 0, "DurationTrigger": 0}),
                    Param(
                        "InventoryParameterSpec",
                        {"InventoryParameterSpecID": 1, "ProtocolID": _GEN2},
                        _antenna_configurations(capabilities, settings),
                    ),
                ],
            ),
            _report_spec(capabilities, settings),
        ],
    )


def _antenna_configurations(capabilities: Capabilities, settings: LlrpSettings) -> list[Param]:
    return [_antenna_configuration(antenna, capabilities, settings) for antenna in settings.antennas or (0,)]


def _antenna_configuration(antenna: int, capabilities: Capabilities, settings: LlrpSettings) -> Param:
    params = []
    power = None if settings.power_dbm is None else capabilities.power_index(settings.power_dbm)
    if power is not None:
        # on fixed channels the hop table is 0 and the channel is named; with hopping the other way round
        channel = 0 if capabilities.hop_table else 1
        params.append(
            Param(
                "RFTransmitter",
                {"HopTableID": capabilities.hop_table, "ChannelIndex": channel, "TransmitPower": power},
            )
        )
    command: list[Param] = []
    if settings.mode is not None:
        command.append(Param("C1G2RFControl", {"ModeIndex": settings.mode, "Tari": 0}))
    command.append(
        Param(
            "C1G2SingulationControl",
            {"Session": settings.session, "TagPopulation": settings.population, "TagTransitTime": 0},
        )
    )
    params.append(Param("C1G2InventoryCommand", {"TagInventoryStateAware": 0}, command))
    return Param("AntennaConfiguration", {"AntennaID": antenna}, params)


def _report_spec(capabilities: Capabilities, settings: LlrpSettings) -> Param:
    selector = Param(
        "TagReportContentSelector",
        {
            "EnableAntennaID": 1,
            "EnableChannelIndex": int(settings.extras),
            "EnablePeakRSSI": 1,
            "EnableLastSeenTimestamp": 1,
            "EnableTagSeenCount": 1,
        },
    )
    params = [selector]
    if settings.extras:
        params += vendor.report_content(capabilities.vendor)
    return Param("ROReportSpec", {"ROReportTrigger": _N_TAGS_OR_END_OF_ROSPEC, "N": settings.report_every_n}, params)


def same_rospec(ours: Param, theirs: Param) -> bool:
    """Whether the reader already has this ROSpec, whatever its state."""
    theirs = Param(theirs.name, {**theirs.fields, "CurrentState": _DISABLED}, theirs.params)
    return encode_param(ours) == encode_param(theirs)

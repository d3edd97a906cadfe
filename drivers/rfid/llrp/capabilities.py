"""What a reader says that it can do (GET_READER_CAPABILITIES_RESPONSE)."""

from dataclasses import dataclass

from drivers.rfid.llrp.codec import Message, Param


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The part of a reader's capabilities that decides how it is configured."""

    vendor: int = 0
    model: int = 0
    firmware: str = ""
    antennas: int = 0
    gpis: int = 0
    gpos: int = 0
    has_utc: bool = True
    holds_reports: bool = False
    powers: tuple[tuple[int, int], ...] = ()
    """(index, power in hundredths of dBm), in the reader's order."""
    hop_table: int = 0
    """Number of the first hop table; 0 on fixed channels."""
    channels_khz: tuple[int, ...] = ()
    modes: tuple[int, ...] = ()

    def power_index(self, dbm: float) -> int | None:
        """The strongest step not above ``dbm``, or the weakest of all; None if the reader offers no steps."""
        below = [step for step in self.powers if step[1] <= round(dbm * 100)]
        if below:
            return max(below, key=lambda step: step[1])[0]
        return min(self.powers, key=lambda step: step[1])[0] if self.powers else None


def capabilities_of(message: Message) -> Capabilities:
    """Read the response; absent parts keep their defaults."""
    general = message.first("GeneralDeviceCapabilities") or Param("GeneralDeviceCapabilities")
    llrp = message.first("LLRPCapabilities") or Param("LLRPCapabilities")
    regulatory = message.first("RegulatoryCapabilities") or Param("RegulatoryCapabilities")
    gpio = general.first("GPIOCapabilities") or Param("GPIOCapabilities")
    band = regulatory.first("UHFBandCapabilities") or Param("UHFBandCapabilities")
    hop_table, channels = _frequencies(band)
    return Capabilities(
        vendor=general.number("DeviceManufacturerName"),
        model=general.number("ModelName"),
        firmware=str(general.fields.get("ReaderFirmwareVersion", "")),
        antennas=general.number("MaxNumberOfAntennaSupported"),
        gpis=gpio.number("NumGPIs"),
        gpos=gpio.number("NumGPOs"),
        has_utc=bool(general.number("HasUTCClockCapability")),
        holds_reports=bool(llrp.number("SupportsEventAndReportHolding")),
        powers=tuple(
            (entry.number("Index"), entry.number("TransmitPowerValue"))
            for entry in band.all("TransmitPowerLevelTableEntry")
        ),
        hop_table=hop_table,
        channels_khz=channels,
        modes=tuple(
            entry.number("ModeIdentifier")
            for table in band.all("C1G2UHFRFModeTable")
            for entry in table.all("C1G2UHFRFModeTableEntry")
        ),
    )


def _frequencies(band: Param) -> tuple[int, tuple[int, ...]]:
    information = band.first("FrequencyInformation")
    if information is None:
        return 0, ()
    table = information.first("FrequencyHopTable") or information.first("FixedFrequencyTable")
    if table is None:
        return 0, ()
    frequencies = table.fields.get("Frequency", ())
    return table.number("HopTableID"), tuple(f for f in frequencies if isinstance(f, int)) if isinstance(
        frequencies, tuple
    ) else ()

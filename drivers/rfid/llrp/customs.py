"""The table of makers' own parameters that stores meet: maker, subtype, name, fields.

Impinj: Octane LLRP extensions. Motorola/Zebra: interface control guide 72E-131718; where its reserved bits differ
from what FX readers send (firmware 3.32), the bytes on the wire count. A parameter that doesn't fit its row stays
``Custom``.
"""

from typing import Final, NamedTuple

from drivers.rfid.llrp.fields import Layout

_TABLE: Final = """
25882 21   ImpinjRequestedData                RequestedData:u32
25882 22   ImpinjSubRegulatoryRegion          RegulatoryRegion:u16
25882 23   ImpinjInventorySearchMode          InventorySearchMode:u16
25882 26   ImpinjFixedFrequencyList           FixedFrequencyMode:u16 -:16 ChannelList:u16v
25882 27   ImpinjReducedPowerFrequencyList    ReducedPowerMode:u16 -:16 ChannelList:u16v
25882 28   ImpinjLowDutyCycle                 LowDutyCycleMode:u16 EmptyFieldTimeout:u16 FieldPingInterval:u16
25882 29   ImpinjDetailedVersion              ModelName:utf8v SerialNumber:utf8v SoftwareVersion:utf8v FirmwareVersion:utf8v FPGAVersion:utf8v PCBAVersion:utf8v
25882 30   ImpinjFrequencyCapabilities        FrequencyList:u32v
25882 36   ImpinjGPIDebounceConfiguration     GPIPortNum:u16 GPIDebounceTimerMSec:u32
25882 37   ImpinjReaderTemperature            Temperature:s16
25882 38   ImpinjLinkMonitorConfiguration     LinkMonitorMode:u16 LinkDownThreshold:u16
25882 39   ImpinjReportBufferConfiguration    ReportBufferMode:u16
25882 40   ImpinjAccessSpecConfiguration
25882 41   ImpinjBlockWriteWordCount          WordCount:u16
25882 42   ImpinjBlockPermalock               OpSpecID:u16 AccessPassword:u32 MB:u2 -:6 BlockPointer:u16 BlockMask:u16v
25882 43   ImpinjBlockPermalockOpSpecResult   Result:u8 OpSpecID:u16
25882 44   ImpinjGetBlockPermalockStatus      OpSpecID:u16 AccessPassword:u32 MB:u2 -:6 BlockPointer:u16 BlockRange:u16
25882 45   ImpinjGetBlockPermalockStatusOpSpecResult  Result:u8 OpSpecID:u16 PermalockStatus:u16v
25882 46   ImpinjSetQTConfig                  OpSpecID:u16 AccessPassword:u32 DataProfile:u8 AccessRange:u8 Persistence:u8 -:32
25882 47   ImpinjSetQTConfigOpSpecResult      Result:u8 OpSpecID:u16
25882 48   ImpinjGetQTConfig                  OpSpecID:u16 AccessPassword:u32
25882 49   ImpinjGetQTConfigOpSpecResult      Result:u8 OpSpecID:u16 DataProfile:u8 AccessRange:u8 -:32
25882 50   ImpinjTagReportContentSelector
25882 51   ImpinjEnableSerializedTID          SerializedTIDMode:u16
25882 52   ImpinjEnableRFPhaseAngle           RFPhaseAngleMode:u16
25882 53   ImpinjEnablePeakRSSI               PeakRSSIMode:u16
25882 54   ImpinjEnableGPSCoordinates         GPSCoordinatesMode:u16
25882 55   ImpinjSerializedTID                TID:u16v
25882 56   ImpinjRFPhaseAngle                 PhaseAngle:u16
25882 57   ImpinjPeakRSSI                     RSSI:s16
25882 58   ImpinjGPSCoordinates               Latitude:s32 Longitude:s32
25882 59   ImpinjLoopSpec                     LoopCount:u32
25882 60   ImpinjGPSNMEASentences
25882 61   ImpinjGGASentence                  GGASentence:utf8v
25882 62   ImpinjRMCSentence                  RMCSentence:utf8v
25882 63   ImpinjOpSpecRetryCount             RetryCount:u16
25882 64   ImpinjAdvancedGPOConfiguration     GPOPortNum:u16 GPOMode:u16 GPOPulseDurationMSec:u32
25882 65   ImpinjEnableOptimizedRead          OptimizedReadMode:u16
25882 66   ImpinjAccessSpecOrdering           OrderingMode:u16
25882 67   ImpinjEnableRFDopplerFrequency     RFDopplerFrequencyMode:u16
25882 68   ImpinjRFDopplerFrequency           DopplerFrequency:s16
25882 1520 ImpinjArrayVersion                 SerialNumber:utf8v FirmwareVersion:utf8v PCBAVersion:utf8v
25882 1521 ImpinjArrayCapabilities            MaxNumSectors:u32 SupportsLISpecs:u1 SupportsDISpecs:u1 -:6
25882 1522 ImpinjTiltConfiguration            XAxis:s32 YAxis:s32 ZAxis:s32
25882 1523 ImpinjBeaconConfiguration          BeaconState:u1 -:7 BeaconDuration:u64
25882 1524 ImpinjAntennaConfiguration
25882 1526 ImpinjAntennaEventHysteresis       AntennaEventConnected:u64 AntennaEventDisconnected:u64
25882 1534 ImpinjTagReporting
25882 1535 ImpinjEnableTagReport              TagMode:u1 -:15
25882 1536 ImpinjAllowStaleTags               Allow:u1 -:15
25882 1537 ImpinjHubVersions
25882 1538 ImpinjHubConfiguration             HubID:u16 Connected:u16 Fault:u16
161   1    MotoGeneralCapabilities            Version:u32 CanGetGeneralParams:u1 CanReportPartNumber:u1 CanReportRadioVersion:u1 CanSupportRadioPowerState:u1 -:4
161   50   MotoGeneralRequestCapabilities     RequestedData:u8
161   100  MotoAutonomousCapabilities         Version:u32 CanSupportAutonomousMode:u1 -:7
161   101  MotoAutonomousState                AutonomousModeState:u1 -:7
161   120  MotoTagEventsGenerationCapabilities  Version:u32 CanSelectTagEvents:u1 CanSelectTagReportingFormat:u1 -:6
161   121  MotoTagEventSelector               ReportNewTagEvent:u8 NewTagEventModeratedTimeout:u16 ReportTagInvisibleEvent:u8 TagInvisibleEventModeratedTimeout:u16 ReportTagVisibilityChangeEvent:u8 TagVisibilityChangeEventModeratedTimeout:u16
161   122  MotoTagReportMode                  ReportFormat:u8
161   123  MotoTagEventList
161   124  MotoTagEventEntry                  EventType:u8 Microseconds:u64
161   200  MotoFilterCapabilities             Version:u32 CanFilterTagsBasedOnRSSI:u1 CanFilterTagsBasedOnTimeOfDay:u1 CanFilterTagsBasedOnUTCTimeStamp:u1 -:5
161   450  MotoC1G2ExtendedPC                 XPC1:u16 XPC2:u16
161   500  MotoRadioPowerState                PowerState:u1 -:7
161   708  MotoTagReportContentSelector       EnableZoneID:u1 EnableZoneName:u1 EnableAntennaPhysicalPortConfig:u1 EnablePhase:u1 EnableGPS:u1 EnableMLTReport:u1 -:26
161   709  MotoTagPhase                       Phase:s16
161   712  MotoBrandIDCheckStatus             Status:u8
161   1000 MotoTagGPS                         Longitude:s32 Latitude:s32 Altitude:s32
"""  # noqa: E501  one row a parameter reads better than a row broken


class CustomDef(NamedTuple):
    """One row of the table."""

    vendor: int
    subtype: int
    name: str
    layout: Layout


def _rows() -> list[CustomDef]:
    made = []
    for line in _TABLE.strip().splitlines():
        vendor, subtype, name, *words = line.split()
        made.append(CustomDef(int(vendor), int(subtype), name, Layout(" ".join(words))))
    return made


CUSTOMS: Final = {(row.vendor, row.subtype): row for row in _rows()}
CUSTOM_NAMES: Final = {row.name: row for row in CUSTOMS.values()}

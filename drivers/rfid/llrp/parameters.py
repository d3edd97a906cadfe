"""The tables of LLRP parameters: number, name, fields (LLRP 1.0.1, sections 9 to 16; what 1.1 adds or widens)."""

from typing import Final, NamedTuple

from drivers.rfid.llrp.fields import Layout

CUSTOM: Final = 1023

# TV parameters: one type byte, no length
_TV: Final = """
1   AntennaID                   AntennaID:u16
2   FirstSeenTimestampUTC       Microseconds:u64
3   FirstSeenTimestampUptime    Microseconds:u64
4   LastSeenTimestampUTC        Microseconds:u64
5   LastSeenTimestampUptime     Microseconds:u64
6   PeakRSSI                    PeakRSSI:s8
7   ChannelIndex                ChannelIndex:u16
8   TagSeenCount                TagCount:u16
9   ROSpecID                    ROSpecID:u32
10  InventoryParameterSpecID    InventoryParameterSpecID:u16
11  C1G2_CRC                    CRC:u16
12  C1G2_PC                     PC_Bits:u16
13  EPC_96                      EPC:u96
14  SpecIndex                   SpecIndex:u16
15  ClientRequestOpSpecResult   OpSpecID:u16
16  AccessSpecID                AccessSpecID:u32
17  OpSpecID                    OpSpecID:u16
18  C1G2SingulationDetails      NumCollisionSlots:u16 NumEmptySlots:u16
19  C1G2_XPCW1                  XPC_W1:u16
20  C1G2_XPCW2                  XPC_W2:u16
"""

# TLV parameters: 16-bit type, 16-bit length, fields, then further parameters
_TLV: Final = """
128 UTCTimestamp                Microseconds:u64
129 Uptime                      Microseconds:u64
137 GeneralDeviceCapabilities   MaxNumberOfAntennaSupported:u16 CanSetAntennaProperties:u1 HasUTCClockCapability:u1 -:14 DeviceManufacturerName:u32 ModelName:u32 ReaderFirmwareVersion:utf8v
139 ReceiveSensitivityTableEntry  Index:u16 ReceiveSensitivityValue:s16
140 PerAntennaAirProtocol       AntennaID:u16 ProtocolID:u8v
141 GPIOCapabilities            NumGPIs:u16 NumGPOs:u16
142 LLRPCapabilities            CanDoRFSurvey:u1 CanReportBufferFillWarning:u1 SupportsClientRequestOpSpec:u1 CanDoTagInventoryStateAwareSingulation:u1 SupportsEventAndReportHolding:u1 -:3 MaxNumPriorityLevelsSupported:u8 ClientRequestOpSpecTimeout:u16 MaxNumROSpecs:u32 MaxNumSpecsPerROSpec:u32 MaxNumInventoryParameterSpecsPerAISpec:u32 MaxNumAccessSpecs:u32 MaxNumOpSpecsPerAccessSpec:u32
143 RegulatoryCapabilities      CountryCode:u16 CommunicationsStandard:u16
144 UHFBandCapabilities
145 TransmitPowerLevelTableEntry  Index:u16 TransmitPowerValue:s16
146 FrequencyInformation        Hopping:u1 -:7
147 FrequencyHopTable           HopTableID:u8 -:8 Frequency:u32v
148 FixedFrequencyTable         Frequency:u32v
149 PerAntennaReceiveSensitivityRange  AntennaID:u16 ReceiveSensitivityIndexMin:u16 ReceiveSensitivityIndexMax:u16
177 ROSpec                      ROSpecID:u32 Priority:u8 CurrentState:u8
178 ROBoundarySpec
179 ROSpecStartTrigger          ROSpecStartTriggerType:u8
180 PeriodicTriggerValue        Offset:u32 Period:u32
181 GPITriggerValue             GPIPortNum:u16 GPIEvent:u1 -:7 Timeout:u32
182 ROSpecStopTrigger           ROSpecStopTriggerType:u8 DurationTriggerValue:u32
183 AISpec                      AntennaIDs:u16v
184 AISpecStopTrigger           AISpecStopTriggerType:u8 DurationTrigger:u32
185 TagObservationTrigger       TriggerType:u8 -:8 NumberOfTags:u16 NumberOfAttempts:u16 T:u16 Timeout:u32
186 InventoryParameterSpec      InventoryParameterSpecID:u16 ProtocolID:u8
187 RFSurveySpec                AntennaID:u16 StartFrequency:u32 EndFrequency:u32
188 RFSurveySpecStopTrigger     StopTriggerType:u8 DurationPeriod:u32 N:u32
207 AccessSpec                  AccessSpecID:u32 AntennaID:u16 ProtocolID:u8 CurrentState:u1 -:7 ROSpecID:u32
208 AccessSpecStopTrigger       AccessSpecStopTrigger:u8 OperationCountValue:u16
209 AccessCommand
210 ClientRequestOpSpec         OpSpecID:u16
211 ClientRequestResponse       AccessSpecID:u32
217 LLRPConfigurationStateValue  LLRPConfigurationStateValue:u32
218 Identification              IDType:u8 ReaderID:u8v
219 GPOWriteData                GPOPortNumber:u16 GPOData:u1 -:7
220 KeepaliveSpec               KeepaliveTriggerType:u8 PeriodicTriggerValue:u32
221 AntennaProperties           AntennaConnected:u1 -:7 AntennaID:u16 AntennaGain:s16
222 AntennaConfiguration        AntennaID:u16
223 RFReceiver                  ReceiverSensitivity:u16
224 RFTransmitter               HopTableID:u16 ChannelIndex:u16 TransmitPower:u16
225 GPIPortCurrentState         GPIPortNum:u16 Config:u1 -:7 State:u8
226 EventsAndReports            HoldEventsAndReportsUponReconnect:u1 -:7
237 ROReportSpec                ROReportTrigger:u8 N:u16
238 TagReportContentSelector    EnableROSpecID:u1 EnableSpecIndex:u1 EnableInventoryParameterSpecID:u1 EnableAntennaID:u1 EnableChannelIndex:u1 EnablePeakRSSI:u1 EnableFirstSeenTimestamp:u1 EnableLastSeenTimestamp:u1 EnableTagSeenCount:u1 EnableAccessSpecID:u1 -:6
239 AccessReportSpec            AccessReportTrigger:u8
240 TagReportData
241 EPCData                     EPC:u1v
242 RFSurveyReportData
243 FrequencyRSSILevelEntry     Frequency:u32 Bandwidth:u32 AverageRSSI:s8 PeakRSSI:s8
244 ReaderEventNotificationSpec
245 EventNotificationState      EventType:u16 NotificationState:u1 -:7
246 ReaderEventNotificationData
247 HoppingEvent                HopTableID:u16 NextChannelIndex:u16
248 GPIEvent                    GPIPortNumber:u16 GPIEvent:u1 -:7
249 ROSpecEvent                 EventType:u8 ROSpecID:u32 PreemptingROSpecID:u32
250 ReportBufferLevelWarningEvent  ReportBufferPercentageFull:u8
251 ReportBufferOverflowErrorEvent
252 ReaderExceptionEvent        Message:utf8v
253 RFSurveyEvent               EventType:u8 ROSpecID:u32 SpecIndex:u16
254 AISpecEvent                 EventType:u8 ROSpecID:u32 SpecIndex:u16
255 AntennaEvent                EventType:u8 AntennaID:u16
256 ConnectionAttemptEvent      Status:u16
257 ConnectionCloseEvent
287 LLRPStatus                  StatusCode:u16 ErrorDescription:utf8v
288 FieldError                  FieldNum:u16 ErrorCode:u16
289 ParameterError              ParameterType:u16 ErrorCode:u16
327 C1G2LLRPCapabilities        CanSupportBlockErase:u1 CanSupportBlockWrite:u1 -:6 MaxNumSelectFiltersPerQuery:u16
328 C1G2UHFRFModeTable
329 C1G2UHFRFModeTableEntry     ModeIdentifier:u32 DRValue:u1 EPCHAGTCConformance:u1 -:6 MValue:u8 ForwardLinkModulation:u8 SpectralMaskIndicator:u8 BDRValue:u32 PIEValue:u32 MinTariValue:u32 MaxTariValue:u32 StepTariValue:u32
330 C1G2InventoryCommand        TagInventoryStateAware:u1 -:7
331 C1G2Filter                  T:u2 -:6
332 C1G2TagInventoryMask        MB:u2 -:6 Pointer:u16 TagMask:u1v
333 C1G2TagInventoryStateAwareFilterAction    Target:u8 Action:u8
334 C1G2TagInventoryStateUnawareFilterAction  Action:u8
335 C1G2RFControl               ModeIndex:u16 Tari:u16
336 C1G2SingulationControl      Session:u2 -:6 TagPopulation:u16 TagTransitTime:u32
337 C1G2TagInventoryStateAwareSingulationAction  I:u1 S:u1 -:6
338 C1G2TagSpec
339 C1G2TargetTag               MB:u2 Match:u1 -:5 Pointer:u16 TagMask:u1v TagData:u1v
341 C1G2Read                    OpSpecID:u16 AccessPassword:u32 MB:u2 -:6 WordPointer:u16 WordCount:u16
342 C1G2Write                   OpSpecID:u16 AccessPassword:u32 MB:u2 -:6 WordPointer:u16 WriteData:u16v
343 C1G2Kill                    OpSpecID:u16 KillPassword:u32
344 C1G2Lock                    OpSpecID:u16 AccessPassword:u32
345 C1G2LockPayload             Privilege:u8 DataField:u8
346 C1G2BlockErase              OpSpecID:u16 AccessPassword:u32 MB:u2 -:6 WordPointer:u16 WordCount:u16
347 C1G2BlockWrite              OpSpecID:u16 AccessPassword:u32 MB:u2 -:6 WordPointer:u16 WriteData:u16v
348 C1G2EPCMemorySelector       EnableCRC:u1 EnablePCBits:u1 -:6
349 C1G2ReadOpSpecResult        Result:u8 OpSpecID:u16 ReadData:u16v
350 C1G2WriteOpSpecResult       Result:u8 OpSpecID:u16 NumWordsWritten:u16
351 C1G2KillOpSpecResult        Result:u8 OpSpecID:u16
352 C1G2LockOpSpecResult        Result:u8 OpSpecID:u16
353 C1G2BlockEraseOpSpecResult  Result:u8 OpSpecID:u16
354 C1G2BlockWriteOpSpecResult  Result:u8 OpSpecID:u16 NumWordsWritten:u16
1023 Custom                     VendorIdentifier:u32 ParameterSubtype:u32 Data:rest
"""  # noqa: E501  one row a parameter reads better than a row broken


# what LLRP 1.1 adds, and parameters in which it gave a meaning to reserved bits
_TLV_1_1: Final = """
327 C1G2LLRPCapabilities        CanSupportBlockErase:u1 CanSupportBlockWrite:u1 CanSupportBlockPermalock:u1 CanSupportTagRecommissioning:u1 CanSupportUMIMethod2:u1 CanSupportXPC:u1 -:2 MaxNumSelectFiltersPerQuery:u16
337 C1G2TagInventoryStateAwareSingulationAction  I:u1 S:u1 S_All:u1 -:5
348 C1G2EPCMemorySelector       EnableCRC:u1 EnablePCBits:u1 EnableXPCBits:u1 -:5
355 LoopSpec                    LoopCount:u32
356 SpecLoopEvent               ROSpecID:u32 LoopCount:u32
357 C1G2Recommission            OpSpecID:u16 KillPassword:u32 -:5 SB3:u1 SB2:u1 LSB:u1
358 C1G2BlockPermalock          OpSpecID:u16 AccessPassword:u32 MB:u2 -:6 BlockPointer:u16 BlockMask:u16v
359 C1G2GetBlockPermalockStatus  OpSpecID:u16 AccessPassword:u32 MB:u2 -:6 BlockPointer:u16 BlockRange:u16
360 C1G2RecommissionOpSpecResult  Result:u8 OpSpecID:u16
361 C1G2BlockPermalockOpSpecResult  Result:u8 OpSpecID:u16
362 C1G2GetBlockPermalockStatusOpSpecResult  Result:u8 OpSpecID:u16 PermalockStatus:u16v
363 MaximumReceiveSensitivity   MaximumSensitivityValue:s16
365 RFSurveyFrequencyCapabilities  MinimumFrequency:u32 MaximumFrequency:u32
"""  # noqa: E501  as above


class ParameterDef(NamedTuple):
    """One row of the table."""

    number: int
    name: str
    layout: Layout
    tv: bool


class Tables(NamedTuple):
    """The parameters of one version of the protocol, by number and by name."""

    tlv: dict[int, ParameterDef]
    by_name: dict[str, ParameterDef]


def _rows(table: str, *, tv: bool) -> list[ParameterDef]:
    made = []
    for line in table.strip().splitlines():
        number, name, *words = line.split()
        made.append(ParameterDef(int(number), name, Layout(" ".join(words)), tv))
    return made


def _tables(rows: list[ParameterDef]) -> Tables:
    return Tables({row.number: row for row in rows}, {row.name: row for row in (*TV.values(), *rows)})


TV: Final = {row.number: row for row in _rows(_TV, tv=True)}
_ADDED: Final = _rows(_TLV_1_1, tv=False)
_BASE: Final = _rows(_TLV, tv=False)
_NUMBERS: Final = {row.number for row in _BASE}
V1_0_1: Final = _tables([*_BASE, *(row for row in _ADDED if row.number not in _NUMBERS)])
"""Readers on 1.0.1 may send what 1.1 added; only the widened parameters differ."""
V1_1: Final = _tables([*_BASE, *_ADDED])
TLV: Final = V1_1.tlv

TV_SIZES: Final = {row.number: row.layout.fixed_size or 0 for row in TV.values()}
"""Value bytes after the type byte, per TV parameter."""


def tables_of(version: int) -> Tables:
    """The tables of a protocol version as it stands in message headers: 1 is 1.0.1, 2 is 1.1."""
    return V1_1 if version >= 2 else V1_0_1

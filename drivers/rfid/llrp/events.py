"""READER_EVENT_NOTIFICATION as reader events."""

from drivers.readings import ReaderEvent, ReaderEventKind
from drivers.rfid.llrp.codec import Message, Param

_ANOTHER_TRIED = 4


def event_data(message: Message) -> Param:
    """The notification's content; empty if the reader sent none."""
    return message.first("ReaderEventNotificationData") or Param("ReaderEventNotificationData")


def reader_time(data: Param) -> tuple[int, bool] | None:
    """(microseconds, whether they are UTC) of a notification; uptime where the reader has no clock."""
    for name, utc in (("UTCTimestamp", True), ("Uptime", False)):
        stamp = data.first(name)
        if stamp is not None:
            return stamp.number("Microseconds"), utc
    return None


def reader_events(data: Param, reader: str, at_us: int) -> list[ReaderEvent]:
    """What a shop may want to know of a notification; hopping and antenna rounds give nothing."""
    made = []
    for param in data.params:
        told = _told(param)
        if told is not None:
            kind, port, value, text = told
            made.append(ReaderEvent(reader, kind, at_us, port, value, text))
    return made


def temperature(message: Message) -> int | None:
    """Degrees Celsius, where a reader's configuration tells them."""
    found = message.first("ImpinjReaderTemperature")
    return None if found is None else found.number("Temperature")


def _told(param: Param) -> tuple[ReaderEventKind, int, int, str] | None:
    match param.name:
        case "GPIEvent":
            return ReaderEventKind.GPI, param.number("GPIPortNumber"), param.number("GPIEvent"), ""
        case "ROSpecEvent":
            started = param.number("EventType") == 0
            return ReaderEventKind.STARTED if started else ReaderEventKind.STOPPED, 0, param.number("ROSpecID"), ""
        case "AntennaEvent":
            connected = param.number("EventType") == 1
            kind = ReaderEventKind.ANTENNA_CONNECTED if connected else ReaderEventKind.ANTENNA_LOST
            return kind, param.number("AntennaID"), 0, ""
        case "ReportBufferLevelWarningEvent":
            percent = param.number("ReportBufferPercentageFull")
            return ReaderEventKind.OVERFLOW, 0, percent, f"report buffer {percent} % full"
        case "ReportBufferOverflowErrorEvent":
            return ReaderEventKind.OVERFLOW, 0, 100, "report buffer overflowed; reads were lost in the reader"
        case "ConnectionAttemptEvent" if param.number("Status") == _ANOTHER_TRIED:
            return ReaderEventKind.OTHER, 0, 0, "another client tries to connect to this reader"
        case "ReaderExceptionEvent":
            antenna = param.first("AntennaID")
            port = antenna.number("AntennaID") if antenna else 0
            return ReaderEventKind.OTHER, port, 0, str(param.fields.get("Message", ""))
    return None

"""The pieces that every view is made of: tones, chips, actions, rows, figures and charts. All text is ready to show."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a colour says. A word or a shape always goes with it."""

    NEUTRAL = "neutral"
    GOOD = "good"
    INFO = "info"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Chip:
    """A small rounded label. ``icon`` is a name of ``look.icons`` (``rfid``, ``clock``), or nothing."""

    text: str
    tone: Tone = Tone.NEUTRAL
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A button: what it says and the intent that it emits.

    ``key`` is the keyboard's way to it, by Qt's names (``F12``, ``*``, ``Del``, ``Return``, ``Ctrl+R``) and is shown
    beside the text. ``icon`` is a name of ``look.icons``. A disabled one stays visible; ``why`` is its tool tip.
    """

    text: str
    intent: object
    icon: str = ""
    key: str = ""
    enabled: bool = True
    tone: Tone = Tone.NEUTRAL
    why: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty place teaches: a title, a sentence, an icon."""

    title: str
    text: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value, one under or beside the other."""

    label: str
    value: str
    tone: Tone = Tone.NEUTRAL
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list. Empty texts take no room.

    ``title`` and ``subtitle`` stand at the left after the icon, ``chips`` behind the title, ``middle`` and
    ``middle_sub`` in a column of their own (a place and when it was seen), ``right`` and ``right_sub`` (figures) and
    ``right_chip`` at the right end. Tapping the row emits ``intent``.
    """

    id: str
    title: str
    subtitle: str = ""
    chips: tuple[Chip, ...] = ()
    icon: str = ""
    icon_tone: Tone = Tone.NEUTRAL
    middle: str = ""
    middle_sub: str = ""
    right: str = ""
    right_sub: str = ""
    right_tone: Tone = Tone.NEUTRAL
    right_chip: Chip | None = None
    selected: bool = False
    dim: bool = False
    intent: object = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure that people look for from across the room."""

    label: str
    value: str
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is: ``fraction`` from 0 to 1, and the words for it."""

    fraction: float
    text: str = ""
    tone: Tone = Tone.GOOD


@dataclass(frozen=True, slots=True)
class Curve:
    """A line that grows: points (x, y) in ascending x, with the label of each end and of the level to be reached."""

    title: str
    points: tuple[tuple[float, float], ...]
    detail: str = ""
    target: float | None = None
    target_label: str = ""
    from_label: str = ""
    to_label: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label under it and its value over it; ``marked`` stands out (the present hour, the best week)."""

    label: str
    value: float
    text: str = ""
    marked: bool = False
    tone: Tone = Tone.GOOD


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars beside one another: sales by hour, accuracy over weeks, reads per antenna.

    ``floor`` is where the axis begins (accuracy is compared from 90 %, not from 0); ``target`` draws a dashed line.
    """

    title: str
    bars: tuple[Bar, ...]
    detail: str = ""
    floor: float = 0.0
    top: float | None = None
    target: float | None = None
    target_label: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A line of text that people fill in; every change emits ``TextChanged(name, text)``."""

    name: str
    label: str
    text: str = ""
    hint: str = ""
    multiline: bool = False

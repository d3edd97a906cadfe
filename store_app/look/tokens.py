"""The colours of each theme by what they mean, and their contrast (WCAG 2.1 relative luminance)."""

from dataclasses import dataclass, fields

from store_app.presenters.views.parts import Tone


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme. ``x_soft`` is the ground on which ``x`` is written."""

    name: str
    ground: str
    surface: str
    soft: str
    line: str
    ink: str
    muted: str
    primary: str
    on_primary: str
    primary_press: str
    primary_off: str
    on_primary_off: str
    primary_soft: str
    on_primary_soft: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    on_bad: str
    info: str
    info_soft: str
    track: str
    scrim: str

    def tone(self, tone: Tone) -> tuple[str, str]:
        """(ink, ground) of a tone."""
        return {
            Tone.NEUTRAL: (self.ink, self.soft),
            Tone.GOOD: (self.good, self.good_soft),
            Tone.INFO: (self.info, self.info_soft),
            Tone.WARN: (self.warn, self.warn_soft),
            Tone.BAD: (self.bad, self.bad_soft),
        }[tone]

    def written(self) -> list[tuple[str, str, str]]:
        """Every pair (what, ink, ground) in which text appears; the contrast test walks through them."""
        pairs = [
            (f"{ink} on {ground}", getattr(self, ink), getattr(self, ground))
            for ink in ("ink", "muted", "primary", "good", "warn", "bad", "info")
            for ground in ("surface", "ground")
        ]
        pairs += [(f"{ink} on soft", getattr(self, ink), self.soft) for ink in ("ink", "muted", "good", "primary")]
        pairs += [(f"{ink} on primary_soft", getattr(self, ink), self.primary_soft) for ink in ("ink", "muted", "good")]
        pairs += [
            (f"{ink} on {tone} notice", getattr(self, ink), self.tone(tone)[1])
            for ink in ("ink", "muted")
            for tone in Tone
        ]
        pairs += [(f"tone {tone}", *self.tone(tone)) for tone in Tone]
        pairs += [
            ("primary button", self.on_primary, self.primary),
            ("pressed button", self.on_primary, self.primary_press),
            ("disabled button", self.on_primary_off, self.primary_off),
            ("active area", self.on_primary_soft, self.primary_soft),
            ("badge", self.on_bad, self.bad),
        ]
        return pairs


LIGHT = Tokens(
    name="light",
    ground="#f4f3ef",
    surface="#ffffff",
    soft="#eeece6",
    line="#e3e0d8",
    ink="#1c2024",
    muted="#5f646a",
    primary="#0b6b50",
    on_primary="#ffffff",
    primary_press="#08543f",
    primary_off="#d3e3dc",
    on_primary_off="#3a6456",
    primary_soft="#e2f1eb",
    on_primary_soft="#0a5f47",
    good="#0b6b50",
    good_soft="#e2f1eb",
    warn="#8f5200",
    warn_soft="#fdf0dc",
    bad="#b3261e",
    bad_soft="#fbe6e4",
    on_bad="#ffffff",
    info="#1f5fa8",
    info_soft="#e4eefa",
    track="#e6e4dd",
    scrim="#66141a1f",
)

DARK = Tokens(
    name="dark",
    ground="#15181b",
    surface="#1e2226",
    soft="#282d32",
    line="#31373d",
    ink="#eceff1",
    muted="#a0a7ae",
    primary="#3fbf93",
    on_primary="#08251b",
    primary_press="#66d3ae",
    primary_off="#23453a",
    on_primary_off="#93bfae",
    primary_soft="#18382d",
    on_primary_soft="#4fcfa3",
    good="#4cc69b",
    good_soft="#18382d",
    warn="#f0b45c",
    warn_soft="#3b2d14",
    bad="#ff8f86",
    bad_soft="#43211f",
    on_bad="#2a0c0a",
    info="#86b8f5",
    info_soft="#1b2f4a",
    track="#343a40",
    scrim="#99060809",
)

HIGH_CONTRAST = Tokens(
    name="high-contrast",
    ground="#ffffff",
    surface="#ffffff",
    soft="#f0f0f0",
    line="#000000",
    ink="#000000",
    muted="#2b2b2b",
    primary="#004d38",
    on_primary="#ffffff",
    primary_press="#003325",
    primary_off="#e0e0e0",
    on_primary_off="#3a3a3a",
    primary_soft="#cdeede",
    on_primary_soft="#003325",
    good="#00452f",
    good_soft="#d7f3e6",
    warn="#5c3300",
    warn_soft="#fff0cf",
    bad="#8a0000",
    bad_soft="#ffe3e0",
    on_bad="#ffffff",
    info="#00337a",
    info_soft="#dcebff",
    track="#c8c8c8",
    scrim="#b3000000",
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK, HIGH_CONTRAST)}


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def colours(tokens: Tokens) -> dict[str, str]:
    """All colours of a theme by name, for the stylesheet."""
    return {f.name: getattr(tokens, f.name) for f in fields(tokens) if f.name != "name"}

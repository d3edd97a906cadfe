"""The words of the screens: translation, amounts, dates and figures, without Qt.

Messages are written in English in the code and translated by the catalogue that ``use`` has put in place::

    _("Total")                                   # "Total"
    _("{found} of {wanted} found", found=2, wanted=3)
    n_("{n} article", "{n} articles", 6)         # n is given to the format by itself

Catalogues stand in ``store_app/locale/<language>/*.po`` (several files are merged; see ``store_app.locale``). Amounts,
dates and figures follow the shop's locale, words the person's language.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Texts:
    """A language with its catalogue, and the locale and time zone of the shop."""

    language: str = "en"
    catalogue: NullTranslations = field(default_factory=NullTranslations)
    locale: str = "fr_FR"
    zone: tzinfo = UTC


class _Active:
    """The texts that are in use; one per process, changed from the Qt thread only."""

    texts = Texts()


def use(texts: Texts) -> None:
    """Put a language in place for everything that is said from now on."""
    _Active.texts = texts


def active() -> Texts:
    """The texts in use."""
    return _Active.texts


def zone(name: str) -> tzinfo:
    """The time zone of that IANA name; UTC when this machine doesn't know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _(message: str, **fields: object) -> str:
    """The message in the language in use, with its fields filled in."""
    text = _Active.texts.catalogue.gettext(message)
    return text.format_map(fields) if fields else text


def n_(one: str, many: str, n: int, **fields: object) -> str:
    """The message in the right number; the figure is given to the format as ``n``."""
    return _Active.texts.catalogue.ngettext(one, many, n).format_map({"n": count(n), **fields})


def p_(context: str, message: str, **fields: object) -> str:
    """The message where one English word needs two translations."""
    text = _Active.texts.catalogue.pgettext(context, message)
    return text.format_map(fields) if fields else text


def label(texts: dict[str, str] | None, otherwise: str = "") -> str:
    """The text of a published row, {"fr": …, "en": …}, in the language in use, else in any."""
    if not texts:
        return otherwise
    found = texts.get(_Active.texts.language) or texts.get("fr") or texts.get("en")
    return found or next(iter(texts.values()), otherwise)


def money(minor: int, currency: str = "EUR", *, sign: bool = False) -> str:
    """An amount in minor units: ``12,50 €``, ``−7,50 €``; with ``sign`` also ``+12,50 €``."""
    amount = Decimal(abs(minor)).scaleb(-get_currency_precision(currency))
    text = format_currency(amount, currency, locale=_Active.texts.locale)
    return f"{MINUS}{text}" if minor < 0 else f"+{text}" if sign and minor > 0 else text


def entry_money(digits: str, currency: str = "EUR") -> str:
    """Digits typed on the pad as an amount: ``1250`` is ``12,50 €``."""
    return money(int(digits or "0"), currency)


def count(number: float | Decimal) -> str:
    """A figure with the shop's grouping: ``2 898``."""
    text = format_decimal(Decimal(str(abs(number))), locale=_Active.texts.locale)
    return f"{MINUS}{text}" if number < 0 else text


def percent(basis_points: int, *, sign: bool = False) -> str:
    """Basis points as per cent: 1550 is ``15,5 %``, with ``sign`` ``+15,5 %``; the shop's locale has the space."""
    own = Locale.parse(_Active.texts.locale).percent_formats[None].pattern
    text = format_percent(
        Decimal(abs(basis_points)).scaleb(-4), own.replace("##0", "##0.##", 1), locale=_Active.texts.locale
    )
    return f"{MINUS}{text}" if basis_points < 0 else f"+{text}" if sign and basis_points > 0 else text


def vat_rate(rate: str) -> str:
    """A tax rate as it stands on rows: ``5.5`` is ``5,5 %``."""
    return percent(int(Decimal(rate) * 100))


def _local(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, _Active.texts.zone)


def _words_locale() -> str:
    language = _Active.texts.language
    return _Active.texts.locale if _Active.texts.locale.startswith(language) else {"en": "en_GB"}.get(language, "en_GB")


def clock_time(ms: int) -> str:
    """Hours and minutes: ``14:32``."""
    return format_time(_local(ms), "HH:mm", locale=_Active.texts.locale)


def hour_of(ms: int) -> int:
    """The hour of the day at the shop, 0 to 23."""
    return _local(ms).hour


def day_start(ms: int) -> int:
    """When that day began at the shop, ms UTC."""
    return round(_local(ms).replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


def date(ms: int) -> str:
    """A short date: ``18/11/2026``."""
    return format_date(_local(ms), "dd/MM/yyyy", locale=_Active.texts.locale)


def day(ms: int) -> str:
    """A day in words: ``18 novembre``."""
    return format_date(_local(ms), "d MMMM", locale=_words_locale())


def moment(ms: int) -> str:
    """A day and time in words: ``18 nov., 14:32``."""
    return format_datetime(_local(ms), "d MMM, HH:mm", locale=_words_locale())


def day_of_year(ms: int) -> str:
    """A day of any year in words: ``6 mars 2026``."""
    return format_datetime(_local(ms), "d MMM y", locale=_words_locale())


def ago(ms: int, now: int) -> str:
    """How long ago: ``just now``, ``2 min ago``, ``3 h ago``, ``18 nov., 14:32``."""
    seconds = max(0, now - ms) // 1000
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return _("{n} min ago", n=seconds // 60)
    if seconds < 12 * 3600:
        return _("{n} h ago", n=seconds // 3600)
    return moment(ms)


def within(ms: int, now: int) -> str:
    """How far ahead: ``in 18 min``, ``in 3 h``; behind: ``6 min late``."""
    minutes = (ms - now) // 60_000
    if minutes < 0:
        return _("{n} min late", n=-minutes) if minutes > -120 else _("{n} h late", n=-minutes // 60)
    return _("in {n} min", n=minutes) if minutes < 120 else _("in {n} h", n=minutes // 60)

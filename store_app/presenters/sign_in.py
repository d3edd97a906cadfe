"""Sign-in: choose a name and type the PIN, or show a badge. Five wrong PINs lock a person out, across restarts."""

from retail.staff import TRIES, Person, Tries
from store_app.presenters.base import Effect, Go, Notice, Tone
from store_app.presenters.desk import Desk
from store_app.presenters.intents import PadKey, Scanned, SelectPerson, SignIn, UseLanguage
from store_app.presenters.names import ScreenName
from store_app.presenters.pad import Pad
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, active, clock_time, n_
from store_app.presenters.views import Action, Chip, Row, SignInView
from store_app.till_book import OpenShift, shifts

PIN_LENGTH = 4


class SignInPresenter(ScreenPresenter):
    """Lets somebody in. The basket that was open stays open."""

    name = ScreenName.SIGN_IN

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._pad = Pad(PIN_LENGTH)
        self._message: Chip | None = None
        self._busy = False
        self._chosen: str | None = None

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._pad.clear()
        self._message = None
        self._chosen = None
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case SelectPerson(person):
                self._chosen, self._message = person, None
                self._pad.clear()
            case Scanned(text):
                return self._badge(text)
            case PadKey("enter") | SignIn() if self._pad.digits:
                return self._check(now)
            case PadKey(key) if not self._busy:
                self._message = None
                self._pad.press(key)
                if len(self._pad.digits) == PIN_LENGTH:
                    return self._check(now)
            case UseLanguage(language):
                self.desk.speak(language)
        return []

    def _person(self) -> Person | None:
        return next((one for one in self.desk.shelves.people() if one.id == self._chosen), None)

    def _badge(self, text: str) -> list[Effect]:
        for person in self.desk.shelves.people():
            if person.badge and person.badge == text:
                return [self._enter(person)]
        self._message = Chip(_("This badge isn't known"), Tone.BAD)
        return []

    def _check(self, now: int) -> list[Effect]:
        person = self._person()
        pin = self._pad.digits
        self._pad.clear()
        if person is None:
            self._message = Chip(_("Choose your name first"), Tone.WARN)
            return []
        till, check = self.desk.services.till, self.desk.services.check_pin

        def work() -> object:
            tries = till.tries_of(person.id)
            if tries.locked(now):
                return tries
            return person if check(person.pin, pin) else till.wrong_pin(person.id)

        self._busy = True
        return [self.job("pin", work)]

    def _enter(self, person: Person) -> Effect:
        till = self.desk.services.till

        def work() -> tuple[Person, OpenShift | None]:
            till.sign_in(person.id)
            with till.read() as conn:
                return person, shifts.open_shift(conn)

        self._busy = True
        return self.job("enter", work)

    def done(self, job_id: str, result: object) -> list[Effect]:
        self._busy = False
        return super().done(job_id, result)

    def finished(self, job: str, result: object) -> list[Effect]:
        if isinstance(result, Person):
            return [self._enter(result)]
        if isinstance(result, Tries):
            self._message = self._wrong(result)
        if isinstance(result, tuple):
            self.desk.person, self.desk.shift = result
            return self._welcome()
        return []

    def _wrong(self, tries: Tries) -> Chip:
        if tries.locked(self.desk.now):
            return Chip(
                _("Locked until {time} after too many wrong PINs", time=clock_time(tries.locked_until)), Tone.BAD
            )
        left = TRIES - tries.wrong
        return Chip(n_("Wrong PIN, {n} try left", "Wrong PIN, {n} tries left", left), Tone.BAD)

    def _welcome(self) -> list[Effect]:
        if self.desk.attempt is not None:
            return [Go(ScreenName.CARD)]
        if self.desk.sale.payment is not None and self.desk.sale.payment.tenders:
            text = _("What was paid before the till stopped is still there.")
            return [Go(ScreenName.TENDER), Notice(_("The sale goes on"), text, Tone.INFO, 8.0)]
        person = self.desk.person
        if person is not None and person.role == "associate":
            return [Go(ScreenName.ORDERS)]
        if self.desk.shift is None:
            return [Go(ScreenName.SHIFT)]
        return [Go(ScreenName.TILL)]

    @property
    def view(self) -> SignInView:
        store = self.desk.shelves.store()
        person = self._person()
        subtitle = _("Your PIN, {name}", name=person.name) if person else _("Choose your name, or show your badge")
        empty = not self.desk.shelves.people()
        return SignInView(
            title=_("Welcome"),
            subtitle=_("Waiting for the store's data…") if empty else subtitle,
            shop=store.name,
            till=self.desk.services.device,
            filled=len(self._pad.digits),
            length=PIN_LENGTH,
            message=Chip(_("Checking…")) if self._busy else self._message,
            people=tuple(
                Row(one.id, one.name, _role(one.role), icon="user", selected=one.id == self._chosen,
                    intent=SelectPerson(one.id))
                for one in self.desk.shelves.people()
            ),
            pad_enabled=not self._busy,
            languages=tuple(
                Action(text, UseLanguage(language), tone=Tone.GOOD if active().language == language else Tone.NEUTRAL)
                for language, text in (("fr", "Français"), ("en", "English"))
            ),
            primary=Action(_("Sign in"), SignIn(), "check", "Return", enabled=bool(self._pad) and not self._busy),
            footer=_("Training mode: nothing counts") if self.desk.services.training else "",
        )  # fmt: skip


def _role(role: str) -> str:
    words = {"cashier": _("Cashier"), "associate": _("Associate"), "manager": _("Manager")}
    return words.get(role, role)

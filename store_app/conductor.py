"""Between window and presenters: intents go in, jobs go out, views are shown. Lives in the Qt thread."""

import structlog
from PySide6.QtCore import QObject, QTimer

from store_app.bridge.inbox import Inbox
from store_app.bridge.jobs import Jobs
from store_app.presenters.base import Effect, Failed, Job, Notice, Withdraw
from store_app.presenters.intents import Tick
from store_app.presenters.names import ScreenName
from store_app.presenters.shell import Shell
from store_app.presenters.views import Dialog, FrameView
from store_app.services import TillServices
from store_app.window import MainWindow

log = structlog.get_logger(__name__)

TICK_MS = 1000


class Conductor(QObject):
    """Plays the shell on a window. What other threads deliver comes through the inbox, results through the jobs."""

    def __init__(self, window: MainWindow, shell: Shell, services: TillServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.window = window
        self.shell = shell
        self._services = services
        self.inbox = Inbox(self)
        self.jobs = Jobs(self)
        self._shown: tuple[ScreenName, object] | None = None
        self._frame: FrameView | None = None
        self._dialog: Dialog | None = None
        self._playing = True
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self.inbox.arrived.connect(self.on_intent)
        window.intent.connect(self.on_intent)
        window.closed.connect(self.stop)
        services.deliver = self.inbox.post

    def start(self) -> None:
        """Take up what the till was doing, show it, and let time pass."""
        self._follow(self.shell.start(self._services.till.recover(), self._now()))
        self._tick.start()

    def stop(self) -> None:
        """Take nothing more; writes that were asked for are finished."""
        if not self._playing:
            return
        self._playing = False
        self._tick.stop()
        self.inbox.close()
        attempt, terminal = self.shell.desk.attempt, self.shell.desk.services.terminal
        if attempt is not None and terminal is not None:
            terminal.abandon(attempt.attempt)
        self.jobs.stop()

    def on_intent(self, intent: object) -> None:
        """Something that somebody asks, or that a device, a feed or the post says."""
        if self._playing:
            self._follow(self.shell.on(intent, self._now()))

    def _on_tick(self) -> None:
        self._services.tick()
        self.on_intent(Tick())

    def _ended(self, job: Job, result: object) -> None:
        if self._playing:
            self._follow(self.shell.done(job.id, result, self._now()))

    def _follow(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Notice):
                self.window.notify(effect)
            elif isinstance(effect, Withdraw):
                self.window.withdraw(effect.topic)
            elif isinstance(effect, Job):
                self._run(effect)
        self._show()

    def _run(self, job: Job) -> None:
        self.jobs.run(
            job.work,
            lambda result: self._ended(job, result),
            lambda error: self._ended(job, Failed(error)),
            writes=job.writes,
        )

    def _show(self) -> None:
        """Show what has changed; a view that is equal to the one shown isn't drawn again."""
        frame = self.shell.frame
        if frame != self._frame:
            self._frame = frame
            self.window.render_frame(frame)
        shown = (self.shell.screen, self.shell.view)
        if shown != self._shown:
            self._shown = shown
            self.window.show_screen(*shown)
        dialog = self.shell.dialog
        if dialog != self._dialog:
            self._dialog = dialog
            self.window.open_dialog(dialog)

    def _now(self) -> int:
        return self._services.clock.now_ms()

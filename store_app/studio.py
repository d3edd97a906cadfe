"""The studio: shows the samples in a real window off-screen and takes their pictures."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from store_app.locale import catalogue
from store_app.look.theme import Density, theme
from store_app.look.tokens import THEMES
from store_app.presenters import texts
from store_app.samples.frame import frame
from store_app.samples.table import SAMPLES, Sample
from store_app.window import MainWindow


@dataclass(slots=True)
class Studio:
    """One application for all pictures."""

    app: QCoreApplication | None = None

    def __post_init__(self) -> None:
        self.app = QApplication.instance() or QApplication([])

    def shoot(self, folder: Path, language: str, look: str, size: tuple[int, int], names: Iterable[str] = ()) -> int:
        """Take the pictures of the samples of those names (all when none is named); returns how many."""
        folder.mkdir(parents=True, exist_ok=True)
        texts.use(texts.Texts(language, catalogue(language), "fr_FR" if language != "en" else "en_GB"))
        theme.set(THEMES[look], Density.of(*size))
        window = MainWindow(tokens=THEMES[look])
        window.resize(*size)
        window.show()
        wanted = [name for name in SAMPLES if name in set(names)] if names else list(SAMPLES)
        for name in wanted:
            pose(window, SAMPLES[name])
            window.grab().save(str(folder / f"{name}.png"))
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return len(wanted)


def pose(window: MainWindow, sample: Sample) -> None:
    """Show a sample in a window, with its dialog and notices, and let everything find its place."""
    window.open_dialog(None)
    window.notices.clear()
    window.render_frame(frame(sample.screen))
    window.show_screen(sample.screen, sample.view())
    if sample.dialog is not None:
        window.open_dialog(sample.dialog())
    if sample.keys:
        window.show_keys()
    for notice in sample.notices() if sample.notices else ():
        window.notify(notice)
    settle(window)


def settle(window: MainWindow) -> None:
    """Let layouts, deferred deletes and slides come to rest."""
    for _round in range(4):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    window.notices.rest()
    QCoreApplication.processEvents()

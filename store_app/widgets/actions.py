"""The action bar: secondary actions, and the one primary action at the bottom right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from store_app.look.theme import px
from store_app.presenters.views.parts import Action
from store_app.widgets.button import Button, Kind


class ActionRow(QWidget):
    """Buttons beside one another, or under one another with ``vertical``; kept and re-used between views."""

    asked = Signal(object)

    def __init__(
        self,
        *,
        kind: Kind = Kind.PLAIN,
        small: bool = False,
        vertical: bool = False,
        equal: bool = True,
        height: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind, self._height, self._equal = kind, height, equal
        self._box: QHBoxLayout | QVBoxLayout = QVBoxLayout(self) if vertical else QHBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(px(10 if small else 12) if kind is not Kind.SOFT else px(8))
        self.buttons: list[Button] = []

    def render_actions(self, actions: tuple[Action, ...]) -> None:
        """Show these actions."""
        while len(self.buttons) < len(actions):
            button = Button(actions[len(self.buttons)], self._kind, height=self._height)
            button.asked.connect(self.asked)
            if self._equal:
                button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.buttons.append(button)
            self._box.addWidget(button, 1 if self._equal else 0)
        for i, button in enumerate(self.buttons):
            button.setVisible(i < len(actions))
            if i < len(actions) and button.action != actions[i]:
                button.render_action(actions[i])
        self.setVisible(bool(actions))


class ActionBar(QWidget):
    """The bottom of a screen: actions at the left, the primary one at the right, as high as a thumb.

    With ``keep_right`` either keeps its place when the other is missing; without, it fills the bar.
    """

    asked = Signal(object)

    def __init__(self, *, keep_right: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keep_right = keep_right
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(12))
        self._actions = ActionRow(height=72)
        self._actions.asked.connect(self.asked)
        self.primary: Button | None = None
        self._box = box
        box.addWidget(self._actions, 5)
        box.addStretch(0)
        self._box.setAlignment(Qt.AlignmentFlag.AlignBottom)

    def render_bar(self, actions: tuple[Action, ...], primary: Action | None) -> None:
        """Show these."""
        self._actions.render_actions(actions)
        self._box.setStretch(1, self._left_free(bool(actions), primary is not None))
        if primary is not None and self.primary is None:
            self.primary = Button(primary, Kind.PRIMARY)
            self.primary.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.primary.asked.connect(self.asked)
            self._box.addWidget(self.primary, 4)
        if self.primary is not None:
            self.primary.setVisible(primary is not None)
            if primary is not None:
                self.primary.render_action(primary)
        self.setVisible(bool(actions) or primary is not None)

    def _left_free(self, has_actions: bool, has_primary: bool) -> int:
        """The share that stays empty, so that nothing moves into the place of what is missing."""
        if not self._keep_right or has_actions == has_primary:
            return 0
        return 4 if has_actions else 5

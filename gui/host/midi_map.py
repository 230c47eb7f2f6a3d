"""What MIDI controls do, as a window: it lists that, and learns what another one is to do."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QSettings, QSize, Qt
from PyQt6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from melfusion.request import RenderRequest
from server.player_messages import Play
from server.protocol import ClipEvent, Render, Request
from server.remote_messages import Fire, Forget, Learn, Learned, Turn, Unlearn

from ..qt import there
from ..settings import Settings
from ..state import State
from ..wire import Wire
from .controls import KNOBS, PARTS, STEADY, Choice, arguments, named, names_knob, order
from .midi_table import MidiTable

EMPTY = "No control does anything yet: choose what one is to do, and press Learn."
MOVE = "Play or move the control now. Esc cancels."
CANCELLED = "Cancelled."
NO_SCENE = "Give the scene words or a picture first."
NO_CLIP = "Select a loop in the library first."
NO_KNOB = "Keys and pads cannot turn anything: take a knob or a fader."


class MidiMap(QDialog):
    """A table of what controls do, and below it what another one is to do.

    Args:
        wire: what is asked on.
        state: what is shown.
        scene: gives the scene as it is now; None where it cannot be rendered.
        clip: gives the clip that is selected, if any.
        parent: the window that it belongs to.
        keeps_seed: gives whether the scene's seed is kept; else each render has another one.
        follows: gives whether the scene is in the host's tempo.
        settings: how loops begin; the user's own if none are given.
    """

    def __init__(
        self,
        wire: Wire,
        state: State,
        scene: Callable[[], RenderRequest | None],
        clip: Callable[[], ClipEvent | None],
        parent: QWidget | None = None,
        *,
        keeps_seed: Callable[[], bool] = lambda: False,
        follows: Callable[[], bool] = lambda: False,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("What MIDI controls do")
        self._wire, self._state = wire, state
        self._scene, self._clip = scene, clip
        self._keeps_seed, self._follows = keeps_seed, follows
        self._settings = settings or Settings(QSettings(), self)
        self._learns, self._turn = False, 0
        self.choices = (
            Choice("Render the scene as it is now", self._render, lacks=NO_SCENE),
            Choice("Render the scene and play it", self._render_and_play, lacks=NO_SCENE),
            Choice("Play the selected loop", self._play, lacks=NO_CLIP),
            Choice("Play the last loop of a part", self._play_last, has_part=True),
            *STEADY,
        )
        self.table = MidiTable(wire, state)
        self.what = QComboBox()
        self.what.setAccessibleName("What a control is to do")
        self.what.addItems([choice.text for choice in self.choices])
        self.what.setMaxVisibleItems(len(self.choices))
        self.part = QComboBox()
        self.part.setAccessibleName("Part")
        for part, text in PARTS.items():
            self.part.addItem(text.removeprefix("the ").capitalize(), part)
        self.learn = QPushButton("&Learn...")
        self.remove = QPushButton("&Remove")
        self.told = QLabel()
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setAccessibleName("What came of it")
        self._lay_out()
        self.learn.clicked.connect(self._press)
        self.remove.clicked.connect(self._forget)
        QShortcut(
            QKeySequence.StandardKey.Delete, self.table, self._forget,
            context=Qt.ShortcutContext.WidgetShortcut,
        )  # fmt: skip
        self.what.currentIndexChanged.connect(self._allow)
        self.table.itemSelectionChanged.connect(self._allow)
        self.table.failed.connect(self._tell)
        state.changed.connect(self._tell_empty)
        wire.lost.connect(self._lose)
        self._allow()
        self._tell_empty()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Esc ends learning, and only then closes the window."""
        if event and event.key() == Qt.Key.Key_Escape and self._learns:
            self._cancel()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802
        """Learns nothing that nobody sees."""
        super().hideEvent(event)
        if self._learns:
            self._cancel()

    # Learning.

    def _press(self) -> None:
        """Begins learning, or ends it."""
        if self._learns:
            self._cancel()
            return
        choice, part = self._choice, self.part.currentData()
        request = choice.wanted(part) if choice.wanted else None
        if choice.wanted and request is None:
            self._tell(choice.lacks)
            return
        knob = f"{choice.knob} {part}" if choice.has_part else choice.knob
        self._begin(lambda control: self._bind(control, request, knob))

    def _begin(self, then: Callable[[str], None]) -> None:
        """Waits for a control to be moved; what comes after it was cancelled is nobody's."""
        self._learns, self._turn = True, self._turn + 1
        turn = self._turn

        def learned(answer: Learned) -> None:
            if turn == self._turn:
                self._end("")
                then(answer.control)

        def refused(reason: str) -> None:
            if turn == self._turn:
                self._end(reason)

        self._wire.ask(Learn, then=learned, otherwise=refused)
        self._tell(MOVE)
        self._allow()

    def _cancel(self) -> None:
        self._wire.ask(Unlearn, otherwise=lambda _: None)
        self._end(CANCELLED)

    def _end(self, said: str) -> None:
        self._learns, self._turn = False, self._turn + 1
        self._tell(said)
        self._allow()

    def _lose(self, why: str) -> None:
        if self._learns:
            self._end(why)

    def _bind(self, control: str, request: Request[Any] | None, knob: str) -> None:
        if request is None:
            if order(control)[0] == "cc":
                self._ask(Turn, control, knob, then=lambda _: self._tell_turned(control, knob))
            else:
                self._tell(NO_KNOB)
            return
        knobs = {binding.knob for binding in self._state.bindings.values()}
        new_seed = isinstance(request, Render) and not self._keeps_seed()
        given = arguments(request, knobs, new_seed=new_seed)
        self._ask(
            Fire,
            control,
            request.address,
            arguments=json.dumps(given, ensure_ascii=False),
            then=lambda _: self._tell(f"Learned: {named(control)}."),
        )

    def _forget(self) -> None:
        for control in self.table.chosen:
            self._ask(Forget, control)

    def _ask(self, declared: type[Request[Any]], *given: Any, **options: Any) -> None:
        self._tell("")
        self._wire.ask(declared, *given, otherwise=self._tell, **options)

    # What can be learned of the scene and of loops.

    def _render(self, _: str, in_bars: int = 0) -> Render | None:
        request = self._scene()
        if request is None:
            return None
        return Render(
            0,
            request=request if self._keeps_seed() else replace(request, seed=0),
            sync=int(self._follows() or in_bars > 0),
            in_bars=in_bars,
            crossfade_ms=float(self._settings.crossfade_ms),
        )

    def _render_and_play(self, part: str) -> Render | None:
        return self._render(part, self._settings.bars_ahead)

    def _play(self, _: str) -> Play | None:
        clip = self._clip()
        return self._launch(clip.clip) if clip else None

    def _play_last(self, part: str) -> Play:
        return self._launch("", part)

    def _launch(self, clip: str, part: str = "") -> Play:
        settings = self._settings
        crossfade_ms = float(settings.crossfade_ms)
        return Play(0, clip, part=part, quantum=settings.quantum, crossfade_ms=crossfade_ms)

    # What is shown.

    @property
    def _choice(self) -> Choice:
        return self.choices[self.what.currentIndex()]

    def _tell(self, said: str) -> None:
        self.told.setText(said)
        self._tell_empty()

    def _tell_empty(self) -> None:
        if self.told.text() in ("", EMPTY):
            self.told.setText("" if self._state.bindings else EMPTY)

    def _tell_turned(self, control: str, knob: str) -> None:
        """Says that it is learned; also what it does not reach, for that was learned before."""
        said = f"Learned: {named(control)}."
        if any(names_knob(binding, knob) for binding in self._state.bindings.values()):
            said += (
                f" What was learned before has a {KNOBS[knob]} of its own: learn it again to have"
                " that turned."
            )
        self._tell(said)

    def _allow(self) -> None:
        """Lets only that be used which makes sense now."""
        self.what.setEnabled(not self._learns)
        self.part.setEnabled(self._choice.has_part and not self._learns)
        self.learn.setText("&Cancel" if self._learns else "&Learn...")
        self.remove.setEnabled(bool(self.table.selectedIndexes()))

    def _lay_out(self) -> None:
        close = QPushButton("Close")
        close.clicked.connect(self.reject)
        for button in (self.learn, self.remove, close):
            button.setAutoDefault(False)  # Return is for the table
        row, foot = QHBoxLayout(), QHBoxLayout()
        row.addWidget(self.what, 2)
        row.addWidget(self.part, 1)
        row.addWidget(self.learn)
        foot.addWidget(self.remove)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        column.addWidget(self.told)
        column.addLayout(foot)
        metrics = self.fontMetrics()
        size = QSize(120 * metrics.averageCharWidth(), 28 * metrics.height())
        self.resize(size.boundedTo(there(self.screen()).availableSize() * 0.85))

"""The stage mode: what somebody who plays sees from two metres away in the dark, and few keys."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import QAbstractItemModel, QEvent, QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QWidget

from server.player_messages import Mix, Panic, Play, Stop
from server.protocol import Event, Request
from server.render_messages import CueEvent
from server.transport_messages import SetTransport

from ..look import DARK, PARTS
from ..state import State
from ..wire import Wire
from .facts import Facts
from .next import Countdown, Keys, Next, Way, digit
from .parts import Coming
from .tiles import Leading, Lights, Note, Place, Tile

ERROR_MS, MISSED_MS = 6000, 8000
"""How long it is shown what was refused, and what was missed."""

NARROW = 1.2
"""A stage whose width is less than so many times its height has everything below each other."""

NARROWEST = 0.88
"""One that is narrower than that is as if it were less high."""

HINT = "? shows the keys, Esc leaves"
HOLD = "Hold Shift and press P to silence all at once."
NO_SERVER = "There is no server: nothing was asked of it."


class Stage(QWidget):
    """What plays and what comes, as large as there is room for, and played with a few keys.

    Args:
        wire: what is asked on.
        state: what is shown.
        clips: those to choose from; they are given by gui.clips.CLIP.
    """

    left = pyqtSignal()
    """It is to be left."""

    def __init__(self, wire: Wire, state: State, clips: QAbstractItemModel) -> None:
        super().__init__()
        self.setAccessibleName("Stage")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._wire, self._state = wire, state
        self._facts = Facts(state)
        self.place = Place("Bar and beat", "-")
        self.leading = Leading("Transport", None)
        self.lights = Lights("Beats", (4, 0, False))
        self.tiles = {part: Tile(part, key) for key, part in enumerate(PARTS, start=1)}
        self.countdown = Countdown("What comes next", Coming())
        self.next = Next(clips)
        self.way = Way("How what plays is varied", ("", 0.0))
        self.note = Note("Messages", (HINT, "muted"))
        self.trouble = Note("Connection", ("", "bad"))
        self.keys = Keys("Keys", None)
        children: tuple[QWidget, ...] = (
            self.place, self.leading, self.lights, *self.tiles.values(), self.countdown, self.next,
            self.way, self.note, self.trouble, self.keys,
        )  # fmt: skip
        for child in children:
            child.setParent(self)
        for child in (self.way, self.trouble, self.keys):
            child.hide()
        self._errors = self._timer(ERROR_MS, self._tell_note)
        self._misses = self._timer(MISSED_MS, self._forget_missed)
        self._acts: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Up: lambda: self.next.step(-1),
            Qt.Key.Key_Down: lambda: self.next.step(1),
            Qt.Key.Key_Return: self._play,
            Qt.Key.Key_Enter: self._play,
            Qt.Key.Key_Space: self._turn,
            Qt.Key.Key_Backspace: self._stop,
            Qt.Key.Key_P: lambda: self._complain(HOLD),
            Qt.Key.Key_Question: self._turn_keys,
            Qt.Key.Key_F1: self._turn_keys,
            Qt.Key.Key_Escape: self._leave,
        }
        for part, tile in self.tiles.items():
            tile.clicked.connect(partial(self._touch, part))
        self.next.doubleClicked.connect(lambda _: self._play())
        self.installEventFilter(self)
        state.changed.connect(self._hear)
        state.emptied.connect(self._forget)
        wire.told.connect(self._take)

    # Keys.

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Does what a key is for; one that is held does it once, but for those that choose."""
        act = self._act(event) if event else None
        if event is None or act is None:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat() or event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            act()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Keeps its keys from being taken for shortcuts of the window's."""
        is_press = event is not None and event.type() == QEvent.Type.ShortcutOverride
        if is_press and isinstance(event, QKeyEvent) and self._act(event):
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def _act(self, event: QKeyEvent) -> Callable[[], None] | None:
        """What a key is for; None where for nothing here."""
        modifier, held = Qt.KeyboardModifier, event.modifiers()
        if held & (modifier.ControlModifier | modifier.AltModifier | modifier.MetaModifier):
            return None
        shift = bool(held & modifier.ShiftModifier)
        if number := digit(event):
            return partial(self._touch, list(PARTS)[number - 1], shift)
        if shift and event.key() == Qt.Key.Key_Space:
            return self._stop
        # What the other keys do can be undone with them. Panic also ends cues and what is varied:
        # no slip of a finger may do that, and two neighbouring keys are as quick as one.
        if shift and event.key() == Qt.Key.Key_P:
            return partial(self._ask, Panic)
        return self._acts.get(event.key())

    # What they do.

    def _touch(self, part: str, stop: bool) -> None:
        if stop:
            self._ask(Stop, part=part)
        else:
            self._ask(Mix, part=part, mute=0 if self._facts.part(part).muted else 1)

    def _play(self) -> None:
        clip = self.next.chosen
        if clip:
            self._ask(Play, clip.clip)

    def _turn(self) -> None:
        """Starts or stops the clock; where it is not the server's, that is said by the server."""
        self._ask(SetTransport, playing=0 if self._facts.plays else 1)

    def _stop(self) -> None:
        self._ask(Stop)

    def _turn_keys(self) -> None:
        self.keys.setVisible(not self.keys.isVisible())
        self.keys.raise_()

    def _leave(self) -> None:
        if self.keys.isVisible():
            self.keys.hide()
        else:
            self.left.emit()

    def _ask(self, declared: type[Request[Any]], *arguments: Any, **named: Any) -> None:
        """Asks at once or not at all: what was meant for now may be wrong when a server is back.

        Only silence is never wrong.
        """
        if self._state.trouble and declared is not Panic:
            self._complain(NO_SERVER)
        else:
            self._wire.ask(declared, *arguments, otherwise=self._complain, **named)

    def _complain(self, why: str) -> None:
        self._errors.start()
        self.note.tell((why, "bad"))

    # What is heard and told.

    def _hear(self, name: str) -> None:
        if name == "transport":
            self._facts.follow()
        if name in ("meters", "device", "trouble"):
            self._tell_meters()
        if name != "meters":
            self._tell()

    def _take(self, event: Event) -> None:
        if self._facts.hear(event):
            if isinstance(event, CueEvent) and event.state == "missed":
                self._misses.start()
            self._tell()

    def _forget(self) -> None:
        self._facts.forget()
        self._misses.stop()

    def _forget_missed(self) -> None:
        self._facts.missed = None
        self._tell()

    def _tell(self) -> None:
        """Shows all but the meters; what is the same is not painted again."""
        if not self.isVisible():
            return
        facts, live = self._facts, not self._state.trouble
        bar, beat = facts.place
        self.place.tell(f"{bar}.{beat}" if facts.lead else "-", live=live)
        self.leading.tell(facts.lead, live=live)
        self.lights.tell((facts.count, beat, facts.plays), live=live)
        for part, tile in self.tiles.items():
            tile.tell(facts.part(part), live=live)
        self.countdown.tell(facts.coming, live=live)
        self.next.tell(live=live)
        self.way.tell(facts.way, live=live)
        is_varied = bool(facts.way[0])
        if self.way.isHidden() == is_varied:
            self.way.setVisible(is_varied)
            self._lay_out()
        self.trouble.tell((self._state.trouble, "bad"))
        self.trouble.setVisible(not live)
        self._tell_note()

    def _tell_note(self) -> None:
        """Says what was refused, for a while; else why there is no sound."""
        if not self._errors.isActive():
            device = self._state.device
            trouble = device.trouble if device else ""
            self.note.tell((f"No sound: {trouble}", "bad") if trouble else (HINT, "muted"))

    def _tell_meters(self) -> None:
        meters, device = self._state.meters, self._state.device
        is_heard = meters and device and device.state == "open" and not self._state.trouble
        for part, tile in self.tiles.items():
            tile.meter.tell(getattr(meters, part) if is_heard else 0.0)

    def _timer(self, milliseconds: int, then: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(then)
        return timer

    # How it looks.

    def _lay_out(self) -> None:
        """Gives everything its place, in units."""
        unit = max(1.0, min(self.height(), self.width() / NARROWEST) / 100)
        width, height = self.width() / unit - 4, self.height() / unit
        foot = height - (5.5 if self.way.isHidden() else 11.5)
        if self.width() < NARROW * self.height():
            self.place.put(unit, 0.5, 0.4, width + 3, 24.8)
            self.leading.put(unit, 2, 25.3, width, 5)
            self.lights.put(unit, 2, 30.6, width, 4)
            self.trouble.put(unit, 2, 30, width, 5.4)
            for number, tile in enumerate(self.tiles.values()):
                tile.put(unit, 2, 35.5 + 6.5 * number, width, 6)
            self.countdown.put(unit, 2, 68.6, width, 11.6)
            self.next.put(unit, 2, 81.2, width, foot - 81.7)
        else:
            aside = 55.0
            self.place.put(unit, 2, 0.5, width - aside - 1, 25)
            self.leading.put(unit, 2 + width - aside, 2.5, aside, 23)
            self.lights.put(unit, 2, 26.5, width, 5)
            self.trouble.put(unit, 2, 25, width, 8)
            each = (width - 4) / 5
            for number, tile in enumerate(self.tiles.values()):
                tile.put(unit, 2 + (each + 1) * number, 33.5, each, 31.5)
            self.next.put(unit, 2, 67, 0.53 * width, foot - 67.5)
            self.countdown.put(unit, 4 + 0.53 * width, 67, 0.47 * width - 2, foot - 67.5)
        self.way.put(unit, 2, height - 11, width, 5)
        self.note.put(unit, 2, height - 5.5, width, 5)
        self.keys.put(unit, 0, 0, self.width() / unit, height)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._lay_out()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: D102, N802
        super().showEvent(event)
        self.setFocus()
        self._tell()
        self._tell_meters()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, D102, N802
        QPainter(self).fillRect(self.rect(), QColor(DARK.ground))

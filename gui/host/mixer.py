"""The mixer: a line for each part and for the whole, with fader, mute, stop and level."""

import math
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, QSignalBlocker, QSize, Qt
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPalette
from PyQt6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from server.player_messages import Mix, MixEvent, Stop
from server.protocol import Request

from ..look import LOOK, PARTS, SPACE
from ..qt import Told
from ..said import said
from ..stage.next import digit
from ..state import State
from ..wire import Wire
from .controls import PARTS as IN_WORDS
from .strip_parts import Level

MASTER = ""
NAMES = {
    "drums": "Drums", "bass": "Bass", "chords": "Chords", "lead": "Lead", "full": "Full",
    MASTER: "Master",
}  # fmt: skip
"""The lines, from above: parts as the server calls them, and what they are called here."""

LEAST_DB, MOST_DB = -60, 12
"""The ends of a fader; the lower one is silence."""

STEPS = 10
"""Of a fader to one dB."""

SMALLEST_DB = 0.05
"""What is turned down by less is shown as 0.0 dB, and counts as left alone."""

RESET = "Double-click or 0: back to 0 dB"

Complain = Callable[[str], None]


def decibels(gain: float) -> float:
    """A factor in dB."""
    return 20 * math.log10(gain) if gain > 0 else -math.inf


def written(gain: float) -> str:
    """A factor in dB, as text."""
    return f"{round(decibels(gain), 1) + 0.0:.1f} dB" if gain > 0 else "-∞ dB"


class MixButton(QPushButton):
    """Opens the mixer, and says how many of its lines are muted or turned down.

    Args:
        state: what is shown.
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        state.changed.connect(lambda name: self._tell() if name == "mix" else None)
        state.emptied.connect(self._tell)
        LOOK.changed.connect(self._tell)
        self._tell()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide for any count, so that nothing moves."""
        widest = self.fontMetrics().horizontalAdvance(f"Mix ({len(NAMES)})")
        return QSize(widest + 4 * SPACE, super().sizeHint().height())

    def _tell(self) -> None:
        mixes = [(name, self._state.mix.get(part)) for part, name in NAMES.items()]
        lowered = [text for name, mix in mixes if mix and (text := _lowered(name, mix))]
        self.setText(f"Mix ({len(lowered)})" if lowered else "Mix")
        self.setToolTip("\n".join(["Volume, mute and stop of each part (F6)", *lowered]))
        self.setAccessibleName("Mixer")
        self.setAccessibleDescription(", ".join(lowered))
        palette = QPalette()
        if lowered:
            palette.setColor(QPalette.ColorRole.ButtonText, QColor(LOOK.colours.accent))
        self.setPalette(palette)


def _lowered(name: str, mix: MixEvent) -> str:
    """How a line is muted or turned down; empty where it is not."""
    if mix.mute:
        return f"{name}: muted"
    return f"{name}: {written(mix.gain)}" if decibels(mix.gain) <= -SMALLEST_DB else ""


class Mixer(QDialog):
    """The mixer, which stays open beside the window while one works.

    Args:
        wire: what is asked on.
        state: what is shown.
        parent: the window that it belongs to.

    Attributes:
        channels: its lines, by part; the whole is that of MASTER.
        told: why something cannot be done.
    """

    def __init__(self, wire: Wire, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Mixer")
        self._state = state
        self.told = Told("What cannot be done")
        self.told.setForegroundRole(QPalette.ColorRole.BrightText)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        self.channels: dict[str, Channel] = {}
        for row, part in enumerate(NAMES):
            channel = Channel(part, wire, state, self._complain, self)
            self.channels[part] = channel
            for column, widget in enumerate(channel.widgets):
                grid.addWidget(widget, row, column)
        rows = QVBoxLayout(self)
        rows.addLayout(grid)
        rows.addWidget(self.told)
        rows.addStretch(1)
        state.changed.connect(self._hear)
        state.emptied.connect(self._tell)
        self._tell()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """1 to 5 mute a part, with Shift stop it, as on the stage."""
        number = digit(event) if event else 0
        modifiers = Qt.KeyboardModifier
        if event is None or not number or event.modifiers() & ~modifiers.ShiftModifier:
            super().keyPressEvent(event)
            return
        channel = self.channels[list(PARTS)[number - 1]]
        stops = event.modifiers() & modifiers.ShiftModifier
        (channel.stop if stops else channel.mute).click()

    def _complain(self, why: str) -> None:
        self.told.tell(said(why))

    def _hear(self, name: str) -> None:
        if name in ("meters", "device", "trouble"):
            self._tell_levels()
        if name in ("mix", "playing"):
            for channel in self.channels.values():
                channel.follow()
        elif name == "trouble":
            self._tell()

    def _tell(self) -> None:
        self.told.tell(self._state.trouble)
        for channel in self.channels.values():
            channel.follow()
        self._tell_levels()

    def _tell_levels(self) -> None:
        meters, is_heard = self._state.meters, is_audible(self._state)
        for part, channel in self.channels.items():
            if not meters or not is_heard:
                channel.level.rest()
            elif part == MASTER:
                channel.level.tell(meters.master, meters.limiter)
            else:
                channel.level.tell(getattr(meters, part), 1.0)


def is_audible(state: State) -> bool:
    """Whether a sound device is open, so that meters say what is heard now."""
    return state.device is not None and state.device.state == "open" and not state.trouble


class Channel(QObject):
    """A line of the mixer.

    Args:
        part: whose; MASTER for the whole.
        wire: what is asked on.
        state: what is shown.
        complain: is told what was refused, and nothing when something new is asked.
        parent: of this object.

    Attributes:
        fader: the volume.
        volume: the same in dB.
        mute: whether it is muted.
        stop: ends what it plays, on the next bar.
        level: how loud it is.
        widgets: what the line consists of, from left to right.
    """

    def __init__(
        self, part: str, wire: Wire, state: State, complain: Complain, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._part, self._wire, self._state, self._complain = part, wire, state, complain
        self._wanted: float | None = None
        self._is_asked = False
        name = NAMES[part]
        self.name = QLabel(name)
        self.name.setStyleSheet(
            f"border: 0 solid {PARTS.get(part, 'transparent')}; border-left-width: 4px;"
            " padding-left: 6px"
        )
        self.fader = Fader(f"Volume of {name}")
        self.volume = QLabel()
        self.volume.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.volume.setMinimumWidth(self.volume.fontMetrics().horizontalAdvance("-60.0 dB "))
        self.mute, self.stop = QPushButton("Mute"), QPushButton("Stop")
        self.mute.setCheckable(True)
        self._name_buttons()
        self.level = Level()
        self.level.setAccessibleName(f"Level of {name}")
        self.widgets = (self.name, self.fader, self.volume, self.mute, self.stop, self.level)
        self.fader.valueChanged.connect(self._turn)
        self.fader.sliderReleased.connect(self.follow)
        self.mute.clicked.connect(self._turn_mute)
        self.stop.clicked.connect(lambda _: self._ask(Stop))

    def follow(self) -> None:
        """Shows what is so; a fader that is being moved stays where it is."""
        mix = self._state.mix.get(self._part)
        is_there = not self._state.trouble
        if not self._is_asked and not self.fader.isSliderDown():
            gain = mix.gain if mix else 1.0
            with QSignalBlocker(self.fader):
                self.fader.gain = gain
            self._write(gain)
        self.mute.setChecked(bool(mix and mix.mute))
        self.fader.setEnabled(is_there)
        self.mute.setEnabled(is_there)
        plays = any(self._part in (part, MASTER) for part, _ in self._state.playing)
        self.stop.setEnabled(is_there and plays)

    def _turn(self) -> None:
        """Asks for where the fader is; for the last place alone, while an answer is awaited."""
        self._wanted = self.fader.gain
        self._write(self._wanted)
        if not self._is_asked:
            self._send()

    def _send(self) -> None:
        gain, self._wanted = self._wanted, None
        self._is_asked = True
        self._ask(Mix, then=lambda _: self._go_on(), gain=gain)

    def _go_on(self) -> None:
        self._is_asked = False
        if self._wanted is not None:
            self._send()
        else:
            self.follow()

    def _turn_mute(self) -> None:
        wanted = int(self.mute.isChecked())
        self.follow()  # until it is so
        self._ask(Mix, mute=wanted)

    def _ask(self, declared: type[Request[Any]], **named: Any) -> None:
        self._complain("")
        self._wire.ask(declared, part=self._part, otherwise=self._refuse, **named)

    def _refuse(self, why: str) -> None:
        self._is_asked, self._wanted = False, None
        self.follow()
        self._complain(why)

    def _write(self, gain: float) -> None:
        self.volume.setText(written(gain))
        self.fader.setAccessibleDescription(written(gain))

    def _name_buttons(self) -> None:
        what = IN_WORDS.get(self._part, "everything")
        keys = ["", ""]
        if self._part != MASTER:
            number = list(PARTS).index(self._part) + 1
            keys = [f" ({number})", f" (Shift+{number})"]
        for button, does, key in zip(
            (self.mute, self.stop),
            (f"Mutes {what}, and unmutes it", f"Stops {what} on the next bar"),
            keys,
            strict=True,
        ):
            button.setAutoDefault(False)  # Return is for the button in focus
            button.setAccessibleName(f"{button.text()} {what}")
            button.setToolTip(f"{does}{key}")


class Fader(QSlider):
    """A volume, from silence to MOST_DB.

    Args:
        name: for those who cannot see it.
    """

    def __init__(self, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(LEAST_DB * STEPS, MOST_DB * STEPS)
        self.setSingleStep(STEPS // 2)
        self.setPageStep(3 * STEPS)
        self.setMinimumWidth(24 * self.fontMetrics().averageCharWidth())
        self.setAccessibleName(name)
        self.setToolTip(RESET)

    @property
    def gain(self) -> float:
        """The volume as a factor."""
        value = self.value()
        return 10 ** (value / STEPS / 20) if value > self.minimum() else 0.0

    @gain.setter
    def gain(self, gain: float) -> None:
        self.setValue(round(max(LEAST_DB, decibels(gain)) * STEPS))

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: ARG002, N802
        """Back to 0 dB."""
        self.setValue(0)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """0: back to 0 dB."""
        if event and event.key() == Qt.Key.Key_0:
            self.setValue(0)
        else:
            super().keyPressEvent(event)

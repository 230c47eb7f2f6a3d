"""The strip on top: who leads, tempo, bar and beat, what comes next, sound, MIDI and level."""

from typing import Any

from PyQt6.QtCore import QEvent, QRectF, QSize, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PyQt6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from server.player_messages import Panic
from server.protocol import Event, Request
from server.render_messages import CueEvent
from server.transport_messages import SetTransport

from ..look import LOOK, SPACE
from ..qt import Line, plain
from ..said import said
from ..stage.facts import Facts
from ..state import State
from ..wire import Wire
from .mixer import MixButton, is_audible
from .ports import NO_SOUND, DeviceButton, MidiButton
from .server_process import ServerProcess
from .strip_parts import Beats, Field, Level

LEADERS = {"host": "Host", "midi": "MIDI clock", "link": "Link", "internal": "Own clock"}
LED_BY_US = ("internal", "link")
"""Who takes tempo, start and stop from here."""

NO_SERVER = "No server"
NOT_DONE = "Not done"
START, STARTING = "Start the server", "It is being started"
PLAYS, STANDS = "Stops the clock (F7)", "Starts the clock (F7)"
NO_TEMPO = "The tempo must be a number, such as 123.4."
SAID_MS = 8000
"""How long it is shown what was missed or refused."""


class HostStrip(QWidget):
    """What is in time with whom. Where one row is too narrow, sound and MIDI are in a second one.

    Args:
        wire: what is asked on.
        state: what is shown.
        server: what is started where it does not answer; none where it is not known.
    """

    refused = pyqtSignal(str)
    """Something cannot be done; why, in one sentence. For a while it is shown here, too."""

    def __init__(self, wire: Wire, state: State, server: ServerProcess | None = None) -> None:
        super().__init__()
        self._wire, self._state = wire, state
        self._server = server or ServerProcess(parent=self)
        self._facts = Facts(state)
        self._led: object = ""
        self._refusal = ""
        self.play = QPushButton("Play")
        self.play.setCheckable(True)
        self.play.setAccessibleName("Start or stop the clock")
        self.leader = QLabel()
        self.leader.setAccessibleName("Who leads")
        self.leader.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.tempo = Field("Tempo in BPM", "999.99")
        self.metre = Field("Metre", "12/16")
        self.beats = Beats()
        self.coming, self.more = Line("What comes next"), Line("How far that is")
        self.more.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.start = QPushButton(START)
        self.start.hide()
        self.device = DeviceButton(wire, state)
        self.midi = MidiButton(wire, state)
        self.mix = MixButton(state)
        self.level = Level()
        self.panic = QPushButton("Panic")
        self.panic.setToolTip("Silences everything at once")
        self._said = QTimer(self)
        self._said.setSingleShot(True)
        self._said.setInterval(SAID_MS)
        self._said.timeout.connect(self._forget_said)
        self._lay_out()
        self.play.clicked.connect(self._turn)
        self.tempo.typed.connect(self._set_tempo)
        self.metre.typed.connect(lambda metre: self._ask(SetTransport, metre=metre))
        self.start.clicked.connect(lambda _: self._server.start())
        self._server.changed.connect(self._tell_start)
        self._server.failed.connect(self._refuse)
        wire.welcomed.connect(lambda _: self._server.settle())
        self.device.refused.connect(self._refuse)
        self.midi.refused.connect(self._refuse)
        self.panic.clicked.connect(lambda _: self._ask(Panic))
        state.changed.connect(self._hear)
        state.job_changed.connect(self._tell_coming)
        state.emptied.connect(self._facts.forget)
        wire.told.connect(self._take)
        self._tell_all()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._fold()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        """Has as many rows as its text wants."""
        super().changeEvent(event)
        if event and event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self._fold)

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        widest = max(half.minimumSizeHint().width() for half in (self._time, self._sound))
        return QSize(widest + 2 * SPACE, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, D102, N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(LOOK.colours.line))
        painter.setBrush(QColor(LOOK.colours.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), SPACE, SPACE)

    def _fold(self) -> None:
        """Takes one row or two."""
        wanted = sum(half.sizeHint().width() for half in (self._time, self._sound))
        directions = QBoxLayout.Direction
        is_wide = wanted + 3 * SPACE <= self.width()
        direction = directions.LeftToRight if is_wide else directions.TopToBottom
        if direction != self._rows.direction():
            self._rows.setDirection(direction)
            self.updateGeometry()

    # What is asked.

    def _turn(self) -> None:
        now = self._state.transport
        self.play.setChecked(bool(now and now.playing))  # until it is so
        if now:
            self._ask(SetTransport, playing=0 if now.playing else 1)

    def _set_tempo(self, typed: str) -> None:
        try:
            self._ask(SetTransport, bpm=float(typed.replace(",", ".")))
        except ValueError:
            self._refuse(NO_TEMPO)

    def _ask(self, declared: type[Request[Any]], **named: Any) -> None:
        self._forget_said()
        self._wire.ask(declared, otherwise=self._refuse, **named)

    def _refuse(self, why: str) -> None:
        self._refusal, self._led = why, ""  # what was typed is to be what it was
        self._said.start()
        self._tell_transport()
        self._tell_coming()
        self.refused.emit(why)

    def _forget_said(self) -> None:
        self._said.stop()
        self._refusal, self._facts.missed = "", None
        self._tell_coming()

    # What is told.

    def _hear(self, name: str) -> None:
        if name == "meters":
            self._tell_level()
        elif name == "transport":
            self._facts.follow()
            self._tell_transport()
            self._tell_place()
        elif name == "device":
            self._tell_level()
            self._tell_coming()
        elif name in ("cues", "playing"):
            self._tell_coming()
        elif name == "trouble":
            self._tell_all()

    def _take(self, event: Event) -> None:
        if self._facts.hear(event):
            if isinstance(event, CueEvent):
                self._refusal = ""
                self._said.start()
            self._tell_place()
            self._tell_coming()

    def _tell_all(self) -> None:
        is_there = not self._state.trouble
        for button in (self.device, self.midi, self.panic):
            button.setEnabled(is_there)
        self._tell_start()
        self._tell_transport()
        self._tell_place()
        self._tell_coming()
        self._tell_level()

    def _tell_start(self) -> None:
        """Offers to start a server where one has been sought in vain, on this machine."""
        is_starting = self._server.is_starting
        is_offered = is_starting or (bool(self._wire.why_not) and self._server.can_start)
        self.start.setVisible(is_offered and bool(self._state.trouble))
        self.start.setEnabled(not is_starting)
        self.start.setText(STARTING if is_starting else START)

    def _tell_transport(self) -> None:
        now = self._state.transport
        led = (now.leader, now.reason, now.bpm, now.metre, now.playing) if now else None
        if led == self._led:
            return
        self._led = led
        leader, plays = now.leader if now else "", bool(now and now.playing)
        name = LEADERS.get(leader, leader)
        elsewhere = f"{name} leads: set it there." if now else NO_SERVER
        self.leader.setText(name or NO_SERVER)
        self.leader.setToolTip(plain(now.reason if now else self._state.trouble))
        self.tempo.tell(f"{now.bpm:.2f}" if now else "")
        self.metre.tell(now.metre if now else "")
        self.tempo.allow(leader in LED_BY_US, elsewhere)
        self.metre.allow(leader not in ("", "host"), elsewhere)
        self.play.setText("Stop" if plays else "Play")
        self.play.setChecked(plays)
        self.play.setEnabled(leader in LED_BY_US)
        here = PLAYS if plays else STANDS
        self.play.setToolTip(here if self.play.isEnabled() else elsewhere)

    def _tell_place(self) -> None:
        is_known = self._state.transport is not None
        place = self._facts.place if is_known else None
        self.beats.tell(place, self._facts.count, is_known and self._facts.plays)

    def _tell_level(self) -> None:
        meters = self._state.meters
        if meters and is_audible(self._state):
            self.level.tell(meters.master, meters.limiter)
        else:
            self.level.rest()

    def _tell_coming(self) -> None:
        coming = self._facts.coming
        above, below = f"{coming.count} {coming.unit}: {coming.words}", coming.more
        if self._refusal:
            above, below = NOT_DONE, said(self._refusal)
        elif coming.missed:
            above = coming.words
        elif not coming.count:
            above, below = (NO_SOUND, self._silence) if self._silence else ("", "")
        is_bad = above in (NOT_DONE, NO_SOUND) or coming.missed
        roles = QPalette.ColorRole
        self.coming.setForegroundRole(roles.BrightText if is_bad else roles.WindowText)
        self.coming.tell(above)
        self.more.tell(below)

    @property
    def _silence(self) -> str:
        """Why there is no sound; empty where there is, or could be."""
        device = self._state.device
        return device.trouble if device and not self._state.trouble else ""

    def _lay_out(self) -> None:
        self._time, self._sound = QWidget(), QWidget()
        led = QGridLayout()
        led.setHorizontalSpacing(SPACE // 2)
        led.setVerticalSpacing(0)
        led.addWidget(self.leader, 0, 0, 1, 3)
        unit = QLabel("BPM")
        unit.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for column, field in enumerate((self.tempo, unit, self.metre)):
            led.addWidget(field, 1, column)
        comes = QVBoxLayout()
        comes.setSpacing(0)
        comes.addWidget(self.coming)
        comes.addWidget(self.more)
        time = QHBoxLayout(self._time)
        time.addWidget(self.play)
        time.addLayout(led)
        time.addWidget(self.beats)
        time.addLayout(comes, 1)
        time.addWidget(self.start)
        sound = QHBoxLayout(self._sound)
        for widget in (self.device, self.midi, self.mix, self.level, self.panic):
            sound.addWidget(widget)
        sound.insertStretch(2, 1)
        for half in (time, sound):
            half.setContentsMargins(0, 0, 0, 0)
            half.setSpacing(SPACE)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        self._rows.setSpacing(SPACE)
        self._rows.addWidget(self._time, 1)
        self._rows.addWidget(self._sound)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

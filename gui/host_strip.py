"""The strip on top: who leads, tempo, bar and beat, the sound device, level, and the countdown."""

from PyQt6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from server.player_messages import Panic
from server.render_messages import CueEvent
from server.transport_messages import SetTransport

from .state import State
from .wire import Wire

LEADERS = {"host": "Host", "midi": "MIDI clock", "link": "Link", "internal": "Own clock"}


class HostStrip(QWidget):
    """What is in time with whom.

    Args:
        wire: what is asked on.
        state: what is shown.
    """

    def __init__(self, wire: Wire, state: State) -> None:
        super().__init__()
        self._wire, self._state = wire, state
        self.leader = _label("Who leads")
        self.tempo = _label("Tempo")
        self.place = _label("Bar and beat")
        self.cue = _label("Bars until the next loop that is wanted on a bar")
        self.device = _label("Sound device")
        self.level = QProgressBar()
        self.level.setRange(0, 100)
        self.level.setTextVisible(False)
        self.level.setFixedWidth(90)
        self.level.setAccessibleName("Level")
        self.play = QPushButton("Play")
        self.play.setAccessibleName("Start or stop the server's own clock")
        self.play.clicked.connect(self._turn)
        self.panic = QPushButton("Panic")
        self.panic.setToolTip("Silences everything at once")
        self.panic.clicked.connect(lambda: wire.ask(Panic))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.leader, self.tempo, self.place, self.play):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.cue)
        row.addWidget(self.device)
        row.addWidget(self.level)
        row.addWidget(self.panic)
        state.changed.connect(self._show)
        for name in ("transport", "device", "meters", "cues"):
            self._show(name)

    def _show(self, name: str) -> None:
        if name == "transport":
            self._show_transport()
        elif name == "device":
            self._show_device()
        elif name == "meters":
            meters = self._state.meters
            self.level.setValue(min(100, round(100 * meters.master)) if meters else 0)
        elif name == "cues":
            self.cue.setText(_countdown(list(self._state.cues.values())))

    def _show_transport(self) -> None:
        now = self._state.transport
        self.leader.setText(LEADERS.get(now.leader, now.leader) if now else "No server")
        self.leader.setToolTip(now.reason if now else self._state.trouble)
        self.tempo.setText(f"{now.bpm:.2f} BPM, {now.metre}" if now else "")
        self.place.setText(f"{now.bar} . {int(now.beat)}" if now else "")
        self.play.setText("Stop" if now and now.playing else "Play")
        self.play.setEnabled(now is not None and now.leader in ("internal", "link"))

    def _show_device(self) -> None:
        device = self._state.device
        if device is None or device.state == "closed":
            self.device.setText("Sound: when it is needed")
        elif device.state == "open":
            lost = f", {device.underruns} underruns" if device.underruns else ""
            self.device.setText(f"{device.name}, {device.rate / 1000:g} kHz{lost}")
        else:
            self.device.setText("No sound")
        self.device.setToolTip(device.trouble if device else "")

    def _turn(self) -> None:
        now = self._state.transport
        if now:
            self._wire.ask(SetTransport, playing=0 if now.playing else 1)


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setAccessibleName(name)
    return label


def _countdown(cues: list[CueEvent]) -> str:
    if not cues:
        return ""
    first = min(cues, key=lambda cue: cue.bars_left)
    return f"{first.part} in {first.bars_left:.1f} bars ({first.state})"

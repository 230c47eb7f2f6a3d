"""The scene: a picture and a sentence, and what else a loop is asked for with."""

import secrets
from dataclasses import replace

from PyQt6.QtCore import QSignalBlocker
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from melfusion.request import PARTS, RenderRequest, RequestError
from server.protocol import Render, RenderScene

from .picture import Picture
from .qt import decimal, slider, whole
from .state import State
from .wire import Wire

SEEDS = 2**31 - 1
METRES = ("4/4", "3/4", "6/8", "5/4", "7/8", "12/8", "2/4")
NEXT_BARS = 2
"""A loop that is to play is wanted so many bars after the one that runs."""


class Scene(QWidget):
    """What is asked for; the buttons ask for it.

    Args:
        wire: what is asked on.
        state: who leads is read off it.
    """

    def __init__(self, wire: Wire, state: State) -> None:
        super().__init__()
        self._wire, self._state = wire, state
        self.picture = Picture()
        self.words = QPlainTextEdit()
        self.words.setPlaceholderText("What should it sound like? Warm house with soft chords")
        self.words.setTabChangesFocus(True)
        self.words.setMaximumHeight(70)
        self.words.setAccessibleName("Words")
        self.part = QComboBox()
        self.part.addItems(["full", *PARTS])
        self.bars = whole(1, 64, 4)
        self.key = QLineEdit()
        self.key.setPlaceholderText("drawn; Am, F# dorian ...")
        self.chords = QLineEdit()
        self.chords.setPlaceholderText("drawn; Am F C G ...")
        self.follows = QCheckBox("as the host")
        self.follows.setChecked(True)
        self.tempo = decimal(20, 300, 120, 1, 3)
        self.metre = QComboBox()
        self.metre.addItems(METRES)
        self.metre.setEditable(True)
        self.strength = slider(0, 100, 100)
        self.guidance = decimal(0, 10, 0, 0.5, 2)
        self.guidance.setSpecialValueText("as suits the model")
        self.seed = whole(0, SEEDS, secrets.randbelow(SEEDS))
        self.seed_lock = QCheckBox("keep")
        self.render_one = QPushButton("Render")
        self.render_and_play = QPushButton("Render and play")
        self.render_parts = QPushButton("Render all parts")
        self.trouble = QLabel()
        self.trouble.setWordWrap(True)
        self.trouble.setAccessibleName("What is wrong with the request")
        self._lay_out()
        self.picture.refused.connect(self.trouble.setText)
        self.picture.changed.connect(lambda _: self.trouble.clear())
        self.words.textChanged.connect(self.trouble.clear)
        self.render_one.clicked.connect(lambda: self.ask())
        self.render_and_play.clicked.connect(lambda: self.ask(plays=True))
        self.render_parts.clicked.connect(self.ask_parts)
        self.follows.toggled.connect(self._follow)
        state.changed.connect(self._hear)
        self._follow()

    @property
    def request(self) -> RenderRequest:
        """What the fields say.

        Raises:
            RequestError: something in them is not to be rendered.
        """
        return RenderRequest.check(
            {
                "prompt": self.words.toPlainText().strip(),
                "image": self.picture.path,
                "part": self.part.currentText(),
                "bars": self.bars.value(),
                "bpm": self.tempo.value(),
                "metre": self.metre.currentText(),
                "key": self.key.text().strip(),
                "chords": self.chords.text().strip(),
                "image_strength": self.strength.value() / 100,
                "guidance": self.guidance.value(),
                "seed": self.seed.value(),
            }
        )

    def recall(self, request: RenderRequest) -> None:
        """Fills the fields with what a clip was asked for with; its seed is kept."""
        self.words.setPlainText(request.prompt)
        self.picture.choose(request.image)
        self.part.setCurrentText(request.part)
        self.bars.setValue(request.bars)
        self.follows.setChecked(False)
        self.tempo.setValue(request.bpm)
        self.metre.setCurrentText(request.metre)
        self.key.setText(request.key)
        self.chords.setText(request.chords)
        self.strength.setValue(round(100 * request.image_strength))
        self.guidance.setValue(request.guidance)
        self.seed.setValue(request.seed)
        self.seed_lock.setChecked(True)

    def ask(self, *, plays: bool = False) -> None:
        """Has the loop rendered, and on request played two bars on or as soon as it can be."""
        if request := self._checked():
            self._wire.ask(
                Render,
                request=request,
                job=secrets.token_hex(8),
                sync=int(plays or self.follows.isChecked()),
                in_bars=NEXT_BARS if plays else 0,
                otherwise=self.trouble.setText,
            )
            self._asked()

    def ask_parts(self) -> None:
        """Has drums, bass, chords and lead of the scene rendered, one after the other."""
        if request := self._checked():
            self._wire.ask(
                RenderScene,
                request=replace(request, part="full"),
                scene=secrets.token_hex(8),
                sync=int(self.follows.isChecked()),
                otherwise=self.trouble.setText,
            )
            self._asked()

    def _checked(self) -> RenderRequest | None:
        try:
            return self.request
        except RequestError as error:
            self.trouble.setText(str(error))
            return None

    def _asked(self) -> None:
        self.trouble.clear()
        if not self.seed_lock.isChecked():
            self.seed.setValue(secrets.randbelow(SEEDS))

    def _hear(self, name: str) -> None:
        if name == "transport":
            self._follow()

    def _follow(self, *_: object) -> None:
        """Where the host is followed, its tempo and metre are shown and cannot be typed over."""
        follows, now = self.follows.isChecked(), self._state.transport
        for field in (self.tempo, self.metre):
            field.setEnabled(not follows)
        if follows and now:
            with QSignalBlocker(self.tempo), QSignalBlocker(self.metre):
                self.tempo.setValue(now.bpm)
                self.metre.setCurrentText(now.metre)

    def _lay_out(self) -> None:
        form = QFormLayout()
        seed = QHBoxLayout()
        seed.addWidget(self.seed, 1)
        seed.addWidget(self.seed_lock)
        tempo = QHBoxLayout()
        tempo.addWidget(self.tempo, 1)
        tempo.addWidget(self.follows)
        fields: dict[str, tuple[QWidget, QHBoxLayout | None]] = {
            "&Part": (self.part, None),
            "&Bars": (self.bars, None),
            "&Key": (self.key, None),
            "&Chords": (self.chords, None),
            "&Tempo": (self.tempo, tempo),
            "&Metre": (self.metre, None),
            "Picture &strength": (self.strength, None),
            "&Guidance": (self.guidance, None),
            "S&eed": (self.seed, seed),
        }
        for name, (field, row) in fields.items():
            label = QLabel(name)
            label.setBuddy(field)
            field.setAccessibleName(name.replace("&", ""))
            if row:
                form.addRow(label, row)
            else:
                form.addRow(label, field)
        buttons = QHBoxLayout()
        for button in (self.render_one, self.render_and_play, self.render_parts):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture, 1)
        column.addWidget(self.words)
        column.addLayout(form)
        column.addLayout(buttons)
        column.addWidget(self.trouble)

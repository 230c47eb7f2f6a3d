"""The fields of a scene beside its picture and words: part, bars, key, tempo, seed and the like."""

import secrets
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QGridLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from melfusion.music import MODES, PITCH_NAMES
from melfusion.request import PARTS, SEEDS
from server.transport_messages import TransportEvent

from ..qt import decimal, slider, whole
from .model_choice import ModelChoice
from .saved_scene import SavedScene

METRES = ("4/4", "3/4", "6/8", "5/4", "7/8", "12/8", "2/4")
USUAL_MODES = ("minor", "major")
KEYS = [
    f"{tonic} {mode}"
    for mode in (*USUAL_MODES, *(mode for mode in MODES if mode not in USUAL_MODES))
    for tonic in PITCH_NAMES
]
"""Offered while a key is typed; any other that can be read may be typed too."""

STRENGTH = "How much the picture counts beside the words; 0 % is the words alone"
NO_PICTURE = "There is no picture that could count"
GUIDANCE = "How closely words and picture are followed: more is closer, less is freer"
KEY = "Such as Am or F# dorian; left empty, it fits the chords or is drawn by the seed"
SEEN = (
    "What the model is told of the picture, since it hears words alone; put it right as you like."
    " Left empty, it is found when rendering"
)
CHORDS = "Such as Am F C G; left empty, they are drawn by the seed"

TEMPO_DIGITS, GUIDANCE_DIGITS, SHARE_DIGITS = 3, 2, 2


class Form(QWidget):
    """The fields."""

    changed = pyqtSignal()
    """A field was changed by the user."""

    def __init__(self) -> None:
        super().__init__()
        self._fills = False
        self._given = SavedScene()
        self.part = QComboBox()
        self.part.addItems(["full", *PARTS])
        self.bars = whole(1, 64, 4)
        self.key = QLineEdit()
        self.key.setPlaceholderText("drawn")
        self.key.setToolTip(KEY)
        completer = QCompleter(KEYS, self.key)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.key.setCompleter(completer)
        self.chords = QLineEdit()
        self.chords.setPlaceholderText("drawn")
        self.chords.setToolTip(CHORDS)
        self.tempo = decimal(20, 300, 120, 1, TEMPO_DIGITS)
        self.follows = QCheckBox("as the host")
        self.metre = QComboBox()
        self.metre.addItems(METRES)
        self.metre.setEditable(True)
        self.strength = slider(0, 100, 100)
        self.strength_shown = QLabel("100 %")
        self.guidance = decimal(0, 10, 0, 0.5, GUIDANCE_DIGITS)
        self.guidance.setSpecialValueText("as suits the model")
        self.guidance.setToolTip(GUIDANCE)
        self.seed = whole(0, SEEDS - 1, 0)
        self.seed_lock = QCheckBox("keep")
        self.model = ModelChoice()
        self.seen = QLineEdit()
        self.seen.setPlaceholderText("found when rendering")
        self.seen.setToolTip(SEEN)
        self._lay_out()
        for changed in (
            self.part.currentTextChanged, self.bars.valueChanged, self.key.textChanged,
            self.chords.textChanged, self.tempo.valueChanged, self.follows.toggled,
            self.metre.currentTextChanged, self.strength.valueChanged, self.guidance.valueChanged,
            self.seed.valueChanged, self.seed_lock.toggled, self.model.currentIndexChanged,
            self.seen.textChanged,
        ):  # fmt: skip
            changed.connect(self._change)

    @property
    def fields(self) -> dict[str, QWidget]:
        """What a number or word is set with, by the name that a RenderRequest has for it."""
        return {
            "part": self.part, "bars": self.bars, "bpm": self.tempo, "metre": self.metre,
            "key": self.key, "chords": self.chords, "image_strength": self.strength,
            "guidance": self.guidance, "seed": self.seed, "model": self.model,
            "image_words": self.seen,
        }  # fmt: skip

    @property
    def asked(self) -> dict[str, Any]:
        """What the fields say, by the names that a RenderRequest has for it.

        A number that was not changed is what it was filled with, however little of it is shown.
        """
        given = self._given
        return {
            "part": self.part.currentText(),
            "bars": self.bars.value(),
            "bpm": _exact(self.tempo.value(), given.bpm, TEMPO_DIGITS),
            "metre": self.metre.currentText(),
            "key": self.key.text().strip(),
            "chords": self.chords.text().strip(),
            "image_strength": _exact(
                self.strength.value() / 100, given.image_strength, SHARE_DIGITS
            ),
            "guidance": _exact(self.guidance.value(), given.guidance, GUIDANCE_DIGITS),
            "seed": self.seed.value(),
            "model": self.model.name,
            "image_words": self.seen.text().strip(),
        }

    @property
    def kept(self) -> dict[str, Any]:
        """The same, by the names that a SavedScene has for it."""
        locks = {"follows": self.follows.isChecked(), "seed_lock": self.seed_lock.isChecked()}
        return self.asked | locks

    def fill(self, scene: SavedScene) -> None:
        """Shows what a scene holds; a field that says it already is left as it is."""
        self._fills = True
        self._given = scene
        self.part.setCurrentText(scene.part)
        self.bars.setValue(scene.bars)
        self.model.choose(scene.model)
        typed = (
            (self.key, scene.key), (self.chords, scene.chords), (self.seen, scene.image_words)
        )  # fmt: skip
        for field, text in typed:
            if field.text() != text:
                field.setText(text)
        self.tempo.setValue(scene.bpm)
        self.follows.setChecked(scene.follows)
        self._show_metre(scene.metre)
        self.strength.setValue(round(100 * scene.image_strength))
        self.guidance.setValue(scene.guidance)
        self.seed.setValue(scene.seed)
        self.seed_lock.setChecked(scene.seed_lock)
        self._fills = False
        self._show()

    def follow(self, now: TransportEvent | None) -> None:
        """Shows the host's tempo and metre, where it is followed; that is no change of the user's.

        Args:
            now: what leads; None where that is not known.
        """
        if self.follows.isChecked() and now:
            self._fills = True
            bpm = min(max(now.bpm, self.tempo.minimum()), self.tempo.maximum())
            self._given = replace(self._given, bpm=bpm)
            self.tempo.setValue(bpm)
            self._show_metre(now.metre)
            self._fills = False

    def heed_picture(self, is_there: bool) -> None:
        """Has the picture's strength set where there is a picture, and only there.

        What is seen in it is shown where the model is told that.
        """
        for line in (self.seen, self._seen_label):
            line.setVisible(is_there and self.model.is_told)
        for field in (self.strength, self.strength_shown):
            field.setEnabled(is_there)
            field.setToolTip(STRENGTH if is_there else NO_PICTURE)

    def draw_seed(self) -> None:
        """Takes another seed, unless it is kept."""
        if not self.seed_lock.isChecked():
            self.seed.setValue(secrets.randbelow(SEEDS))

    def _show_metre(self, metre: str) -> None:
        if self.metre.currentText() != metre:
            self.metre.setCurrentText(metre)

    def _change(self, *_: object) -> None:
        self._show()
        if not self._fills:
            self.changed.emit()

    def _show(self) -> None:
        self.strength_shown.setText(f"{self.strength.value()} %")
        for field in (self.tempo, self.metre):
            field.setEnabled(not self.follows.isChecked())

    def _lay_out(self) -> None:
        self.follows.setAccessibleName("Tempo and metre as the host")
        self.seed_lock.setAccessibleName("Keep the seed")
        form = QGridLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setColumnStretch(1, 3)
        form.setColumnStretch(3, 2)
        places: list[tuple[str, QWidget, int, int, int]] = [
            ("Par&t", self.part, 0, 0, 1),
            ("&Bars", self.bars, 0, 2, 1),
            ("&Key", self.key, 1, 0, 1),
            ("&Metre", self.metre, 1, 2, 1),
            ("&Chords", self.chords, 2, 0, 3),
            ("Temp&o", self.tempo, 3, 0, 1),
            ("Pict&ure strength", self.strength, 4, 0, 2),
            ("&Guidance", self.guidance, 5, 0, 3),
            ("S&eed", self.seed, 6, 0, 1),
            ("Model", self.model, 7, 0, 3),
            ("I&n the picture", self.seen, 8, 0, 3),
        ]
        for name, field, row, at, span in places:
            label = QLabel(name)
            label.setBuddy(field)
            field.setAccessibleName(name.replace("&", ""))
            form.addWidget(label, row, at)
            form.addWidget(field, row, at + 1, 1, span)
            if field is self.seen:
                self._seen_label = label
        form.addWidget(self.follows, 3, 2, 1, 2)
        form.addWidget(self.strength_shown, 4, 3)
        form.addWidget(self.seed_lock, 6, 2, 1, 2)


def _exact(shown: float, given: float, digits: int) -> float:
    """The number that a field was given, where it shows that still in so many digits."""
    return given if abs(given - shown) <= 0.5001 * 10**-digits else shown

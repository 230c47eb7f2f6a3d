"""Two scenes crossfaded: what is rendered next lies between them, or what plays goes over."""

from typing import Any

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..qt import slider, whole
from .scenes import SavedScene, Scenes

THIN = 8
"""Height of the progress bar, in pixels."""

NOTHING = "no other scene"
ALONE = "There is one scene only: make another with New, and this one can go over to it."
NOWHERE = "Choose the scene to go towards first."
BLANK = "“{}” has neither words nor a picture yet: give it one of them first."
MIXED = "How much of the other scene is heard in what is rendered next"
WAY = "Has what plays go over to the other scene, take by take, within these bars"


class Blend(QWidget):
    """The way from the current scene to another one.

    Args:
        scenes: the current one, and those that it can go towards.
    """

    go = pyqtSignal(str, str, int)
    """What plays is to go there: the words and the picture's path of a scene, and bars to take."""

    def __init__(self, scenes: Scenes) -> None:
        super().__init__()
        self._scenes = scenes
        self.towards = QComboBox()
        self.towards.setAccessibleName("Scene to go towards")
        self.towards.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.amount = slider(0, 100, 0)
        self.amount.setPageStep(10)
        self.amount.setAccessibleName("How far to go towards it, in per cent")
        self.share = QLabel()
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.share.setMinimumWidth(self.share.fontMetrics().horizontalAdvance("100 % "))
        self.bars = whole(1, 9999, 16)
        self.bars.setSuffix(" bars")
        self.bars.setAccessibleName("Bars that the way takes")
        self.go_there = QPushButton("Go there")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(THIN)
        self.progress.setAccessibleName("How far what plays has gone")
        self.told = QLabel()
        for shown in (self.progress, self.told):
            shown.hide()
        self._lay_out()
        self.towards.currentIndexChanged.connect(self._tell)
        self.amount.valueChanged.connect(self._tell)
        self.go_there.clicked.connect(self._go)
        for listed in (
            scenes.rowsInserted,
            scenes.rowsRemoved,
            scenes.rowsMoved,
            scenes.dataChanged,
            scenes.modelReset,
            scenes.chosen,
        ):
            listed.connect(lambda *_: self._list())
        self._list()

    @property
    def chosen(self) -> SavedScene | None:
        """The scene to go towards, if one is chosen."""
        id = self.towards.currentData()
        return self._scenes.all[self._scenes.row(id)] if id else None

    @property
    def options(self) -> dict[str, Any]:
        """What a RenderRequest is to say of it; empty where there is nothing to blend with."""
        other, blend = self.chosen, self.amount.value() / 100
        if other is None or other.is_blank or not blend:
            return {}
        return {"to_prompt": other.prompt.strip(), "to_image": other.image, "blend": blend}

    def show_progress(self, blend: float, parts: str) -> None:
        """Shows how far what plays has gone.

        Args:
            blend: 0-1.
            parts: those that go, with spaces between; empty when it has ended.
        """
        for shown in (self.progress, self.told):
            shown.setVisible(bool(parts and blend))
            shown.setToolTip(f"On the way: {', '.join(parts.split())}")
        self.progress.setValue(round(100 * blend))
        self.told.setText(f"{round(100 * blend)} % of the way")

    def _list(self) -> None:
        """Shows the other scenes; the one that was chosen stays so while it is among them."""
        before, current = self.towards.currentData(), self._scenes.current.id
        with QSignalBlocker(self.towards):
            self.towards.clear()
            self.towards.addItem(NOTHING, "")
            for scene in self._scenes.all:
                if scene.id != current:
                    self.towards.addItem(scene.title, scene.id)
            self.towards.setCurrentIndex(max(0, self.towards.findData(before)))
        self._tell()

    def _tell(self) -> None:
        """Shows what can be done, and where something cannot, why."""
        other = self.chosen
        lacks = BLANK.format(other.title) if other and other.is_blank else ""
        lacks = lacks or ("" if other else NOWHERE)
        alone = ALONE if self.towards.count() == 1 else ""
        self.setEnabled(not alone)
        self.setToolTip(alone)
        for field, does in ((self.amount, MIXED), (self.bars, WAY), (self.go_there, WAY)):
            field.setEnabled(not lacks)
            field.setToolTip(alone or lacks or does)
        self.towards.setToolTip(alone or "The scene to go towards")
        self.share.setText(f"{self.amount.value()} %")

    def _go(self) -> None:
        other = self.chosen
        if other:
            self.go.emit(other.prompt.strip(), other.image, self.bars.value())

    def _lay_out(self) -> None:
        name = QLabel("To&wards")
        name.setBuddy(self.towards)
        above, below, way = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        above.addWidget(name)
        above.addWidget(self.towards, 1)
        above.addWidget(self.bars)
        above.addWidget(self.go_there)
        below.addWidget(self.amount, 1)
        below.addWidget(self.share)
        way.addWidget(self.progress, 1)
        way.addWidget(self.told)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(above)
        column.addLayout(below)
        column.addLayout(way)

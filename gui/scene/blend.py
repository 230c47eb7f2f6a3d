"""Two scenes crossfaded: what is rendered next lies between them, or what plays goes over."""

from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QModelIndex, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QVBoxLayout,
    QWidget,
)

from ..qt import plain, slider, there, whole
from .saved_scene import OWN, SavedScene
from .scenes import Scenes

THIN = 8
"""Height of the progress bar, in pixels."""

INSET = 2
"""Pixels that a list's line keeps free at its ends."""

NOTHING = "no other scene"
ITS_OWN = "its own other scene"
ALONE = "There is one scene only: make another with New, and this one can go over to it."
NOWHERE = "Choose the scene to go towards first."
BLANK = "“{}” has neither words nor a picture yet: give it one of them first."
MIXED = "How much of the other scene is heard in what is rendered next"
WAY = "Has what plays go over to the other scene, take by take, within these bars"
GO, STAY = "Go there", "Stay here"
STAYS = "What plays stays as it is from now on"


class _Towards(QComboBox):
    """A list whose chosen line is elided where it is too long."""

    def initStyleOption(self, option: QStyleOptionComboBox | None) -> None:  # noqa: N802
        super().initStyleOption(option)
        shown, kinds = there(option), QStyle.SubControl
        room = there(self.style()).subControlRect(
            QStyle.ComplexControl.CC_ComboBox, shown, kinds.SC_ComboBoxEditField, self
        )
        shown.currentText = self.fontMetrics().elidedText(
            shown.currentText, Qt.TextElideMode.ElideRight, room.width() - INSET
        )


class Blend(QWidget):
    """The way from the current scene to another one, which the current scene keeps.

    Args:
        scenes: the current one, and those that it can go towards.
    """

    go = pyqtSignal(str, str, int)
    """What plays is to go there: the words and the picture's path of a scene, and bars to take."""

    stay = pyqtSignal()
    """What plays is to stay as it is."""

    def __init__(self, scenes: Scenes) -> None:
        super().__init__()
        self._scenes = scenes
        self._is_on_the_way = False
        self.towards = _Towards()
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
        self.go_there = QPushButton(GO)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(THIN)
        self.progress.setAccessibleName("How far what plays has gone")
        self.told = QLabel()
        for shown in (self.progress, self.told):
            policy = shown.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            shown.setSizePolicy(policy)
            shown.hide()
        self._lay_out()
        self.towards.currentIndexChanged.connect(self._choose)
        self.amount.valueChanged.connect(self._mix)
        self.go_there.clicked.connect(self._press)
        for listed in (scenes.rowsInserted, scenes.rowsRemoved, scenes.rowsMoved, scenes.chosen):
            listed.connect(lambda *_: self._list())
        scenes.dataChanged.connect(self._rename)
        self._list()

    @property
    def chosen(self) -> SavedScene | None:
        """The scene to go towards, if one is chosen."""
        current, id = self._scenes.current, self.towards.currentData()
        if id == OWN:
            return SavedScene(id=OWN, prompt=current.to_prompt, image=current.to_image)
        return self._scenes.find(id)

    @property
    def options(self) -> dict[str, Any]:
        """What a RenderRequest is to say of it; empty where there is nothing to blend with."""
        other, blend = self.chosen, self._scenes.current.blend
        if other is None or other.is_blank or not blend:
            return {}
        # A scene's own was rendered with as it is.
        prompt = other.prompt if other.id == OWN else other.prompt.strip()
        return {"to_prompt": prompt, "to_image": other.image, "blend": blend}

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
        self._is_on_the_way = bool(parts)
        self._tell()

    def _list(self) -> None:
        """Shows what the current scene can go towards, and how far it goes where."""
        current = self._scenes.current
        with QSignalBlocker(self.towards):
            self.towards.clear()
            self.towards.addItem(NOTHING, "")
            if current.to_prompt.strip() or current.to_image:
                self.towards.addItem(ITS_OWN, OWN)
            for scene in self._scenes.all:
                if scene.id != current.id:
                    self.towards.addItem(scene.title, scene.id)
        self._show()

    def _rename(self, changed: QModelIndex) -> None:
        """Shows what has become of one scene."""
        scene = self._scenes.all[changed.row()]
        if scene.id == self._scenes.current.id:
            self._show()
            return
        row = self.towards.findData(scene.id)
        if self.towards.itemText(row) != scene.title:
            self.towards.setItemText(row, scene.title)
        self._tell()

    def _show(self) -> None:
        current = self._scenes.current
        with QSignalBlocker(self.towards), QSignalBlocker(self.amount):
            # One that has been removed may be had back.
            self.towards.setCurrentIndex(max(0, self.towards.findData(current.towards)))
            if self.amount.value() != round(100 * current.blend):
                self.amount.setValue(round(100 * current.blend))
        self._tell()

    def _choose(self) -> None:
        towards = self.towards.currentData()
        self._scenes.replace(replace(self._scenes.current, towards=towards))

    def _mix(self, percent: int) -> None:
        self._scenes.replace(replace(self._scenes.current, blend=percent / 100))

    def _tell(self) -> None:
        """Shows what can be done, and where something cannot, why."""
        other = self.chosen
        lacks = BLANK.format(other.title) if other and other.is_blank else ""
        lacks = lacks or ("" if other else NOWHERE)
        alone = ALONE if self.towards.count() == 1 else ""
        self.setToolTip(alone)
        for field, does in ((self.amount, MIXED), (self.bars, WAY), (self.go_there, WAY)):
            field.setEnabled(not lacks)
            field.setToolTip(alone or plain(lacks) or does)
        self.towards.setEnabled(not alone)
        going = f"The scene to go towards: {other.title}" if other else "The scene to go towards"
        self.towards.setToolTip(alone or plain(going))
        self.share.setText(f"{self.amount.value()} %")
        self.go_there.setText(STAY if self._is_on_the_way else GO)
        if self._is_on_the_way:
            self.go_there.setEnabled(True)
            self.go_there.setToolTip(STAYS)

    def _press(self) -> None:
        other = self.chosen
        if self._is_on_the_way:
            self.stay.emit()
        elif other:
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

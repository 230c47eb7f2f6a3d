"""The scenes that are kept: their list, which of them is open, and when they are saved."""

import logging
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from PyQt6.QtCore import (
    Q_ARG,
    QAbstractListModel,
    QMetaObject,
    QModelIndex,
    QObject,
    QStandardPaths,
    Qt,
    QTimer,
    pyqtSignal,
)

from .saved_scene import SavedScene, new_id
from .scene_file import DamagedError, SceneFile

__all__ = ["SCENE", "SavedScene", "Scenes"]

SAVE_MS = 500
"""How long after the last change the file is written."""

RETRY_MS = 4000
"""How long after it could not be written that is tried again."""

PATIENCE_MS = 2000
"""How long another window that is writing is waited for at the end."""

NOT_SAVED = "The scenes are not saved"

SCENE = Qt.ItemDataRole.UserRole
"""The role under which a row gives its SavedScene."""

logger = logging.getLogger(__name__)


class Scenes(QAbstractListModel):
    """All scenes, in their order, as a model of Qt's. One is current, and there is always one.

    They are in a JSON file, which is written whole or not at all. Where another window has written
    it meanwhile, both lists are brought together before it is written again, scene by scene, and
    this window shows the result: what only one of them has added, changed or removed since the file
    was last read here is added, changed or removed; of two changes to one scene that of this window
    stays; what one has changed and the other has removed stays (`scene_file.merged`).

    Args:
        path: the file; in the user's own folder if none is given.
        parent: of this object.

    Attributes:
        blank: makes what a new scene begins as; may be set.
    """

    chosen = pyqtSignal(str)
    """Another scene is current; its id."""

    changed = pyqtSignal(str)
    """What a scene holds, or its name, is another; its id."""

    trouble = pyqtSignal(str)
    """The file could not be read or written, in one sentence; nothing when it is written again."""

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
        self.blank: Callable[[], SavedScene] = SavedScene
        self._file = SceneFile(path or Path(data) / "scenes.json")
        self._scenes: list[SavedScene] = []
        self._current = ""
        self._removed: list[tuple[int, SavedScene]] = []
        self._is_saved, self._said = True, ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._save)
        self._open()

    @property
    def all(self) -> list[SavedScene]:
        """The scenes, in their order."""
        return list(self._scenes)

    @property
    def current(self) -> SavedScene:
        """The one that is open."""
        return self._scenes[self.row(self._current)]

    @property
    def can_restore(self) -> bool:
        """Whether any has been removed that can be had back."""
        return bool(self._removed)

    def find(self, id: str) -> SavedScene | None:
        """The scene with that id, if there is one."""
        return next((scene for scene in self._scenes if scene.id == id), None)

    def row(self, id: str) -> int:
        """Where the scene stands, counted from 0.

        Raises:
            KeyError: there is no such scene.
        """
        for row, scene in enumerate(self._scenes):
            if scene.id == id:
                return row
        raise KeyError(id)

    def choose(self, id: str) -> None:
        """Makes a scene the current one."""
        if id != self._current and self.row(id) >= 0:
            self._current = id
            self._save_soon()
            self.chosen.emit(id)

    def add(self, scene: SavedScene | None = None) -> SavedScene:
        """Puts a scene, or a new one, behind the current one, and makes it current."""
        scene = scene or self.blank()
        self._insert(self.row(self._current) + 1 if self._scenes else 0, scene)
        self.choose(scene.id)
        return scene

    def duplicate(self, id: str) -> SavedScene:
        """Puts a copy behind a scene, and makes it current."""
        row = self.row(id)
        copied = self._scenes[row]
        name = f"{copied.name} copy" if copied.name else ""
        copy = replace(copied, id=new_id(), name=name)
        self._insert(row + 1, copy)
        self.choose(copy.id)
        return copy

    def replace(self, scene: SavedScene) -> None:
        """Puts it in the place of the scene with its id.

        Make it with `dataclasses.replace` of what it was, so that nothing is lost.
        """
        row = self.row(scene.id)
        if self._scenes[row] != scene:
            self._scenes[row] = scene
            self._save_soon()
            self.dataChanged.emit(self.index(row), self.index(row))
            self.changed.emit(scene.id)

    def rename(self, id: str, name: str) -> None:
        """Gives a scene a name; an empty one takes it away."""
        self.replace(replace(self._scenes[self.row(id)], name=name.strip()))

    def move(self, id: str, row: int) -> None:
        """Puts a scene at a row, the first or the last one if there is no such row."""
        old, new = self.row(id), min(max(row, 0), len(self._scenes) - 1)
        if new != old:
            here = QModelIndex()
            self.beginMoveRows(here, old, old, here, new + 1 if new > old else new)
            self._scenes.insert(new, self._scenes.pop(old))
            self.endMoveRows()
            self._save_soon()

    def remove(self, id: str) -> None:
        """Takes a scene away; its neighbour is then current. The last one leaves a new one."""
        row = self.row(id)
        if len(self._scenes) == 1:
            self.add()
        elif id == self._current:
            self.choose(self._scenes[row + 1 if row + 1 < len(self._scenes) else row - 1].id)
        self._removed.append((row, self._take_out(row)))

    def restore(self) -> None:
        """Puts the scene that was removed last where it was, and makes it current."""
        if self._removed:
            row, scene = self._removed.pop()
            if self.find(scene.id):  # another window has kept it
                scene = replace(scene, id=new_id())
            stands_in = len(self._scenes) == 1 and self.current.is_blank
            self._insert(min(row, len(self._scenes)), scene)
            self.choose(scene.id)
            if stands_in:
                self._take_out(1 - self.row(scene.id))

    def close(self) -> bool:
        """Saves at once what is not saved yet; gives whether all is saved now."""
        if not self._is_saved:
            self._save(PATIENCE_MS)
        return self._is_saved

    def _insert(self, row: int, scene: SavedScene) -> None:
        self.beginInsertRows(QModelIndex(), row, row)
        self._scenes.insert(row, scene)
        self.endInsertRows()
        self._save_soon()

    def _take_out(self, row: int) -> SavedScene:
        self.beginRemoveRows(QModelIndex(), row, row)
        scene = self._scenes.pop(row)
        self.endRemoveRows()
        self._save_soon()
        return scene

    def _open(self) -> None:
        try:
            self._scenes = self._file.merge([])
        except DamagedError as error:
            self._tell(str(error))
        except OSError as error:
            self._lack(error)
        self._scenes = self._scenes or [self.blank()]
        known = [scene.id for scene in self._scenes]
        self._current = self._file.current if self._file.current in known else known[0]

    def _save_soon(self) -> None:
        self._is_saved = False
        self._timer.start(SAVE_MS)

    def _save(self, patience_ms: int = 0) -> None:
        try:
            with self._file.held(patience_ms):
                try:
                    self._take_over(self._file.merge(self._scenes))
                except DamagedError as error:
                    self._tell(str(error))
                self._file.write(self._scenes, self._current)
        except OSError as error:
            is_held = isinstance(error, BlockingIOError)
            self._timer.start(SAVE_MS if is_held else RETRY_MS)
            if patience_ms or not is_held:
                self._lack(error)
        else:
            self._timer.stop()
            self._is_saved = True
            if self._said.startswith(NOT_SAVED):
                self._tell("")

    def _take_over(self, scenes: list[SavedScene]) -> None:
        """Shows what another window has made of the scenes: only what is another is touched."""
        if scenes == self._scenes:
            return
        here = self.row(self._current)
        for row, scene in enumerate(scenes):
            if self.find(scene.id):
                self.move(scene.id, row)
                self.replace(scene)
            else:
                self._insert(row, scene)
        # Those that are gone have been pushed behind all others.
        if self.row(self._current) >= len(scenes):
            self.choose(scenes[min(here, len(scenes) - 1)].id)
        while len(self._scenes) > len(scenes):
            self._take_out(len(scenes))

    def _lack(self, error: OSError) -> None:
        why = f"{self._file.path}: {error.strerror}" if error.strerror else error
        self._tell(f"{NOT_SAVED}: {why}.")

    def _tell(self, told: str) -> None:
        if told != self._said:
            self._said = told
            if told:
                logger.warning("%s", told)
            # What is found wrong at the start is told a moment later, when somebody can hear it.
            QMetaObject.invokeMethod(
                self, "trouble", Qt.ConnectionType.QueuedConnection, Q_ARG(str, told)
            )

    # What Qt asks of a model.

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: D102, N802
        return 0 if parent is not None and parent.isValid() else len(self._scenes)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        scene = self._scenes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return scene.title
        if role == Qt.ItemDataRole.EditRole:
            return scene.name
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = filter(None, (scene.name, scene.prompt, scene.original or scene.image))
            return f"<p>{'<br>'.join(map(escape, lines))}</p>"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{scene.title}, scene {index.row() + 1} of {len(self._scenes)}"
        if role == SCENE:
            return scene
        return None

    def setData(  # noqa: D102, N802
        self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        self.rename(self._scenes[index.row()].id, value)
        return True

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # noqa: D102
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

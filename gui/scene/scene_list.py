"""The strip of scenes: a picture and a name for each, to choose, name, order and remove them."""

from collections.abc import Callable

from PyQt6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeySequence,
    QMouseEvent,
)
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QListView,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..look import LOOK
from ..qt import there
from .picture_source import each, offers
from .scene_tile import SceneTile
from .scenes import SCENE, Scenes

UNDO_MS = 15_000
"""How long Undo is offered."""

DRAG_MS = 150
"""How often a scene that is held beyond the edge goes one further."""


BAR = 7
"""Height of the bar below the scenes, in pixels."""


class SceneList(QWidget):
    """All scenes, as pictures beside each other.

    Args:
        scenes: what is shown and changed.
    """

    picture_dropped = pyqtSignal(object)
    """What may be a picture, a QMimeData, has been dropped beside the scenes: for a new one."""

    def __init__(self, scenes: Scenes) -> None:
        super().__init__()
        self._scenes = scenes
        self.view = _Strip(scenes)
        in_window, here = (
            Qt.ShortcutContext.WindowShortcut,
            Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        self.new = self._action("New", "Ctrl+N", in_window, lambda: scenes.add())
        self.duplicate = self._action(
            "Duplicate", "Ctrl+D", in_window, lambda: scenes.duplicate(scenes.current.id)
        )
        self.rename = self._action("Rename", "F2", here, self._rename)
        self.remove = self._action("Remove", "Del", here, self._remove)
        self.to_left = self._action("Move left", "Alt+Left", here, lambda: self._move(-1))
        self.to_right = self._action("Move right", "Alt+Right", here, lambda: self._move(1))
        self.undo = self._action("Undo", QKeySequence.StandardKey.Undo, here, self._undo)
        self.new.setToolTip("A new scene (Ctrl+N)")
        self.undo_button = QToolButton()
        self._undoes = QTimer(self)
        self._undoes.setSingleShot(True)
        self._undoes.setInterval(UNDO_MS)
        self._undoes.timeout.connect(lambda: self._offer_undo(False))
        self.setAcceptDrops(True)
        self._lay_out()
        self._offer_undo(False)

    def _action(
        self,
        text: str,
        keys: str | QKeySequence.StandardKey,
        context: Qt.ShortcutContext,
        act: Callable[[], object],
    ) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(context)
        action.triggered.connect(lambda: act())
        self.addAction(action)
        return action

    def _rename(self) -> None:
        self.view.setFocus()
        self.view.edit(self.view.currentIndex())

    def _remove(self) -> None:
        removed = self._scenes.current
        self._scenes.remove(removed.id)
        self.undo.setToolTip(f"Brings back “{removed.title}” (Ctrl+Z)")
        self._offer_undo(True)
        self._undoes.start()

    def _undo(self) -> None:
        self._scenes.restore()
        self._offer_undo(self._scenes.can_restore)

    def _offer_undo(self, offered: bool) -> None:
        self.undo.setVisible(offered)
        self.undo_button.setVisible(offered)

    def _move(self, by: int) -> None:
        scene = self._scenes.current
        self._scenes.move(scene.id, self._scenes.row(scene.id) + by)
        self.view.scrollTo(self.view.currentIndex())

    def _lay_out(self) -> None:
        some = [self.new, self.duplicate, self.rename, self.remove, self.to_left, self.to_right]
        self.view.addActions(some)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        menu = QMenu(self)
        menu.addActions(some[1:])
        more = QToolButton()
        more.setText("More")
        more.setMenu(menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setToolTip("Duplicate, rename, remove or move the scene")
        more.setAccessibleName("More for this scene")
        buttons = QVBoxLayout()
        buttons.setSpacing(3)
        new = QToolButton()
        for button, action in ((new, self.new), (more, None), (self.undo_button, self.undo)):
            if action:
                button.setDefaultAction(action)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setStyleSheet("padding: 2px 8px;")
            buttons.addWidget(button)
        new.setAccessibleName("New scene")
        self.undo_button.setAccessibleName("Undo: bring back the removed scene")
        buttons.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.view, 1)
        row.addLayout(buttons)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _judge(self, event: QDropEvent, *, anywhere: bool) -> bool:
        """Accepts a picture that is beside the scenes, or anywhere; gives whether it has."""
        at = there(self.view.viewport()).mapFrom(self, event.position().toPoint())
        takes = offers(there(event.mimeData())) and (
            anywhere or not self.view.indexAt(at).isValid()
        )
        event.setDropAction(Qt.DropAction.CopyAction)  # what is moved is deleted where it was
        event.setAccepted(takes)
        return takes

    # What Qt tells a widget.

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: D102, N802
        self._judge(there(event), anywhere=True)  # where it may be dropped is said on the way

    def dragMoveEvent(self, event: QDragMoveEvent | None) -> None:  # noqa: D102, N802
        self._judge(there(event), anywhere=False)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: D102, N802
        drop = there(event)
        if self._judge(drop, anywhere=False):
            for content in each(there(drop.mimeData())):
                self.picture_dropped.emit(content)


class _Strip(QListView):
    """The scenes from left to right; one that is held goes where the mouse goes."""

    def __init__(self, scenes: Scenes) -> None:
        super().__init__()
        self._scenes = scenes
        self._held = QPersistentModelIndex()
        self._at = self._pressed_at = QPoint()
        self._drags = QTimer(self)
        self._drags.setInterval(DRAG_MS)
        self._drags.timeout.connect(self._drag)
        self._tile = SceneTile(self)
        self.setModel(scenes)
        self.setItemDelegate(self._tile)
        self.setAccessibleName("Scenes")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        there(self.selectionModel()).currentChanged.connect(self._choose)
        scenes.chosen.connect(self._show_current)
        LOOK.changed.connect(self._wear)
        self._wear()
        self._show_current()

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self._scenes.choose(index.data(SCENE).id)

    def _show_current(self) -> None:
        self.setCurrentIndex(self._scenes.index(self._scenes.row(self._scenes.current.id)))

    def _drag(self) -> None:
        """Puts the scene that is held where the mouse is, or one further beyond the edge."""
        if not self._held.isValid():
            return
        area = there(self.viewport()).rect()
        row = self._held.row()
        if self._at.x() < area.left():
            row -= 1
        elif self._at.x() > area.right():
            row += 1
        else:
            over = self.indexAt(QPoint(self._at.x(), self._tile.size.height() // 2))
            row = over.row() if over.isValid() else self._scenes.rowCount() - 1
        self._scenes.move(self._scenes.all[self._held.row()].id, row)
        self.scrollTo(QModelIndex(self._held))

    def _wear(self) -> None:
        colours = LOOK.colours
        self.setStyleSheet(f"""
            QScrollBar:horizontal {{ height: {BAR}px; background: transparent; }}
            QScrollBar::handle {{
                background: {colours.line}; border-radius: {BAR // 2}px; min-width: 24px;
            }}
            QScrollBar::handle:hover {{ background: {colours.muted}; }}
            QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; }}
        """)

    # What Qt tells a widget.

    def sizeHint(self) -> QSize:  # noqa: N802
        tile = self._tile.size
        return QSize(4 * tile.width(), tile.height() + BAR + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._tile.size.width(), self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        super().mousePressEvent(event)
        if event and event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
            self._held = QPersistentModelIndex(self.indexAt(self._pressed_at))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if not event or not self._held.isValid():
            super().mouseMoveEvent(event)
            return
        self._at = event.position().toPoint()
        way = (self._at - self._pressed_at).manhattanLength()
        if self._drags.isActive() or way >= QApplication.startDragDistance():
            self._drags.start()
            self._drag()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        self._held = QPersistentModelIndex()
        self._drags.stop()

"""The log as a window: that of this window, and that of the server."""

import contextlib
import logging
from collections import deque
from pathlib import Path

from PyQt6.QtCore import QObject, QSize, Qt, QThreadPool, QTimer, QUrl, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QDesktopServices,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
    QSyntaxHighlighter,
)
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..log import HEAD, LINES, Line, Log, Source, Tail
from ..look import LOOK
from ..qt import there

GATHER_MS = 50
"""Lines that come one after the other are shown together."""

LEVELS = {
    "Everything": logging.NOTSET,
    "Information": logging.INFO,
    "Warnings": logging.WARNING,
    "Errors": logging.ERROR,
}
"""What is shown: that, and what is worse."""

EMPTY = "Nothing has been logged yet."
NOTHING_FOUND = "No line has all of these words at this level."


class LogWindow(QDialog):
    """What is logged, to be followed, searched, copied and saved.

    While it is hidden it costs nothing: the server's file is not looked at.

    Args:
        log: what this process logs.
        server: the server's log.
        parent: the window that it belongs to.
    """

    def __init__(self, log: Log, server: Tail, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Log")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._sources: tuple[Source, ...] = (log, server)
        self._new: deque[Line] = deque(maxlen=LINES)
        self._fills = False
        self.source = QComboBox()
        self.source.addItems(["This window", "The server"])
        self.source.setCurrentIndex(int(server.path is not None))
        self.level = QComboBox()
        for title, level in LEVELS.items():
            self.level.addItem(title, level)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search words")
        self.search.setClearButtonEnabled(True)
        self.view = _View()
        self.follow = QCheckBox("&Follow")
        self.follow.setChecked(True)
        self.follow.setToolTip("Shows what comes; scrolling up stops that")
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setAccessibleName("What became of it")
        self.copy_all = QPushButton("&Copy all")
        self.save_as = QPushButton("Save &as...")
        self.open_folder = QPushButton("&Open folder")
        self._saver = _Saver()
        self._saver.told.connect(self.told.setText)
        self._gathers = QTimer(self)
        self._gathers.setSingleShot(True)
        self._gathers.setInterval(GATHER_MS)
        self._gathers.timeout.connect(self._gather)
        self._lay_out()
        for source in self._sources:
            source.added.connect(self._add)
            source.emptied.connect(self._refill)
            source.troubled.connect(self._tell_empty)
        self.source.currentIndexChanged.connect(lambda _: self.follow.setChecked(True))
        self.source.currentIndexChanged.connect(self._turn)
        self.level.currentIndexChanged.connect(self._refill)
        self.search.textChanged.connect(self._refill)
        self.follow.toggled.connect(self._to_end)
        self._bar = there(self.view.verticalScrollBar())
        self._bar.valueChanged.connect(self._scrolled)
        self._bar.rangeChanged.connect(self._to_end)
        self.copy_all.clicked.connect(self._copy)
        self.save_as.clicked.connect(self._ask_where)
        self.open_folder.clicked.connect(self._open)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        metrics = self.fontMetrics()
        size = QSize(120 * metrics.averageCharWidth(), 36 * metrics.height())
        self.resize(size.boundedTo(there(self.screen()).availableSize() * 0.85))
        self._turn()

    def save(self, path: Path) -> None:
        """Writes what is shown to a file; what came of it is told below."""
        self._saver.start(path, self.view.toPlainText() + "\n")

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        """Shows what has come meanwhile."""
        super().showEvent(event)
        self._turn()

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802
        """Looks at nothing."""
        super().hideEvent(event)
        self._gathers.stop()
        for source in self._sources:
            source.rest()

    @property
    def _chosen(self) -> Source:
        return self._sources[self.source.currentIndex()]

    def _turn(self) -> None:
        self.open_folder.setEnabled(self._chosen.path is not None)
        self.told.clear()
        for source in self._sources:
            if source is self._chosen and self.isVisible():
                source.watch()
            else:
                source.rest()
        self._refill()

    def _refill(self) -> None:
        self._new.clear()
        self._fills = True
        self.view.setPlainText("\n".join(self._shown(self._chosen.lines)))
        self._fills = False
        self._to_end()
        self._tell_empty()

    def _add(self, lines: list[Line]) -> None:
        if self.sender() is self._chosen and self.isVisible():
            self._new.extend(lines)
            if not self._gathers.isActive():
                self._gathers.start()

    def _gather(self) -> None:
        if shown := self._shown(self._new):
            at, lost = self._bar.value(), max(0, self.view.blockCount() + len(shown) - LINES)
            self.view.appendPlainText("\n".join(shown))
            if not self.follow.isChecked():
                self._bar.setValue(at - lost)  # what is read stays where it is
            self._to_end()
        self._new.clear()
        self._tell_empty()

    def _shown(self, lines: deque[Line]) -> list[str]:
        level, words = self.level.currentData(), self.search.text().lower().split()
        return [
            line.text
            for line in lines
            if line.level >= level and all(word in line.text.lower() for word in words)
        ]

    def _tell_empty(self) -> None:
        source = self._chosen
        self.view.setPlaceholderText(NOTHING_FOUND if source.lines else source.trouble or EMPTY)

    def _scrolled(self, to: int) -> None:
        if not self._fills:
            self.follow.setChecked(to == self._bar.maximum())

    def _to_end(self) -> None:
        if self.follow.isChecked():
            self._bar.setValue(self._bar.maximum())

    def _copy(self) -> None:
        if clipboard := QGuiApplication.clipboard():
            clipboard.setText(self.view.toPlainText())
            self.told.setText("Copied.")

    def _ask_where(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Save the log", "melfusion-live.log")
        if path:
            self.save(Path(path))

    def _open(self) -> None:
        path = self._chosen.path
        if path and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))):
            self.told.setText(f"{path.parent} cannot be opened.")

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        fields: dict[str, QWidget] = {
            "S&how": self.source,
            "&Level": self.level,
            "&Search": self.search,
        }
        for name, field in fields.items():
            label = QLabel(name)
            label.setBuddy(field)
            field.setAccessibleName(name.replace("&", ""))
            above.addWidget(label)
            above.addWidget(field, int(field is self.search))
        below.addWidget(self.follow)
        below.addWidget(self.told, 1)
        for button in (self.copy_all, self.save_as, self.open_folder):
            button.setAutoDefault(False)  # Return in the search is no click
            below.addWidget(button)
        column = QVBoxLayout(self)
        column.addLayout(above)
        column.addWidget(self.view, 1)
        column.addLayout(below)


class _View(QPlainTextEdit):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Lines")
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setMaximumBlockCount(LINES)
        font = QFont()  # the size is left to the application's
        font.setFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
        font.setStyleHint(QFont.StyleHint.Monospace)
        self.setFont(font)
        self._colours = _Colours(self.document())
        LOOK.changed.connect(self._colours.rehighlight)


class _Colours(QSyntaxHighlighter):
    """Errors, warnings and what is of little interest; a line without a level is as the last."""

    def highlightBlock(self, text: str | None) -> None:  # noqa: N802
        level = self.previousBlockState()
        if found := HEAD.match(text or ""):
            level = logging.getLevelNamesMapping()[found[1].upper()]
        self.setCurrentBlockState(level)
        colours = LOOK.colours
        if level >= logging.ERROR:
            self.setFormat(0, len(text or ""), QColor(colours.bad))
        elif level >= logging.WARNING:
            self.setFormat(0, len(text or ""), QColor(colours.accent))
        elif level == logging.DEBUG:
            self.setFormat(0, len(text or ""), QColor(colours.muted))


class _Saver(QObject):
    """Lives until the file is written, which may be longer than the window."""

    told = pyqtSignal(str)

    def start(self, path: Path, text: str) -> None:
        there(QThreadPool.globalInstance()).start(lambda: self._write(path, text))

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text, encoding="utf-8")
            told = f"Saved as {path}."
        except OSError as error:
            told = f"{path} cannot be written: {error.strerror}."
        with contextlib.suppress(RuntimeError):  # the application has ended
            self.told.emit(told)

"""The about box: what this is, its licence and those it stands on, and the model's card."""

import contextlib
import logging
import platform
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from importlib import metadata, resources
from pathlib import Path

from PyQt6.QtCore import (
    PYQT_VERSION_STR,
    QObject,
    QSize,
    QSysInfo,
    QThreadPool,
    pyqtSignal,
    qVersion,
)
from PyQt6.QtGui import QGuiApplication, QShowEvent
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from melfusion import __version__

from ..qt import there
from ..state import State
from ..wire import Wire

DISTRIBUTION = "melfusion-live"
EXTRAS = ("window", "link", "base")
"""What may be installed with it to be used; the others are for its development."""

WHAT = f"""
<h1>MeLFusion Live</h1>
<p>Version {__version__}</p>
<p>Loops from a picture and a sentence, exactly in tempo and in key, for the DAW. A server renders
them with a diffusion model on your own machine; this window is how you ask for them.</p>
<p>MeLFusion Live is free software: you may use, change and pass it on under the GNU General Public
License, version 3 or later (GPL-3.0-or-later). It comes without any warranty.</p>
"""
NO_LICENCE = "The text is not installed. You find it at https://www.gnu.org/licenses/gpl-3.0.txt"
NO_LIBRARIES = "They cannot be listed: MeLFusion Live runs out of a folder and is not installed."
NO_CARD = "The model's card is not installed."


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Used:
    """A library that is installed and used."""

    name: str
    version: str
    licence: str


def licence() -> str:
    """The text of the licence, as it is installed or as it lies in a checkout."""
    try:
        text = metadata.distribution(DISTRIBUTION).read_text("licenses/LICENSE")
    except metadata.PackageNotFoundError:
        text = None
    root = Path(__file__).parents[2]
    if text is None and (root / "pyproject.toml").is_file():
        text = (root / "LICENSE").read_text(encoding="utf-8")
    return text or NO_LICENCE


def libraries() -> list[Used]:
    """What this needs, what that needs, and so on, as far as it is installed; by name.

    All processes' libraries are among them: the window's, the server's, the renderer's.
    """
    found: dict[str, Used] = {}
    waiting = _needs(DISTRIBUTION, EXTRAS)
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        found[key] = Used(about["Name"], about["Version"], _licence_of(about))
        waiting += _needs(name)
    return [found[key] for key in sorted(found)]


def model_card() -> str:
    """The card of the model that ships with this, as Markdown."""
    try:
        path = resources.files("melfusion") / "weights" / "mini" / "README.md"
        return readable(path.read_text(encoding="utf-8"))
    except OSError:
        return NO_CARD


def readable(card: str) -> str:
    """A model's card with what stands before it, for machines, as a list below its title."""
    found = re.match(r"---\n(.*?)\n---\n(# [^\n]*\n)?", card, re.DOTALL)
    if not found:
        return card
    facts = re.sub(
        r"^(\w+):", lambda name: f"- **{name[1].capitalize()}**:", found[1], flags=re.MULTILINE
    )
    return f"{found[2] or ''}\n{facts}\n\n{card[found.end() :]}"


def system_information(where: str, model: str) -> str:
    """What somebody who looks for a fault needs to know, a line each.

    Args:
        where: the server's address.
        model: its model's name; empty where no server answers.
    """
    screens = [
        f"Screen: {screen.size().width()} x {screen.size().height()}"
        f" at {screen.devicePixelRatio():g}x, {screen.logicalDotsPerInch():.0f} dpi"
        for screen in QGuiApplication.screens()
    ]
    return "\n".join(
        (
            f"MeLFusion Live: {__version__}",
            f"System: {QSysInfo.prettyProductName()}, {QSysInfo.kernelType()}"
            f" {QSysInfo.kernelVersion()}, {QSysInfo.currentCpuArchitecture()}",
            f"Python: {platform.python_version()}",
            f"Qt: {qVersion()}, {QGuiApplication.platformName()}",
            f"PyQt: {PYQT_VERSION_STR}",
            *screens,
            f"Server: {where}" + ("" if model else ", which does not answer"),
            f"Model: {model or 'not known'}",
        )
    )


def _needs(name: str, extras: tuple[str, ...] = ()) -> list[str]:
    """The names of what a distribution needs, with some of its extras."""
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    needed = []
    for line in lines:
        extra = re.search(r"extra\s*==\s*['\"]([\w-]+)", line)
        if extra is None or extra[1] in extras:
            needed.append(re.split(r"[^\w.-]", line, maxsplit=1)[0])
    return needed


def _licence_of(about: metadata.PackageMetadata) -> str:
    """What a distribution says of its licence, in a few words."""
    expressions, classes, texts = (
        about.get_all(field) or [] for field in ("License-Expression", "Classifier", "License")
    )
    classes = [line.split(" :: ")[-1] for line in classes if line.startswith("License ::")]
    texts = [line for text in texts for line in text.splitlines()[:1] if line != "UNKNOWN"]
    said = expressions or classes or texts
    return ", ".join(said) or "see its own files"


class AboutWindow(QDialog):
    """What this is. What has to be read for that is read when it is first looked at.

    Args:
        wire: the server's address is read off it.
        state: its model is.
        parent: the window that it belongs to.
    """

    def __init__(self, wire: Wire, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About MeLFusion Live")
        self._wire, self._state = wire, state
        self.copy = QPushButton("&Copy system information")
        self.copy.setToolTip("For a report of a fault: versions, screens, server; nothing private")
        self.copy.clicked.connect(self._copy)
        self.told = QLabel()
        self.told.setAccessibleName("What became of it")
        close = QPushButton("Close")
        close.clicked.connect(self.reject)
        self.pages = QTabWidget()
        for page, title in (
            (_Page(lambda: WHAT, QTextBrowser.setHtml), "&About"),
            (_Page(model_card, QTextBrowser.setMarkdown), "&Model"),
            (_Page(lambda: f"<pre>{escape(licence())}</pre>", QTextBrowser.setHtml), "&Licence"),
            (_Page(_table, QTextBrowser.setHtml), "Li&braries"),
        ):
            page.setAccessibleName(title.replace("&", ""))
            self.pages.addTab(page, title)
        for button in (self.copy, close):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addWidget(self.told, 1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self.pages, 1)
        column.addLayout(row)
        metrics = self.fontMetrics()
        size = QSize(108 * metrics.averageCharWidth(), 36 * metrics.height())
        self.resize(size.boundedTo(there(self.screen()).availableSize() * 0.85))

    def _copy(self) -> None:
        if clipboard := QGuiApplication.clipboard():
            clipboard.setText(system_information(self._wire.where, self._state.model))
            self.told.setText("Copied.")


def _table() -> str:
    rows = "".join(
        f"<tr><td>{escape(used.name)}</td><td>{escape(used.version)}</td>"
        f"<td>{escape(used.licence)}</td></tr>"
        for used in libraries()
    )
    head = "<tr><th align='left'>Library</th><th align='left'>Version</th>"
    head += "<th align='left'>Licence</th></tr>"
    return f"<table cellspacing='8'>{head}{rows}</table>" if rows else NO_LIBRARIES


class _Answer(QObject):
    """Lives until it has been read, which may be longer than the page."""

    read = pyqtSignal(str)

    def start(self, read: Callable[[], str]) -> None:
        there(QThreadPool.globalInstance()).start(lambda: self._work(read))

    def _work(self, read: Callable[[], str]) -> None:
        try:
            text = read()
        except Exception as error:  # in others' metadata there may be anything
            logger.exception("what is to be shown cannot be read")
            text = f"This cannot be read: {error}"
        with contextlib.suppress(RuntimeError):  # the application has ended
            self.read.emit(text)


class _Page(QTextBrowser):
    """A text that a worker reads when the page is first shown.

    Args:
        read: gives the text, in the worker.
        put: shows it.
    """

    def __init__(self, read: Callable[[], str], put: Callable[[QTextBrowser, str], None]) -> None:
        super().__init__()
        self._read: Callable[[], str] | None = read
        self._put = put
        self._answer = _Answer()
        self._answer.read.connect(self._show)
        self.setOpenExternalLinks(True)
        there(self.document()).setDocumentMargin(12)
        self.setPlaceholderText("It is being read.")

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        super().showEvent(event)
        if self._read:
            self._answer.start(self._read)
            self._read = None

    def _show(self, text: str) -> None:
        self._put(self, text)

"""Pictures out of files, the clipboard and browsers, found while Qt's thread goes on.

Threading: files are read, written and decoded in a pool's threads; the network is Qt's own.
"""

import html
import logging
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PyQt6.QtCore import (
    QCoreApplication,
    QMimeData,
    QObject,
    QRectF,
    QThreadPool,
    QUrl,
    pyqtBoundSignal,
    pyqtSignal,
)
from PyQt6.QtGui import QImage
from PyQt6.QtNetwork import QNetworkAccessManager, QNetworkRequest

from ..qt import there
from .fetch import Fetch
from .picture_file import SUFFIXES, Content, Found, PictureError, load

ENDINGS = (
    "jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "heic", "heif", "avif",
)  # fmt: skip
"""How files end that are taken for pictures before they are read."""

KINDS = tuple(f"image/{kind}" for kind in (*SUFFIXES, "heic", "heif", "avif"))
"""Of content that is a picture itself; the first that is there is taken."""

REDIRECTS = 5

NO_PICTURE = "image: that is no picture: drop a file or a picture itself"
GIVEN = "what was given"

IMG = re.compile(
    r"""<img\b(?:[^>"']|"[^"]*"|'[^']*')*?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE
)

logger = logging.getLogger(__name__)


class _Answer(QObject):
    """What a thread says, of which turn; it outlives whoever asked."""

    told = pyqtSignal(int, object)
    turn = 0


class PictureSource(QObject):
    """Loads one picture at a time: what is asked for later makes the earlier count for nothing.

    Args:
        parent: of this object.
    """

    found = pyqtSignal(object)
    """A picture is there, a picture_file.Found."""

    refused = pyqtSignal(str)
    """There will be none; why, in one sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answer = _Answer()
        self._answer.told.connect(self._hear)
        self._network = QNetworkAccessManager(self)
        self._fetching: Fetch | None = None
        there(QCoreApplication.instance()).aboutToQuit.connect(self._finish)

    def open(self, path: str, region: QRectF | None = None) -> None:
        """Loads the picture in a file, or a region of it, in fractions of its size."""
        self.stop()
        self._load(Path(path), path, region)

    def take(self, content: QMimeData) -> None:
        """Loads what was dropped or pasted: a file, else a picture, else what an address leads to.

        A picture that has no file is given one that stays.
        """
        self.stop()
        files = _files(content)
        kind = _kind(content)
        address = _address(content)
        if files:
            path = next((path for path in files if _is_named_picture(path)), files[0])
            self._load(path, str(path))
        elif kind:
            self._load([content.data(kind)], GIVEN)
        elif isinstance(image := content.imageData(), QImage) and not image.isNull():
            self._load(image, GIVEN)
        elif address[:5].lower() == "data:":
            self._load(address, GIVEN)
        elif address:
            self._fetch(QUrl(address))
        else:
            self.refused.emit(NO_PICTURE)

    def stop(self) -> None:
        """What is on its way is no longer wanted."""
        self._answer.turn += 1
        if self._fetching:
            self._fetching.stop()
            self._fetching = None

    def _finish(self) -> None:
        """Waits for what is being loaded: Python must not end while a thread of Qt's is in it."""
        self.stop()
        there(QThreadPool.globalInstance()).waitForDone()

    def _load(self, content: Content, name: str, region: QRectF | None = None) -> None:
        answer, turn = self._answer, self._answer.turn

        def work() -> None:
            if turn == answer.turn:
                answer.told.emit(turn, _loaded(content, name, region))

        there(QThreadPool.globalInstance()).start(work)

    def _hear(self, turn: int, answer: Found | str) -> None:
        if turn != self._answer.turn:
            return
        if isinstance(answer, Found):
            self.found.emit(answer)
        else:
            self.refused.emit(answer)

    def _fetch(self, url: QUrl) -> None:
        request = QNetworkRequest(url)
        request.setMaximumRedirectsAllowed(REDIRECTS)
        request.setRawHeader(b"Accept-Encoding", b"identity")  # what comes is no larger than told
        self._fetching = Fetch(there(self._network.get(request)), url.host(), self)
        self._fetching.came.connect(self._load)
        self._fetching.failed.connect(self.refused)


class NewPictures(QObject):
    """Loads pictures for several owners at once, for each of them one at a time.

    Args:
        parent: of this object.
    """

    found = pyqtSignal(str, object)
    """An owner's picture is there, a picture_file.Found."""

    refused = pyqtSignal(str, str)
    """There will be none for an owner; why, in one sentence."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sources: dict[str, PictureSource] = {}

    def awaits(self, owner: str) -> bool:
        """Whether a picture for that owner is on its way."""
        return owner in self._sources

    def source(self, owner: str) -> PictureSource:
        """What loads an owner's picture."""
        if owner not in self._sources:
            self._sources[owner] = source = PictureSource(self)
            for ends, told in ((source.found, self.found), (source.refused, self.refused)):
                ends.connect(partial(self._end, owner, told))
        return self._sources[owner]

    def stop(self, owner: str) -> None:
        """What is on its way for that owner is no longer wanted."""
        if source := self._sources.pop(owner, None):
            source.stop()
            source.deleteLater()

    def _end(self, owner: str, told: pyqtBoundSignal, what: Found | str) -> None:
        self.stop(owner)
        told.emit(owner, what)


def offers(content: QMimeData) -> bool:
    """Whether that may be a picture, as far as can be told before it is loaded."""
    if files := _files(content):
        return any(_is_named_picture(path) for path in files)
    return bool(_kind(content)) or content.hasImage() or bool(_address(content))


def each(content: QMimeData) -> list[QMimeData]:
    """What was dropped, one picture file at a time; what holds no files, as it is."""
    if not _files(content):
        return [content]
    made = []
    for path in filter(_is_named_picture, _files(content)):
        made.append(QMimeData())
        made[-1].setUrls([QUrl.fromLocalFile(str(path))])
    return made


def _loaded(content: Content, name: str, region: QRectF | None) -> Found | str:
    try:
        return load(content, name, region)
    except PictureError as error:
        return str(error)
    except Exception:  # it would end the program
        logger.exception("%s", name)
        return f"image: {name} cannot be read; save it anew as PNG or JPEG"


def _files(content: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]


def _is_named_picture(path: Path) -> bool:
    return path.suffix.lower().removeprefix(".") in ENDINGS


def _kind(content: QMimeData) -> str:
    return next((kind for kind in KINDS if content.hasFormat(kind)), "")


def _address(content: QMimeData) -> str:
    """Where a browser says the picture is."""
    starts = ("http://", "https://", "data:")
    return next((text for text in _addresses(content) if text[:8].lower().startswith(starts)), "")


def _addresses(content: QMimeData) -> Iterator[str]:
    """What may be addresses. An <img> goes first: it may be within a link to something else."""
    if shown := IMG.search(content.html()):
        yield html.unescape(shown[1] or shown[2]).strip()
    for url in content.urls():
        yield url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
    link = content.data("text/x-moz-url").data()
    yield link.decode("utf-16-le" if b"\0" in link else "utf-8", "replace").partition("\n")[0]
    yield content.text().strip().partition("\n")[0]

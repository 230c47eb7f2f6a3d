"""A picture on its way over the network, with limits; Qt's own network, which never blocks."""

from PyQt6.QtCore import QByteArray, QObject, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtNetwork import QNetworkReply, QNetworkRequest

from ..qt import there

FETCHED_BYTES = 32 * 2**20
FETCH_MS = 15_000


class Fetch(QObject):
    """A picture on its way over the network.

    What Qt calls here are slots of its own kind, which end with this object: functions that hold on
    to the reply were called while it was destroyed.

    Args:
        reply: what brings it.
        host: where from.
        parent: for as long as this is there.
    """

    came = pyqtSignal(object, str)
    """All of it is there: its pieces, and what it is."""

    failed = pyqtSignal(str)
    """It does not come; why, in one sentence."""

    def __init__(self, reply: QNetworkReply, host: str, parent: QObject) -> None:
        super().__init__(parent)
        self._reply: QNetworkReply | None = reply
        self._host = host
        self._pieces: list[QByteArray] = []
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._run_out)
        self._patience.start(FETCH_MS)
        reply.readyRead.connect(self._read)
        reply.downloadProgress.connect(self._measure)
        reply.metaDataChanged.connect(self._weigh)
        reply.finished.connect(self._finish)

    def stop(self) -> None:
        """It is no longer wanted."""
        reply, self._reply = self._reply, None
        if reply is None:
            return
        self._patience.stop()
        reply.readyRead.disconnect(self._read)
        reply.downloadProgress.disconnect(self._measure)
        reply.metaDataChanged.disconnect(self._weigh)
        reply.finished.disconnect(self._finish)
        reply.abort()
        reply.deleteLater()
        self.deleteLater()

    def _fail(self, reason: str) -> None:
        self.stop()
        self.failed.emit(f"image: {self._host} {reason}")

    @pyqtSlot()
    def _read(self) -> None:
        self._pieces.append(there(self._reply).readAll())

    @pyqtSlot("qint64", "qint64")
    def _measure(self, received: int, total: int) -> None:
        if max(received, total) > FETCHED_BYTES:
            self._fail(f"gives more than {FETCHED_BYTES >> 20} MiB; save it and drop the file")

    @pyqtSlot()
    def _weigh(self) -> None:
        told = there(self._reply).header(QNetworkRequest.KnownHeaders.ContentLengthHeader)
        self._measure(0, told or 0)

    @pyqtSlot()
    def _run_out(self) -> None:
        self._fail(f"has not given it in {FETCH_MS / 1000:g} s")

    @pyqtSlot()
    def _finish(self) -> None:
        reply = there(self._reply)
        if reason := _trouble(reply):
            self._fail(reason)
            return
        kind = reply.header(QNetworkRequest.KnownHeaders.ContentTypeHeader) or "of no kind"
        pieces = [*self._pieces, reply.readAll()]
        self.stop()
        self.came.emit(pieces, f"what {self._host} gives ({kind})")


def _trouble(reply: QNetworkReply) -> str:
    status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
    if status and status >= 400:
        return f"has no picture there: it answers {status}"
    if reply.error() != QNetworkReply.NetworkError.NoError:
        return f"cannot be asked for it: {reply.errorString()}"
    return ""

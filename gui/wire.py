"""The window's end of the wire: requests until they are answered, events as Qt signals.

A server that is not there yet, or goes and comes back, is found: whoever shows its state is told to
begin anew, and is sent the whole of it.

Threading: everything runs in Qt's thread, and nothing here waits.
"""

import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QElapsedTimer, QObject, QTimer, pyqtSignal
from PyQt6.QtNetwork import QAbstractSocket, QUdpSocket

from melfusion.request import RequestError
from server import osc, protocol
from server.player_messages import ChooseDevice, Play
from server.protocol import (
    Done,
    Event,
    Fail,
    JobEvent,
    Notify,
    Render,
    RenderScene,
    Request,
    Retry,
    Status,
)
from server.remote_messages import LEARN_S, Learn

TICK_MS = 100
RESEND_S = 0.5
ANSWER_S = 5.0
"""How long a request is sent again and again before the server counts as gone."""

DEVICE_S = 20.0
"""How much longer it may be before a sound device is open."""

HEARTBEAT_S = 3.0
RECEIVE_BYTES = 4 << 20
RECEIVES_MS = 8
"""How long datagrams are taken at once; the rest is taken when Qt has done what else there is."""

LATE_S = 0.5
SAME_S = 1.0
"""A server that seems to have begun later by more is another one."""

SILENT_S = 8.0
"""A server that has said nothing for so long is gone."""

Then = Callable[[Any], None]
Otherwise = Callable[[str], None]

logger = logging.getLogger(__name__)


@dataclass
class _Asked:
    """A request that waits for its answer."""

    message: Request[Any]
    datagram: bytes
    then: Then
    otherwise: Otherwise
    since_s: float
    sent_s: float
    is_kept: bool = False  # by the server: it need not be sent again

    @property
    def patience_s(self) -> float:
        kinds = ((Learn, LEARN_S), (ChooseDevice | Play, DEVICE_S))
        own_s = (own_s for kind, own_s in kinds if isinstance(self.message, kind))
        return ANSWER_S + next(own_s, 0.0)


class Wire(QObject):
    """A client of the server at `host`, `port`.

    Args:
        host: the server's address, an IP address.
        port: its port.
        token: what it wants to hear, if anything.
        parent: of this object.

    Attributes:
        where: the server's address, as the user knows it.
        is_there: whether the server answers.
        why_not: why there is none, in one sentence; empty while one is there or looked for.
    """

    welcomed = pyqtSignal(object)
    """The server is there, a protocol.Welcome says: what was known of it is to be forgotten."""

    lost = pyqtSignal(str)
    """It is not, or no longer; why, in one sentence."""

    subscribed = pyqtSignal(object)
    """A protocol.Subscribed says that events follow; the clips that there are must be asked for."""

    looked = pyqtSignal(object)
    """How the server is, a protocol.Condition; every few seconds."""

    told = pyqtSignal(object)
    """Any protocol.Event."""

    def __init__(
        self, host: str, port: int, token: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.where = f"{host}:{port}"
        self.is_there = False
        self._token = token
        self._ids = itertools.count(1)
        self._asked: dict[int, _Asked] = {}
        self._heard_s = self._beat_s = 0.0
        self._began_s: float | None = None
        self.why_not = ""
        self._ticked_s = time.monotonic()
        self._socket = QUdpSocket(self)
        # A thousand clips may come while Qt is held up.
        buffer = QAbstractSocket.SocketOption.ReceiveBufferSizeSocketOption
        self._socket.readyRead.connect(self._receive)
        self._socket.connectToHost(host, port)
        self._socket.setSocketOption(buffer, RECEIVE_BYTES)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)
        self._greet()

    def ask(
        self,
        declared: type[Request[Any]],
        *arguments: Any,
        then: Then | None = None,
        otherwise: Otherwise | None = None,
        **named: Any,
    ) -> None:
        """Sends a request, again and again until it is answered.

        Args:
            declared: the request's class.
            arguments: its arguments after the id.
            then: is given the answer.
            otherwise: is told, in one sentence, why there is none or what the server has refused.
            named: its named arguments.
        """
        message = declared(next(self._ids), *arguments, **named)
        refuse = otherwise or (lambda reason: logger.warning("%s: %s", declared.address, reason))
        if not self.is_there and declared is not protocol.Hello:
            # What is asked for now is not to happen some time, when a server comes.
            refuse(self.why_not or "server: it is being looked for: try again in a moment")
            return
        try:
            datagram = osc.encode(message.address, protocol.write(message))
        except osc.OscError as error:
            refuse(f"request: cannot be sent: {error}")
            return
        now_s = time.monotonic()
        asked = _Asked(message, datagram, then or (lambda _: None), refuse, now_s, now_s)
        self._asked[message.id] = asked
        self._send(asked)

    def close(self) -> None:
        """Ends it; what was asked stays unanswered."""
        self._timer.stop()
        self._asked.clear()
        self._socket.close()

    def _greet(self) -> None:
        self.ask(
            protocol.Hello, token=self._token, then=self._welcome, otherwise=self._is_not_there
        )

    def _welcome(self, welcome: protocol.Welcome) -> None:
        if welcome.protocol != protocol.PROTOCOL_VERSION:
            self._is_not_there(
                f"server: {self.where} speaks another protocol, that of MeLFusion Live"
                f" {welcome.version}: use the same version here and there"
            )
            return
        self.is_there, self.why_not, self._began_s = True, "", None
        self.welcomed.emit(welcome)
        self._look()
        self.ask(Notify, 1, clips=0, then=self.subscribed.emit)

    def _is_not_there(self, why: str) -> None:
        self.is_there = False
        if why != self.why_not:
            self.why_not = why
            self.lost.emit(why)

    def _look(self) -> None:
        """Shows the server that somebody is here, and hears how it is."""
        sent_s = self._beat_s = time.monotonic()
        # A server that was started anew meanwhile may want to hear the token first.
        self.ask(
            Status,
            then=lambda now: self._take_condition(now, sent_s),
            otherwise=lambda _: self._greet(),
        )

    def _take_condition(self, now: protocol.Condition, sent_s: float) -> None:
        began_s = sent_s - now.uptime_s  # or later: it answered some time after that
        if self._began_s is not None and began_s > self._began_s + SAME_S:
            self._greet()  # another server by now, which does not know us
            return
        self._began_s = max(began_s, self._began_s or began_s)
        self.looked.emit(now)

    def _send(self, asked: _Asked) -> None:
        asked.sent_s = time.monotonic()
        self._socket.write(asked.datagram)

    def begin_anew(self) -> None:
        """Has the server tell its whole state once more."""
        self._greet()

    def _tick(self) -> None:
        now_s = time.monotonic()
        late_s = now_s - self._ticked_s - TICK_MS / 1000
        self._ticked_s = now_s
        if late_s > LATE_S:  # Qt was held up, as while something is dragged: nobody has been silent
            self._heard_s += late_s
            self._beat_s += late_s
            for asked in self._asked.values():
                asked.since_s += late_s
        for asked in list(self._asked.values()):
            if asked.is_kept:
                continue
            if now_s - asked.since_s > asked.patience_s:
                del self._asked[asked.message.id]
                asked.otherwise(f"server: {self.where} does not answer: start it")
            elif now_s - asked.sent_s > RESEND_S:
                self._send(asked)
        if not self.is_there:
            if not any(isinstance(asked.message, protocol.Hello) for asked in self._asked.values()):
                self._greet()
        elif now_s - self._heard_s > SILENT_S:
            dropped = [asked for asked in self._asked.values() if not asked.is_kept]
            self._asked = {id: asked for id, asked in self._asked.items() if asked.is_kept}
            self._is_not_there(f"server: {self.where} does not answer: start it")
            for asked in dropped:
                asked.otherwise(self.why_not)
        elif now_s - self._beat_s > HEARTBEAT_S:
            self._look()

    def _receive(self) -> None:
        began = QElapsedTimer()
        began.start()
        while self._socket.hasPendingDatagrams():
            if began.elapsed() > RECEIVES_MS:
                QTimer.singleShot(0, self._receive)
                return
            datagram = self._socket.receiveDatagram().data().data()
            if not datagram:  # nobody is at that port
                continue
            try:
                messages = [
                    protocol.read(raw.address, raw.arguments) for raw in osc.decode(datagram)
                ]
            except (osc.OscError, RequestError) as error:
                logger.debug("not understood: %s", error)
                continue
            self._heard_s = time.monotonic()
            for message in messages:
                self._take(message)
        if self._socket.state() == QAbstractSocket.SocketState.UnconnectedState:
            logger.debug("network: %s", self._socket.errorString())

    def _take(self, message: protocol.Message) -> None:
        if isinstance(message, Event):
            if isinstance(message, JobEvent):
                self._keep(message.job)
            self.told.emit(message)
        elif isinstance(message, Done | Fail) and message.id in self._asked:
            asked = self._asked.pop(message.id)
            if isinstance(message, Fail):
                asked.otherwise(message.reason)
            else:
                asked.then(message)

    def _keep(self, job: str) -> None:
        """The server has kept what was asked for: its answer comes when it is rendered."""
        for asked in self._asked.values():
            message = asked.message
            if isinstance(message, Render | Retry):
                asked.is_kept |= message.job == job
            elif isinstance(message, RenderScene):
                asked.is_kept |= job.rpartition("-")[0] == message.scene

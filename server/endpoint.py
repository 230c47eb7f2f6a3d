"""The UDP socket: datagrams in, messages to the core when they are due, messages out.

Threading: everything runs on the asyncio loop that `open_endpoint` was called on.
"""

import asyncio
import contextlib
import errno
import itertools
import logging
import socket
import sys
import time
from typing import Any, Protocol, cast

import psutil

from melfusion.request import RequestError

from . import osc, protocol

LONGEST_WAIT_S = 60.0
"""How far ahead a bundle's timetag may lie."""

MOST_WAITING = 1000
"""Messages that may wait for their time, together."""

_RECEIVE_BUFFER = 1 << 20

# Linux' numbers, which Python's socket module does not name. With IP_RECVERR set, the ICMP errors
# that a vanished receiver causes are queued on the socket, with the address they are about.
_IP_RECVERR = 11
_MSG_ERRQUEUE = 0x2000

logger = logging.getLogger(__name__)

Address = tuple[str, int]
"""Host and port."""


class EndpointError(Exception):
    """The socket cannot be had; the text is for the user."""


class Listener(Protocol):
    """Who is told what came in."""

    def submit(self, message: osc.Message, sender: Address) -> None:
        """A message, when it is due."""

    def refuse(self, message: osc.Message, sender: Address, error: RequestError) -> None:
        """A message that will not be acted on."""

    def garbage(self, sender: Address) -> None:
        """A datagram that is no message."""

    def vanished(self, receiver: Address) -> None:
        """Nobody is at this address any more."""


class Endpoint(asyncio.DatagramProtocol):
    """The server's end of the wire. Give it a `listener` before datagrams can come."""

    def __init__(self) -> None:
        self.listener: Listener
        self._transport: asyncio.DatagramTransport
        self._socket: socket.socket
        self._waiting = 0
        self._closed = asyncio.Event()

    async def open(self, host: str, port: int, listener: Listener) -> Address:
        """Binds the socket; port 0 takes a free one.

        Returns:
            The address it is bound to.

        Raises:
            EndpointError: the port is taken or the host is none of this machine's.
        """
        self.listener = listener
        self._socket = _bound(host, port)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, sock=self._socket)
        return cast(Address, self._socket.getsockname()[:2])

    async def close(self) -> None:
        """Ends it: nothing is sent or received any more, and the port is free."""
        self._transport.close()
        await self._closed.wait()

    def send(self, message: protocol.Message, receiver: Address) -> None:
        """Sends without waiting. What cannot be sent is logged and dropped, as UDP does."""
        try:
            datagram = osc.encode(message.address, protocol.write(message))
        except osc.OscError as error:
            logger.error("not sent: %s", error)
            return
        try:
            self._socket.sendto(datagram, receiver)
        except ConnectionRefusedError:
            # About an earlier datagram, to a receiver that is gone: this one has not left yet.
            self._drop_unreachable()
            with contextlib.suppress(OSError):
                self._socket.sendto(datagram, receiver)
        except OSError as error:
            logger.debug("not sent to %s: %s", receiver, error)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio gives the transport."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Asyncio has closed the socket."""
        self._closed.set()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Asyncio gives a datagram."""
        sender: Address = addr[:2]
        try:
            messages = osc.decode(data)
        except osc.OscError as error:
            logger.debug("garbage from %s: %s", sender, error)
            self.listener.garbage(sender)
            return
        for due_s, together in itertools.groupby(messages, lambda message: message.due_s):
            self._deliver(list(together), due_s, sender)

    def error_received(self, exc: Exception) -> None:
        """Asyncio gives an error: an ICMP message about an earlier datagram, mostly."""
        logger.debug("network: %s", exc)
        self._drop_unreachable()

    def _drop_unreachable(self) -> None:
        for receiver in _unreachable(self._socket):
            self.listener.vanished(receiver)

    def _deliver(self, messages: list[osc.Message], due_s: float, sender: Address) -> None:
        """In their order, at once or when their timetag says, by this machine's clock."""
        delay_s = due_s - time.time()
        if delay_s <= 0:
            self._submit(messages, sender)
        elif delay_s > LONGEST_WAIT_S:
            reason = f"lies {delay_s:.0f} s ahead; at most {LONGEST_WAIT_S:.0f} s are kept"
            self._refuse(messages, sender, reason)
        elif self._waiting + len(messages) > MOST_WAITING:
            reason = f"{MOST_WAITING} messages wait for their time already"
            self._refuse(messages, sender, reason)
        else:
            self._waiting += len(messages)
            asyncio.get_running_loop().call_later(delay_s, self._deliver_late, messages, sender)

    def _deliver_late(self, messages: list[osc.Message], sender: Address) -> None:
        self._waiting -= len(messages)
        if not self._transport.is_closing():
            self._submit(messages, sender)

    def _submit(self, messages: list[osc.Message], sender: Address) -> None:
        for message in messages:
            self.listener.submit(message, sender)

    def _refuse(self, messages: list[osc.Message], sender: Address, reason: str) -> None:
        for message in messages:
            self.listener.refuse(message, sender, RequestError("timetag", reason))


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, _family(host), socket.SOCK_DGRAM
        )[0]
    except OSError as error:
        raise EndpointError(f"host: {host} is no address of this machine: {error}") from None
    sock = socket.socket(family, kind, number)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        if sys.platform == "linux" and family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        sock.bind(address)
    except OSError as error:
        sock.close()
        raise EndpointError(_why_not_bound(host, port, error)) from None
    return sock


def _family(host: str) -> socket.AddressFamily:
    """IPv4 for a name that has addresses of both kinds, such as localhost."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _why_not_bound(host: str, port: int, error: OSError) -> str:
    holders = _holders(port)
    if not holders and error.errno != errno.EADDRINUSE:
        return f"host: {host}:{port} cannot be listened on: {error.strerror or error}"
    held_by = f" by {' or '.join(holders)}" if holders else ""
    return f"port: {port} is in use{held_by}; try --port {_free_port(host)}"


def _holders(port: int) -> list[str]:
    """Programs that hold a UDP port, as far as the system tells."""
    try:
        pids = {c.pid for c in psutil.net_connections("udp") if c.laddr and c.laddr.port == port}
    except (psutil.Error, OSError):
        return []
    names = []
    for pid in sorted(pid for pid in pids if pid):
        with contextlib.suppress(psutil.Error):
            names.append(f"{psutil.Process(pid).name()} (process {pid})")
    return names


def _free_port(host: str) -> int:
    with socket.socket(_family(host), socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        return int(sock.getsockname()[1])


def _unreachable(sock: socket.socket) -> list[Address]:
    """Receivers that the system has learnt are not there. Only Linux tells which."""
    if sys.platform != "linux":
        return []
    receivers: list[Address] = []
    # BlockingIOError, an OSError, says that the queue is empty; it must be emptied, or the loop is
    # woken for it for ever.
    with contextlib.suppress(OSError):
        while True:
            _, _, _, address = sock.recvmsg(0, 512, _MSG_ERRQUEUE)
            receivers.append(address[:2])
    return receivers

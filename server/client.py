"""A client of the server: sends requests until they are answered, and gives events as they come.

UDP loses datagrams, and every request may be sent again: one that would do something twice is
recognised by its ids.

Threading: everything runs on the asyncio loop that `connect` was called on.
"""

import asyncio
import contextlib
import itertools
import logging
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar, cast

from melfusion.request import RenderRequest, RequestError

from . import osc, protocol

RESEND_S = 0.5
ANSWER_S = 5.0
"""How long a request is sent again and again before the server counts as gone."""

ASK_AGAIN_S = 3.0
"""How often a render that was acknowledged is asked after, in case its answer was lost."""

SILENCE_S = 15.0
"""How long a server that renders may say nothing: enough to be started again."""

Answer = TypeVar("Answer", bound=protocol.Done)

logger = logging.getLogger(__name__)


class ServerGoneError(Exception):
    """No server answers at that address; the text is for the user."""


class FailError(Exception):
    """The server has answered with a fail.

    Attributes:
        fail: that answer.
    """

    def __init__(self, fail: protocol.Fail) -> None:
        super().__init__(fail.reason)
        self.fail = fail


class Client(asyncio.DatagramProtocol):
    """One client's end of the wire; made by `connect`.

    Args:
        where: the server's address, as the user knows it.

    Attributes:
        welcome: what the server said to the hello.
    """

    def __init__(self, where: str) -> None:
        self.welcome: protocol.Welcome | None = None
        self._where = where
        self._transport: asyncio.DatagramTransport
        self._ids = itertools.count(1)
        self._pending: dict[int, asyncio.Future[protocol.Done]] = {}
        self._acknowledged: set[str] = set()
        self._queues: set[asyncio.Queue[protocol.Event]] = set()
        self._heard_at = 0.0

    async def request(
        self, declared: type[protocol.Request[Answer]], *arguments: Any, **named: Any
    ) -> Answer:
        """Sends a request, again and again until it is answered.

        Args:
            declared: the request's class.
            arguments: its arguments after the id.
            named: its named arguments.

        Raises:
            FailError: the server has answered with a fail.
            ServerGoneError: it has not answered.
        """
        with self._asking(declared(next(self._ids), *arguments, **named)) as (datagram, answer):
            for _ in range(round(ANSWER_S / RESEND_S)):
                self._transport.sendto(datagram)
                if await _within(answer, RESEND_S):
                    return cast(Answer, answer.result())
        raise ServerGoneError(f"server: {self._where} does not answer")

    async def render(
        self,
        request: RenderRequest,
        job: str = "",
        silence_s: float = SILENCE_S,
        *,
        sync: bool = False,
    ) -> protocol.Rendered:
        """Has a loop rendered: returns when it is finished.

        The request is sent again until its job is known to be kept, and then now and then: if the
        server dies and is started again, the job goes on.

        Args:
            request: what to render.
            job: an id for the job; drawn when empty.
            silence_s: how long the server may say nothing of requests before it counts as gone.
        sync: whether tempo and metre are the leader's in place of the request's.

        Raises:
            FailError: it has failed or was cancelled.
            ServerGoneError: the server has gone silent.
        """
        job = job or new_job_id()
        clock = asyncio.get_running_loop().time
        self._heard_at, sent_at = clock(), float("-inf")
        message = protocol.Render(next(self._ids), request=request, job=job, sync=int(sync))
        with self._asking(message) as (datagram, answer):
            while clock() - self._heard_at < silence_s:
                if job not in self._acknowledged or clock() - sent_at >= ASK_AGAIN_S:
                    self._transport.sendto(datagram)
                    sent_at = clock()
                if await _within(answer, RESEND_S):
                    return cast(protocol.Rendered, answer.result())
        raise ServerGoneError(f"server: {self._where} has gone silent; it may still do job {job}")

    async def clip(self, clip_id: str) -> protocol.ClipEvent:
        """All that the server knows of one clip.

        Raises:
            FailError: it has no such clip.
            ServerGoneError: it has not answered.
        """
        for _ in range(round(ANSWER_S / RESEND_S)):
            with self.events() as events, contextlib.suppress(TimeoutError):
                await self.request(protocol.ListClips, clip=clip_id)
                wanted = (
                    event
                    async for event in events
                    if isinstance(event, protocol.ClipEvent) and event.clip == clip_id
                )
                async with asyncio.timeout(RESEND_S):
                    return await anext(wanted)
        raise ServerGoneError(f"server: {self._where} does not send clip {clip_id}")

    @contextmanager
    def events(self) -> Iterator[AsyncIterator[protocol.Event]]:
        """Every event that comes while the context lasts; /melfusion/notify asks for them."""
        queue: asyncio.Queue[protocol.Event] = asyncio.Queue()

        async def each() -> AsyncIterator[protocol.Event]:
            while True:
                yield await queue.get()

        self._queues.add(queue)
        try:
            yield each()
        finally:
            self._queues.discard(queue)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio gives the transport."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ARG002
        """Asyncio gives a datagram from the server."""
        try:
            messages = [protocol.read(raw.address, raw.arguments) for raw in osc.decode(data)]
        except (osc.OscError, RequestError) as error:
            logger.debug("not understood: %s", error)
            return
        for message in messages:
            self._take(message)

    def error_received(self, exc: Exception) -> None:
        """Asyncio gives an error. Nobody at the port ends a hello; later the server may return."""
        logger.debug("network: %s", exc)
        if self.welcome is None:
            for answer in self._pending.values():
                if not answer.done():
                    answer.set_exception(
                        ServerGoneError(
                            f"server: nobody is at {self._where}: is melfusion-live running there?"
                        )
                    )

    def _take(self, message: protocol.Message) -> None:
        # Beats and meters come whatever becomes of a render.
        if isinstance(message, protocol.Reply | protocol.JobEvent):
            self._heard_at = asyncio.get_running_loop().time()
        if isinstance(message, protocol.Event):
            if isinstance(message, protocol.JobEvent):
                self._acknowledged.add(message.job)
            for queue in self._queues:
                queue.put_nowait(message)
        elif isinstance(message, protocol.Done | protocol.Fail):
            answer = self._pending.get(message.id)
            if answer is None or answer.done():
                return
            if isinstance(message, protocol.Fail):
                answer.set_exception(FailError(message))
            else:
                answer.set_result(message)

    @contextmanager
    def _asking(
        self, message: protocol.Request[Answer]
    ) -> Iterator[tuple[bytes, "asyncio.Future[protocol.Done]"]]:
        """The datagram of a request, and where its answer will be."""
        try:
            datagram = osc.encode(message.address, protocol.write(message))
        except osc.OscError as error:
            raise RequestError("request", f"cannot be sent: {error}") from None
        answer = asyncio.get_running_loop().create_future()
        self._pending[message.id] = answer
        try:
            yield datagram, answer
        finally:
            del self._pending[message.id]
            if not answer.cancel() and not answer.cancelled():
                answer.exception()  # asyncio complains of one that nobody has looked at


@asynccontextmanager
async def connect(host: str, port: int, token: str = "") -> AsyncIterator[Client]:
    """A client of the server at `host`, `port`, which has said hello and been answered.

    Raises:
        ServerGoneError: no server answers there, or one of another protocol.
        FailError: the token is wrong.
    """
    client = Client(f"{host}:{port}")
    loop = asyncio.get_running_loop()
    # A name may have addresses of both kinds; the server listens on IPv4 unless told an IPv6 one.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: client, remote_addr=(host, port), family=family
        )
    except OSError as error:
        raise ServerGoneError(
            f"server: {host}:{port} cannot be reached: {error.strerror or error}"
        ) from None
    try:
        client.welcome = await client.request(protocol.Hello, token=token)
        if client.welcome.protocol != protocol.PROTOCOL_VERSION:
            raise ServerGoneError(
                f"server: {host}:{port} speaks another protocol, that of MeLFusion Live"
                f" {client.welcome.version}: use the same version here and there"
            )
        yield client
    finally:
        transport.close()


def new_job_id() -> str:
    """An id that no other job has."""
    return secrets.token_hex(8)


async def _within(answer: "asyncio.Future[protocol.Done]", seconds: float) -> bool:
    done, _ = await asyncio.wait([answer], timeout=seconds)
    return bool(done)

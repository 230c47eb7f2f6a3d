"""The core: all state of the server, on one asyncio loop, and the only way in and out of it.

Commands come in through `submit`, and go to one handler each. Events go out through `publish` to
whoever has subscribed; nobody is waited for.

Threading: everything runs on the asyncio loop. No locks.
"""

import asyncio
import hmac
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from melfusion.request import RequestError

from . import osc, protocol
from .choices import Choices
from .clips import Clips
from .clock import Timeline
from .cues import Cues
from .evolving import Evolving
from .jobs import Asker, Jobs
from .library_messages import ClipGoneEvent
from .looking import Looking
from .player.lane import Guide
from .player.output import Output
from .player.player import Player
from .remote import Bindings, Remote
from .renders import Renders
from .retakes import Retakes
from .scenes import Scenes
from .transport_messages import TransportEvent
from .transports.contract import Transport
from .transports.host import Host
from .transports.internal import Internal
from .transports.leader import Leader, Led
from .transports.midi import MidiClock
from .worker_host import WorkerHost

SILENCE_S = 60.0
"""A subscriber that says nothing for so long is dropped."""

LOOK_S = 5.0
"""How often the core looks after subscribers and the library's folder."""

MOST_SUBSCRIBERS = 64
BURST = 20
BURST_PAUSE_S = 0.01
"""A state of thousands of events is sent no faster than receivers' buffers are read."""

OURSELVES = ""
"""The host of requests that the server asks of itself."""

FAULT = "server: met a fault of its own; its log says more"

logger = logging.getLogger(__name__)

Address = tuple[str, int]
Send = Callable[[protocol.Message, Address], None]
Handler = Callable[["Core", Any, Asker], protocol.Done | None]
"""Carries out one kind of request: gives its Done, or None when that comes later; or raises
RequestError."""


class Core:
    """Owner of the jobs, the clips, the worker, the transports and the subscribers.

    Args:
        jobs: all jobs.
        clips: all clips.
        worker: the render process.
        output: where the sound goes.
        handlers: who carries out each kind of request.
        send: sends a message without waiting.
        token: what /melfusion/hello must carry before anything is answered; empty for nothing.
        clock: seconds that only go up; time.monotonic wherever transports are real.
        transports: beside the host, MIDI clock and the server's own.
        bindings: what the controls of the MIDI remote do; None for nothing yet.
        choices: what users have chosen; None keeps nothing.
    """

    def __init__(
        self,
        jobs: Jobs,
        clips: Clips,
        worker: WorkerHost,
        output: Output,
        handlers: Mapping[type[protocol.Request[Any]], Handler],
        send: Send,
        token: str = "",
        clock: Callable[[], float] = time.monotonic,
        transports: Sequence[Transport] = (),
        bindings: Bindings | None = None,
        choices: Choices | None = None,
    ) -> None:
        self.choices = choices or Choices()
        self.jobs = jobs
        self.clips = clips
        self.worker = worker
        self.renders = Renders(jobs, clips, worker, self.publish, self.answer)
        self.host, self.midi = Host(), MidiClock()
        self.leader = Leader((self.host, self.midi, *transports, Internal(clock())), clock)
        self.leader.listeners.append(self._tell_where)
        self.player = Player(output, clips, self._guide, self.publish)
        self.retakes = Retakes(
            self.player, clips, jobs, self.renders, lambda: self._guide().bpm, clock
        )
        self.cues = Cues(
            self.player, jobs, self.renders, lambda: self.leader.timeline, self.publish, clock
        )
        self.evolving = Evolving(
            self.player, clips, jobs, self.renders, self.cues, lambda: self.leader.timeline,
            lambda: self.leader.bpm, self.publish, clock,
        )  # fmt: skip
        self.looking = Looking()
        self.scenes = Scenes(clips, self.renders, self.publish)
        self.remote = Remote(
            Bindings() if bindings is None else bindings, self._fire,
            lambda part, gain: self.player.mix(part, gain, None), self.publish,
        )  # fmt: skip
        self.subscribers: dict[Address, float] = {}
        self.garbage_count = 0
        self.clock = clock
        self.began = clock()
        self._handlers = handlers
        self._send = send
        self._token = token
        self._admitted: set[str] = {OURSELVES}
        self._tasks: set[asyncio.Task[None]] = set()
        self._awaited: set[tuple[Asker, protocol.Request[Any]]] = set()

    @property
    def timeline(self) -> Timeline:
        """The line that everything is in time with. `leader.listeners` are told when it changes."""
        return self.leader.timeline

    def submit(self, message: osc.Message, sender: Address) -> None:
        """Carries out a message, or answers why not."""
        if self._is_ours(message, sender):
            return
        asker = _asker(message, sender)
        try:
            self._admit(message, sender[0])
            request = protocol.read(message.address, message.arguments)
            assert isinstance(request, protocol.Request)
            if (asker.host, asker.port) in self.subscribers:
                self.subscribers[asker.host, asker.port] = self.clock()
            if (asker, request) in self._awaited:
                return  # sent again before its answer has come
            done = self._handlers[type(request)](self, request, asker)
        except RequestError as error:
            self.refuse(message, sender, error)
        except sqlite3.Error as error:
            self.refuse(message, sender, RequestError("library", f"cannot be written: {error}"))
        except Exception:
            logger.exception("%s failed", message.address)
            self.refuse(message, sender, RequestError(*FAULT.split(": ")))
        else:
            if done is not None:
                self.answer(done, asker)

    def refuse(self, message: osc.Message, sender: Address, error: RequestError) -> None:
        """Answers a message with a fail."""
        if self._is_ours(message, sender):
            return
        asker = _asker(message, sender)
        reason = str(error)[: protocol.REASON_LONGEST]
        logger.info("%s from %s fails: %s", message.address, sender, reason)
        address = message.address[: protocol.ADDRESS_LONGEST]
        self.answer(protocol.Fail(asker.id, address, reason), asker)

    def garbage(self, sender: Address) -> None:  # noqa: ARG002
        """Counts a datagram that is no message for the server."""
        self.garbage_count += 1

    def vanished(self, receiver: Address) -> None:
        """Drops a subscriber that is not there any more."""
        if self.subscribers.pop(receiver, None) is not None:
            logger.info("subscriber %s has vanished", receiver)

    def answer(self, message: protocol.Message, asker: Asker) -> None:
        """Sends a message to whoever asked."""
        if asker.host != OURSELVES:
            self._send(message, (asker.host, asker.port))
        elif isinstance(message, protocol.Reply):
            self.remote.answered(message)

    def publish(self, event: protocol.Event, *askers: Asker) -> None:
        """Sends an event to every subscriber, and to `askers`, subscribed or not."""
        others = {(asker.host, asker.port) for asker in askers if asker.host != OURSELVES}
        for address in self.subscribers.keys() | others:
            self._send(event, address)

    def stream(self, events: Iterable[protocol.Event], asker: Asker) -> None:
        """Sends many events to one asker, at a pace that it can follow, without waiting."""
        self._keep(asyncio.ensure_future(self.streamed(events, asker)))

    async def streamed(self, events: Iterable[protocol.Event], asker: Asker) -> None:
        """Sends many events to one asker; returns when the last has gone."""
        for number, event in enumerate(events, start=1):
            self.answer(event, asker)
            if number % BURST == 0:
                await asyncio.sleep(BURST_PAUSE_S)

    def answer_later(
        self, work: Awaitable[protocol.Done], request: protocol.Request[Any], asker: Asker
    ) -> None:
        """Answers with what `work` gives, when it does; until then the request is not repeated."""
        awaited = asker, request
        self._awaited.add(awaited)
        task = self._keep(asyncio.ensure_future(self._answer_later(work, request, asker)))
        task.add_done_callback(lambda _: self._awaited.discard(awaited))

    def drop_silent(self) -> None:
        """Drops subscribers that have said nothing for too long."""
        for address, heard in list(self.subscribers.items()):
            if self.clock() - heard > SILENCE_S:
                self.vanished(address)

    def look_into_folder(self) -> None:
        """Tells of clips that came into the library's folder, or went, by other hands."""
        try:
            adopted, gone = self.clips.look()
        except (OSError, sqlite3.Error) as error:
            logger.warning("the library's folder cannot be looked through: %s", error)
            return
        for clip in adopted:
            self.publish(clip.event)
        for clip_id in gone:
            self.publish(ClipGoneEvent(clip_id))

    async def run(self) -> None:
        """Keeps the house, for ever."""
        try:
            while True:
                await asyncio.sleep(LOOK_S)
                self.drop_silent()
                self.look_into_folder()
        finally:
            self.cues.close()
            await self.looking.end()

    def _keep(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _answer_later(
        self, work: Awaitable[protocol.Done], request: protocol.Request[Any], asker: Asker
    ) -> None:
        try:
            answer: protocol.Reply = await work
        except RequestError as error:
            reason = str(error)[: protocol.REASON_LONGEST]
            logger.info("%s of %s fails: %s", request.address, asker.host, reason)
            answer = protocol.Fail(request.id, request.address, reason)
        except Exception:
            logger.exception("%s failed", request.address)
            answer = protocol.Fail(request.id, request.address, FAULT)
        self.answer(answer, asker)

    def _fire(self, address: str, request_id: int, arguments: list[Any]) -> None:
        """Carries out a request of the remote's."""
        self.submit(osc.Message(address, (request_id, *arguments)), (OURSELVES, 0))

    def _guide(self) -> Guide:
        return Guide(self.leader.timeline, self.leader.bpm)

    def _tell_where(self, led: Led) -> None:
        if not self.subscribers:
            return
        now_s = self.clock()
        bar, beat = led.line.position(now_s)
        event = TransportEvent(
            leader=led.leader,
            reason=led.reason,
            bpm=led.bpm,
            metre=str(led.line.metre),
            playing=int(led.line.playing),
            bar=int(bar),
            beat=beat,
            quarters=led.line.quarters_at(now_s),
            heard=" ".join(led.heard),
        )
        self.publish(event)

    def _is_ours(self, message: osc.Message, sender: Address) -> bool:
        """Whether only a server says this. An answer to it could go back and forth for ever."""
        declared = protocol.TABLE.get(message.address)
        if declared is None or issubclass(declared, protocol.Request):
            return False
        self.garbage(sender)
        return True

    def _admit(self, message: osc.Message, host: str) -> None:
        """Lets a host in that has said the token; before that, nothing is told to it."""
        if not self._token or host in self._admitted:
            return
        try:
            request = protocol.read(message.address, message.arguments)
        except RequestError:
            request = None
        if isinstance(request, protocol.Hello) and _equal(request.token, self._token):
            logger.info("%s has said the token", host)
            self._admitted.add(host)
        else:
            raise RequestError("token", "say /melfusion/hello with this server's token first")


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


def _asker(message: osc.Message, sender: Address) -> Asker:
    host, own_port = sender
    request_id, port = protocol.envelope(message.arguments, own_port)
    return Asker(host, port, request_id)

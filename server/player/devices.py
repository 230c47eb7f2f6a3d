"""The machine's sound devices, as the server sees them: each stream is a sound process.

Threading: a stream has a thread that writes to its process and one that reads from it; they share
queues with the asyncio loop, on which everything else runs. A process that hangs is killed.
"""

import asyncio
import contextlib
import itertools
import math
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import wire
from .device import DeviceError
from .engine import AHEAD, Command, Kind, News, Start, Steer
from .voice import Sound, Voice

OPEN_S = 20.0
"""How long a driver may take."""

LOAD_S = 20.0
CLOSE_S = 2.0
SILENT_S = 3.0
"""A process that says nothing for so long is lost."""

MARGIN_S = 0.02
"""How long a command may take to the engine, beside two blocks."""

PIECE = 1 << 16
MOST_BYTES = 256 << 20
"""Sounds that the process keeps, beside those that play."""

COMMAND = [sys.executable, "-P", "-m", "server.player.process"]


class RemoteClock:
    """Frames against seconds, as the sound process last told."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.steady = False
        self.offset_s = 0.0

    def frame_at(self, time_s: float) -> float:
        """The frame that is heard at `time_s`, with its fraction."""
        return (time_s - self.offset_s) * self.rate

    def time_at(self, frame: float) -> float:
        """When `frame` is heard."""
        return self.offset_s + frame / self.rate


class Process:
    """A sound process, and what it said that has not been heard yet."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self.said: deque[Any] = deque()
        self._to_say: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for work in (self._write, self._read):
            threading.Thread(target=work, name="sound process", daemon=True).start()

    @property
    def has_ended(self) -> bool:
        """Whether the process is no more."""
        return self._process.poll() is not None

    def say(self, message: Any) -> None:
        """Sends a message, without waiting."""
        self._to_say.put(message)

    async def answer(self, patience_s: float) -> Any:
        """The next thing that it says.

        Raises:
            DeviceError: it fails, ends, or says nothing for so long.
        """
        deadline = time.monotonic() + patience_s
        while not self.said:
            if time.monotonic() > deadline:
                raise DeviceError(f"the sound device does not answer for {patience_s:.0f} s")
            if self.has_ended:
                await asyncio.sleep(0.05)  # its last words may be on their way
                if not self.said:
                    raise DeviceError("the sound device fails: its process has crashed")
            await asyncio.sleep(0.01)
        answer = self.said.popleft()
        if isinstance(answer, wire.Failed):
            raise DeviceError(answer.reason)
        return answer

    async def end(self, patience_s: float = 0.0) -> None:
        """Waits for the end of the process, and then sees to it."""
        deadline = time.monotonic() + patience_s
        while not self.has_ended and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        self._process.kill()
        self._to_say.put(None)
        await asyncio.to_thread(self._process.wait)

    def _write(self) -> None:
        pipe = self._process.stdin
        assert pipe
        with contextlib.suppress(OSError), pipe:
            while (message := self._to_say.get()) is not None:
                pickle.dump(message, pipe, pickle.HIGHEST_PROTOCOL)
                pipe.flush()

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe
        # Whatever a dying process leaves behind ends the reading.
        with contextlib.suppress(Exception), pipe:
            while True:
                self.said.append(pickle.load(pipe))


class RemoteStream:
    """An open device.

    Attributes:
        name: the device's.
        rate: frames a second, the device's own.
        block: frames of its longest block so far.
        clock: frames against seconds.
    """

    def __init__(self, process: Process, name: str, rate: int) -> None:
        self.name = name
        self.rate = rate
        self.block = 0
        self.clock = RemoteClock(rate)
        self._process = process
        self._pulse = wire.Pulse(0, time.monotonic(), 0, 0.0, False, True)
        self._pulsed_s = time.monotonic()
        self._numbers = itertools.count()
        self._sounds: OrderedDict[Sound, int] = OrderedDict()
        self._loaded: set[int] = set()
        self._voices: dict[int, Voice] = {}

    async def load(self, sound: Sound) -> None:
        """Has a sound ready to begin, in the sound process.

        Raises:
            DeviceError: the process is gone.
        """
        number = self._number(sound)
        self._sounds.move_to_end(sound)
        deadline = time.monotonic() + LOAD_S
        while number not in self._loaded:
            if self.is_lost() or time.monotonic() > deadline:
                raise DeviceError(f"{self.name} has gone")
            await asyncio.sleep(0.005)
        self._forget()

    def send(self, command: Command) -> None:
        """Gives the engine a command. A voice whose sound was not loaded before may begin late."""
        if isinstance(command, Start):
            voice = command.voice
            number = next(self._numbers)
            instead = next((n for n, v in self._voices.items() if v is command.instead), -1)
            self._voices[number] = voice
            command_wire = wire.Begin(
                number, self._number(voice.sound), voice.part, voice.course, voice.begin,
                voice.fade_in, voice.equal_power, voice.told, instead,
            )  # fmt: skip
            self._process.say(command_wire)
        elif isinstance(command, Steer):
            for number, voice in self._voices.items():
                if voice is command.voice:
                    self._process.say(wire.Lead(number, command.course))
        else:
            self._process.say(command)

    def soonest(self) -> int:
        """The first frame that a command given now will surely be in time for."""
        pulse = self._pulse
        gone = math.ceil((time.monotonic() - pulse.asked_s + MARGIN_S) * self.rate)
        return pulse.frame + AHEAD + pulse.block + max(gone, 0)

    def news(self) -> Iterator[News]:
        """What the engine has told since the last time."""
        while self._process.said:
            said = self._process.said.popleft()
            self._pulsed_s = time.monotonic()
            if isinstance(said, wire.Pulse):
                self._pulse, self.block = said, said.block
                self.clock.offset_s, self.clock.steady = said.offset_s, said.steady
            elif isinstance(said, wire.Loaded):
                self._loaded.add(said.sound)
            elif isinstance(said, wire.Told):
                voice = self._voices.get(said.voice)
                if said.kind is Kind.ENDED:
                    self._voices.pop(said.voice, None)
                yield News(said.kind, said.frame, voice, said.levels)

    def is_lost(self) -> bool:
        """Whether the device asks for nothing any more."""
        silent_s = time.monotonic() - self._pulsed_s
        return not self._pulse.alive or silent_s > SILENT_S or self._process.has_ended

    async def close(self) -> None:
        """Fades out and ends."""
        if self.is_lost():
            await self._process.end()
        else:
            self._process.say(wire.Close())
            await self._process.end(CLOSE_S)

    def _number(self, sound: Sound) -> int:
        """The number by which the process knows a sound; it is sent when it is not known yet."""
        if sound not in self._sounds:
            number = self._sounds[sound] = next(self._numbers)
            self._process.say(wire.Load(number, len(sound.frames), sound.slip))
            for at in range(0, len(sound.frames), PIECE):
                self._process.say(wire.Piece(number, at, sound.frames[at : at + PIECE]))
        return self._sounds[sound]

    def _forget(self) -> None:
        """Has the process forget sounds that were not begun for long, when there are many."""
        while sum(sound.frames.nbytes for sound in self._sounds) > MOST_BYTES:
            if len(self._sounds) == 1:
                return
            _, number = self._sounds.popitem(last=False)
            self._loaded.discard(number)
            self._process.say(wire.Drop(number))


class Devices:
    """The machine's devices."""

    async def found(self) -> list[wire.Found]:
        """All that can play stereo.

        Raises:
            DeviceError: PortAudio is missing or fails.
        """
        process = Process()
        process.say(wire.Look())
        try:
            listed: wire.Listed = await process.answer(OPEN_S)
        finally:
            await process.end()
        return listed.found

    async def open(self, name: str) -> RemoteStream:
        """Opens a device at its own rate and block size.

        Args:
            name: of the device, or a part of it; empty for the system's default.

        Raises:
            DeviceError: there is none, or it does not open.
        """
        process = Process()
        process.say(wire.Open(name))
        try:
            opened: wire.Opened = await process.answer(OPEN_S)
        except BaseException:
            await process.end()
            raise
        return RemoteStream(process, opened.name, opened.rate)


def _environment() -> dict[str, str]:
    """Ours, in which the process finds these very packages, installed or not."""
    packages = str(Path(__file__).parents[2])
    given = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([packages, given] if given else [packages])}

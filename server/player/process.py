"""The sound process: `python -m server.player.process`. PortAudio and the engine live here.

Apart from the server they cannot take it along when a driver hangs or crashes, and the callback
waits for nobody else's Python. What is said and heard is in wire.py, over stdin and stdout.

Threading: a reader thread queues what comes in and ends the process at the end of stdin, whatever
hangs; the main thread does the rest, but for the audio callback, which it reaches through the
engine's rings.
"""

import contextlib
import gc
import os
import pickle
import queue
import sys
import threading
import time
from typing import Any, BinaryIO

import numpy as np
import psutil

from . import device, wire
from .engine import PARTS, Command, Engine, Kind, Level, News, Start, Steer, Stop
from .ring import Ring
from .voice import Sound, Voice

LOOK_S = 0.005
PULSE_S = 0.02
FADE_S = 0.005
SWITCH_S = 0.001
"""How long the main thread may keep the callback waiting for the interpreter."""


class Desk:
    """An open device, its engine, and all that the server knows by number.

    Args:
        name: of the device.
        out: where the server hears.
    """

    def __init__(self, name: str, out: BinaryIO) -> None:
        self._out = out
        self._commands: Ring[Command] = Ring(1024, lambda: None)
        self._news: Ring[News] = Ring(1024, News)
        self._sounds: dict[int, Sound] = {}
        self._voices: dict[int, Voice] = {}
        self._numbers: dict[int, int] = {}
        portaudio = device.library()
        number, found = device.chosen(device.all_devices(portaudio), name)
        engine = Engine(found.rate, self._commands, self._news)
        self.rate = found.rate
        self._stream = device.Stream(portaudio, number, found.rate, engine)
        self._pulsed_s = 0.0
        say(out, wire.Opened(found.name, found.rate))

    def obey(self, message: Any) -> None:
        """Does what the server says."""
        match message:
            case wire.Load():
                empty = np.zeros((message.count, 2), np.float32)
                self._sounds[message.sound] = Sound(empty, message.slip)
            case wire.Piece():
                frames = self._sounds[message.sound].frames
                frames[message.at : message.at + len(message.frames)] = message.frames
                if message.at + len(message.frames) == len(frames):
                    say(self._out, wire.Loaded(message.sound))
            case wire.Drop():
                del self._sounds[message.sound]
            case wire.Begin():
                self._begin(message)
            case wire.Lead():
                if message.voice in self._voices:
                    self._commands.put(Steer(self._voices[message.voice], message.course))
            case Stop() | Level():
                self._commands.put(message)

    def look(self) -> None:
        """Tells the server what is new."""
        for news in self._news.drain():
            number = self._numbers.get(id(news.voice), -1)
            say(self._out, wire.Told(news.kind, news.frame, number, news.levels))
            if news.kind is Kind.ENDED and number in self._voices:
                del self._voices[number], self._numbers[id(news.voice)]
                news.voice = None
        self._stream.clock.settle()
        now_s = time.monotonic()
        if now_s - self._pulsed_s >= PULSE_S:
            self._pulsed_s = now_s
            stream, clock = self._stream, self._stream.clock
            frame, asked_s = stream.frame, stream.asked_s
            offset_s, steady = clock.time_at(0), clock.steady
            pulse = wire.Pulse(frame, asked_s, stream.block, offset_s, steady, stream.alive)
            say(self._out, pulse)

    def close(self) -> None:
        """Fades out and lets the device go."""
        for part in range(len(PARTS)):
            self._commands.put(Stop(part, 0, round(FADE_S * self.rate)))
        time.sleep(0.1)
        self._stream.close()

    def _begin(self, message: wire.Begin) -> None:
        voice = Voice(
            message.part,
            self._sounds[message.sound],
            message.course,
            message.begin,
            message.fade_in,
            equal_power=message.equal_power,
            told=message.told,
        )
        self._voices[message.voice] = voice
        self._numbers[id(voice)] = message.voice
        self._commands.put(Start(voice, self._voices.get(message.instead)))


def say(out: BinaryIO, message: Any) -> None:
    """Sends one message."""
    pickle.dump(message, out, pickle.HIGHEST_PROTOCOL)
    out.flush()


def main() -> None:
    """Looks for devices, or plays on one, until the server says or is gone."""
    # What libraries print must not get among the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.setswitchinterval(SWITCH_S)
    _come_first()
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, inbox), daemon=True).start()
    try:
        first = inbox.get()
        if isinstance(first, wire.Look):
            there = device.all_devices(device.library())
            say(out, wire.Listed([found for _, found in there]))
        else:
            _play(first.name, inbox, out)
    except device.DeviceError as error:
        say(out, wire.Failed(str(error)))
    except Exception as fault:
        reason = " ".join(f"{type(fault).__name__}: {fault}".split())[:200]
        say(out, wire.Failed(f"the sound device fails: {reason}"))
    # PortAudio's own end may hang.
    os._exit(0)


def _come_first() -> None:
    """Asks the system to be served before what renders; where that is not granted, so be it."""
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(getattr(psutil, "HIGH_PRIORITY_CLASS", -11))


def _play(name: str, inbox: "queue.SimpleQueue[Any]", out: BinaryIO) -> None:
    desk = Desk(name, out)
    # What is there now stays. To look through it for garbage takes longer than a block lasts, and
    # the callback would wait for that.
    gc.freeze()
    while True:
        try:
            message = inbox.get(timeout=LOOK_S)
        except queue.Empty:
            desk.look()
            continue
        if isinstance(message, wire.Close):
            desk.close()
            return
        desk.obey(message)
        desk.look()


def _read(source: BinaryIO, inbox: "queue.SimpleQueue[Any]") -> None:
    try:
        while True:
            inbox.put(pickle.load(source))
    except Exception:
        os._exit(0)


if __name__ == "__main__":
    main()

"""Real MIDI clock over a JACK server of its own: `python midi_scenes.py SCENE FRAMES`.

Scenes: `generator`, jack_midi_clock at 123.4; `drop_out`, 3 s without ticks; `ramp`, from 120 to
128 over 8 bars; `unplugged`, the sender ends and comes back; `recorded`, jack_midi_clock
in freewheel; `keyboard`, controls of a keyboard are learned, bound, unplugged and plugged in again.
"""

import asyncio
import contextlib
import json
import queue
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import jack
import mido
import numpy as np

from melfusion.music import Metre
from server.midi_inputs import Heard, MidiInputs
from server.remote import Bindings, Remote
from server.remote_messages import Fire, Turn
from server.transports.internal import Internal
from server.transports.leader import Leader
from server.transports.midi import MidiClock
from tests.server.player.jackd import urgency

RATE = 48000
BPM = 123.4
Process = asyncio.subprocess.Process


class Bench:
    """Our end: inputs, MIDI clock, leader; and JACK's own time to compare it with."""

    def __init__(self) -> None:
        self.midi = MidiClock()
        self.leader = Leader((self.midi, Internal(time.monotonic())))
        self.fired: list[str] = []
        self.gains: list[tuple[str, float]] = []
        self.remote = Remote(
            Bindings(),
            lambda address, *_: self.fired.append(address),
            lambda *gain: self.gains.append(gain),
            lambda _: None,
        )
        self.inputs = MidiInputs(self.midi, self.remote, poll_s=0.3)
        self.jack = jack.Client("measure")
        self.pairs: list[tuple[float, int]] = []
        self.seen: list[tuple[float, float, float]] = []  # when, our quarters, our tempo
        self.xruns = 0
        self.jack.set_xrun_callback(self._count_xrun)

    def _count_xrun(self, _: float) -> None:
        self.xruns += 1

    async def watch(self) -> None:
        """Looks at JACK's frames and at our line, every 10 ms."""
        while True:
            before, frame, after = time.monotonic(), self.jack.frame_time, time.monotonic()
            if after - before < 0.0005:
                self.pairs.append(((before + after) / 2, frame))
            now_s = time.monotonic()
            if self.leader.state().leader == "midi":
                line = self.leader.timeline
                self.seen.append((now_s, line.quarters_at(now_s), self.leader.bpm))
            await asyncio.sleep(0.01)

    def wandered_ms(self, first: int, last: int) -> float:
        """How far JACK's frames went from an even pace between two of them, to and fro."""
        at, frame = np.array([pair for pair in self.pairs if first <= pair[1] <= last]).T
        off = frame - np.polyval(np.polyfit(at - at[0], frame, 1), at - at[0])
        return float(np.percentile(off, 98) - np.percentile(off, 2)) * 1000 / RATE

    def frames_at(self, times: Any) -> Any:
        """JACK's frame counter at our times: a line through what was seen, without outliers."""
        at, frame = np.array(self.pairs).T
        keep = np.ones(len(at), dtype=bool)
        for _ in range(3):
            line = np.polyfit(at[keep] - at[0], frame[keep], 1)
            off = np.abs(np.polyval(line, at - at[0]) - frame)
            keep = off <= max(4 * np.median(off), 10)
        return np.polyval(line, np.asarray(times) - at[0])


@asynccontextmanager
async def bench(frames: str, *, waits: bool = True) -> AsyncIterator[Bench]:
    """Our end on a JACK server of its own, which waits for clients that are late or does not."""
    jackd = await asyncio.create_subprocess_exec(
        "jackd", *urgency(), *["-S"] * waits, "-d", "dummy", "-r", str(RATE), "-p", frames,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    await asyncio.sleep(1.5)
    made = Bench()
    runners = (made.inputs.run(), made.leader.run(), made.watch())
    with made.jack:
        tasks = [asyncio.create_task(each) for each in runners]
        yield made
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    jackd.terminate()
    await jackd.wait()


async def opened(made: Bench, there: bool = True) -> None:
    async with asyncio.timeout(15):
        while bool(made.inputs.names) is not there:
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)  # JACK connects from its next periods on


async def start(*words: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def generator(frames: str) -> dict[str, Any]:
    async with bench(frames) as made:
        clock = await start("jack_midi_clock", "-b", str(BPM), "-B")
        await opened(made)
        made.jack.transport_locate(0)
        made.jack.transport_start()
        await asyncio.sleep(12)
        _, where = made.jack.transport_query_struct()
        began = made.jack.last_frame_time - where.frame  # both count the same frames
        made.jack.transport_stop()
        await asyncio.sleep(0.5)
        stopped = made.leader.timeline
        clock.terminate()
        await clock.wait()
        when, ours, tempo = np.array(made.seen).T
        rolls = when < when[-1] - 0.7
        truth = (made.frames_at(when) - began) / RATE * BPM / 60
        off_ms = (ours - truth) * 60_000 / BPM
        after = rolls & (truth > 8)
        return {
            "tempo_off": float(np.abs(tempo[after] - BPM).max()),
            "tempo_off_at_2_bars": float(abs(tempo[after][0] - BPM)),
            "phase_ms": [float(off_ms[after].min()), float(off_ms[after].max())],
            "looks": int(after.sum()),
            "playing_after_stop": stopped.playing,
            "xruns": made.xruns,
            "jack_wandered_ms": made.wandered_ms(began, began + where.frame),
        }


async def ramp(frames: str) -> dict[str, Any]:
    """Two bars at 120 and eight up to 128, after two to settle."""
    return await sequenced(frames, ([0, 16, 48, 56], [120, 120, 128, 128]), (0, 0), (8, 55))


async def drop_out(frames: str) -> dict[str, Any]:
    """At 120, 3 s without ticks, and two bars after it."""
    return await sequenced(frames, ([0, 26], [120, 120]), (12, 18), (8, 25))


async def sequenced(
    frames: str, tempo: tuple[list[int], list[int]], lost: tuple[int, int], looked: tuple[int, int]
) -> dict[str, Any]:
    """How far our line is from a sequencer whose tempo is told at some quarter notes.

    Args:
        frames: of a period of JACK's.
        tempo: quarter notes, and the tempo at each; it is moved evenly between them.
        lost: from which quarter note to which nothing is sent.
        looked: from which to which our line is looked at.
    """
    quarters = np.arange(24 * tempo[0][-1]) / 24
    bpm = np.interp(quarters, *tempo)
    ticks = np.concatenate([[0], np.cumsum(60 / 24 / bpm * RATE)[:-1]]).round().astype(int)
    async with bench(frames) as made:
        with tempfile.TemporaryDirectory() as folder:
            plan = Path(folder) / "plan.json"
            silent = [24 * quarter for quarter in lost]
            words = {"0": "fa"}
            plan.write_text(json.dumps({"ticks": ticks.tolist(), "lost": silent, "words": words}))
            sender = await start(
                sys.executable, str(Path(__file__).with_name("jack_clock.py")), str(plan)
            )
            await opened(made)
            assert sender.stdin
            assert sender.stdout
            made.xruns = 0  # of JACK's clients that came
            sender.stdin.write(b"go\n")
            begins = int(await sender.stdout.readline())
            await sender.wait()
        when, ours, _ = np.array(made.seen).T
        truth = np.interp(made.frames_at(when) - begins, ticks, quarters)
        inside = (truth >= looked[0]) & (truth < looked[1])
        off_ms = ((ours - truth) * 60_000 / np.interp(truth, quarters, bpm))[inside]
        return {
            "xruns": made.xruns,
            "jack_wandered_ms": made.wandered_ms(begins, begins + int(ticks[-1])),
            "looks": len(off_ms),
            "phase_ms": [float(off_ms.min()), float(off_ms.max())],
        }


async def unplugged(frames: str) -> dict[str, Any]:
    async with bench(frames) as made:
        found: dict[str, Any] = {"leaders": []}
        for _ in range(2):
            clock = await start("jack_midi_clock", "-b", str(BPM), "-B")
            await opened(made)
            made.jack.transport_start()
            async with asyncio.timeout(15):
                while made.leader.state().leader != "midi":
                    await asyncio.sleep(0.02)
            found["leaders"].append(made.leader.state().leader)
            clock.kill()
            await clock.wait()
            before = made.leader.timeline
            await opened(made, there=False)
            async with asyncio.timeout(15):
                while made.leader.state().leader != "internal":
                    await asyncio.sleep(0.02)
            now_s, after = time.monotonic(), made.leader.timeline
            ahead = after.quarters_at(now_s) - before.quarters_at(now_s)
            found["leaders"].append(made.leader.state().leader)
            found.setdefault("carried_on_ms", []).append(ahead * 60_000 / BPM)
            made.jack.transport_stop()
        return found


class Keyboard:
    """A JACK client that sends what it is told to."""

    def __init__(self) -> None:
        self.client = jack.Client("keyboard")
        self.port = self.client.midi_outports.register("out")
        self.waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.client.set_process_callback(self._process)
        self.client.activate()

    def play(self, text: str) -> None:
        self.waiting.put(bytes(mido.Message.from_str(text).bytes()))

    def unplug(self) -> None:
        self.client.deactivate()
        self.client.close()

    def _process(self, _: int) -> None:
        self.port.clear_buffer()
        with contextlib.suppress(queue.Empty):
            self.port.write_midi_event(0, self.waiting.get_nowait())


async def keyboard(frames: str) -> dict[str, Any]:
    async with bench(frames) as made:
        keys = Keyboard()
        await opened(made)
        learned = []
        for text in ("note_on note=60", "control_change control=7 value=3"):
            learning = asyncio.create_task(made.remote.learn())
            await asyncio.sleep(0.1)
            keys.play(text)
            learned.append(await learning)
        made.remote.bind_fire(Fire(1, learned[0], "/melfusion/panic"))
        made.remote.bind_turn(Turn(2, learned[1], "gain drums", high=1.27))
        counts = []
        for _ in range(2):
            for text in (
                "note_on note=60",
                "note_off note=60",
                "control_change control=7 value=64",
            ):
                keys.play(text)
            await asyncio.sleep(0.5)
            counts.append((len(made.fired), len(made.gains)))
            keys.unplug()
            await opened(made, there=False)
            keys = Keyboard()
            await opened(made)
        keys.unplug()
        return {"learned": learned, "counts": counts, "gain": made.gains[-1]}


async def recorded(frames: str) -> dict[str, Any]:
    """A minute of jack_midi_clock, recorded frame by frame and faster than it plays.

    Its option for jitter is not used: with it the whole clock wanders away from JACK's transport.
    """
    period = int(frames)
    jackd = await start("jackd", *urgency(), "-S", "-d", "dummy", "-r", str(RATE), "-p", frames)
    await asyncio.sleep(1.5)
    clock = await start("jack_midi_clock", "-b", str(BPM), "-B")
    await asyncio.sleep(1)
    client = jack.Client("recorder")
    port = client.midi_inports.register("in")
    said: list[tuple[int, str]] = []  # transport frame, message

    @client.set_process_callback
    def take(_: int) -> None:
        _, where = client.transport_query_struct()
        for offset, content in port.incoming_midi_events():
            said.append((where.frame + offset, bytes(content).hex()))

    with client:
        client.connect("jack_midi_clock:mclk_out", port)
        client.set_freewheel(True)
        await asyncio.sleep(0.3)
        client.transport_start()
        async with asyncio.timeout(30):
            while not said or said[-1][0] < 60 * RATE:
                await asyncio.sleep(0.05)
        client.set_freewheel(False)
    for process in (clock, jackd):
        process.terminate()
        await process.wait()
    exact = [frame / RATE for frame, _ in said]
    in_periods = [frame // period * period / RATE for frame, _ in said]
    messages = [mido.Message.from_hex(content) for _, content in said]
    return {
        "ticks": sum(message.type == "clock" for message in messages),
        "exact": _followed(messages, exact, exact, edge=0.0),
        "in_periods": _followed(messages, in_periods, exact, edge=1.0),
    }


def _followed(
    messages: list[Any], stamps: list[float], exact: list[float], edge: float
) -> dict[str, float]:
    """How far off the MIDI clock's line is when it hears the messages at `stamps`."""
    midi = MidiClock()
    tempo_off, phase_ms = 0.0, 0.0
    for message, stamp_s, now_s in zip(messages, stamps, exact, strict=True):
        midi.hear(Heard("in", message, stamp_s, edge))
        truth = now_s * BPM / 60
        if truth > 8 and (line := midi.timeline(now_s, Metre())):
            tempo_off = max(tempo_off, abs(line.bpm - BPM))
            phase_ms = max(phase_ms, abs(line.quarters_at(now_s) - truth) * 60_000 / BPM)
    return {"tempo_off": tempo_off, "phase_ms": phase_ms}


if __name__ == "__main__":
    told = (generator, drop_out, ramp, unplugged, recorded, keyboard)
    scenes = {each.__name__: each for each in told}
    print(json.dumps(asyncio.run(scenes[sys.argv[1]](sys.argv[2]))))

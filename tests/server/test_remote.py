"""The MIDI remote: bound over OSC, played by what a MIDI system says, carried out by a server."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import mido
import pytest

from melfusion.request import RequestError
from server import library as libraries
from server import remote as remotes
from server.messages import Done, Event
from server.midi_inputs import Heard
from server.player_messages import MixEvent
from server.protocol import JobEvent
from server.remote import Binding, Bindings, Control, Remote
from server.remote_messages import BindingEvent, Fire, FiredEvent, KnobEvent, Turn

from .conftest import Peer, Run
from .fake_midi import MidiSystem

KEYS = "nanoKEY2:nanoKEY2 MIDI 1"


class Bench:
    """A remote and what it did."""

    def __init__(self, bindings: Bindings | None = None) -> None:
        self.fired: list[tuple[str, int, list[Any]]] = []
        self.gains: list[tuple[str, float]] = []
        self.events: list[Event] = []
        self.bindings = Bindings() if bindings is None else bindings
        self.remote = Remote(
            self.bindings,
            lambda *request: self.fired.append(request),
            lambda *gain: self.gains.append(gain),
            self.events.append,
        )

    def fire(self, control: str, request: str, *arguments: Any) -> None:
        self.remote.bind_fire(Fire(1, control, request, arguments=json.dumps(arguments)))

    def play(self, message: str, port: str = f"{KEYS} 20:0") -> None:
        self.remote.hear(Heard(port, mido.Message.from_str(message), 0.0))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_note_fires_when_it_is_struck(bench: Bench) -> None:
    bench.fire("note 10 36", "/melfusion/play", "clip", "quantum", "bar")
    bench.play("note_on channel=9 note=36 velocity=100")
    bench.play("note_off channel=9 note=36")
    bench.play("note_on channel=9 note=36 velocity=0")
    bench.play("note_on channel=8 note=36")
    bench.play("note_on channel=9 note=37")
    assert [(address, given) for address, _, given in bench.fired] == [
        ("/melfusion/play", ["clip", "quantum", "bar"])
    ]


def test_a_controller_fires_when_it_passes_its_middle_upwards(bench: Bench) -> None:
    bench.fire("cc 1 20", "/melfusion/panic")
    for value in (10, 63, 64, 127, 90, 20, 127):
        bench.play(f"control_change channel=0 control=20 value={value}")
    bench.fire("program 2 5", "/melfusion/stop", "part", "drums")
    bench.play("program_change channel=1 program=5")
    requests = [request for request, *_ in bench.fired]
    assert requests == ["/melfusion/panic", "/melfusion/panic", "/melfusion/stop"]


def test_controllers_turn_knobs_which_what_is_fired_gets(bench: Bench) -> None:
    bench.fire("note 1 60", "/melfusion/render", "prompt", "x", "guidance", 3.0)
    bench.remote.bind_turn(Turn(1, "cc 1 7", "image_strength"))
    bench.remote.bind_turn(Turn(2, "cc 1 8", "guidance", low=1.0, high=3.54))
    bench.remote.bind_turn(Turn(3, "cc 1 9", "crossfade_ms", low=20.0, high=20.0))
    bench.events.clear()
    for control, value in ((7, 0), (7, 127), (8, 50), (9, 1)):
        bench.play(f"control_change channel=0 control={control} value={value}")
    assert bench.events == [
        KnobEvent("image_strength", 0.0),
        KnobEvent("image_strength", 1.0),
        KnobEvent("guidance", pytest.approx(2.0)),
        KnobEvent("crossfade_ms", 20.0),
    ]
    bench.play("note_on channel=0 note=60")
    # What the binding names stays; the rest the knobs say.
    given = ["prompt", "x", "guidance", 3.0, "image_strength", 1.0, "crossfade_ms", 20.0]
    assert [(address, given) for address, _, given in bench.fired] == [("/melfusion/render", given)]
    bench.fire("note 1 61", "/melfusion/panic")
    bench.play("note_on channel=0 note=61")
    assert bench.fired[1][::2] == ("/melfusion/panic", [])
    assert bench.fired[1][1] == bench.fired[0][1] + 1


def test_gains_are_turned_at_once(bench: Bench) -> None:
    bench.remote.bind_turn(Turn(1, "cc 1 7", "gain drums", high=1.27))
    bench.remote.bind_turn(Turn(1, "cc 1 8", "gain", low=1.0, high=0.0))
    bench.play("control_change channel=0 control=7 value=64")
    bench.play("control_change channel=0 control=8 value=127")
    assert bench.gains == [("drums", pytest.approx(0.64)), ("", 0.0)]


def test_a_new_seed_is_another_one_every_time(bench: Bench) -> None:
    bench.fire("note 1 60", "/melfusion/render", "prompt", "x", "seed", "new")
    for _ in range(20):
        bench.play("note_on channel=0 note=60")
    seeds = [given[3] for *_, given in bench.fired]
    assert len(set(seeds)) == 20
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_a_named_input_is_told_from_others_whatever_number_alsa_gives_it(bench: Bench) -> None:
    bench.fire(f"note 1 60 {KEYS} 20:0", "/melfusion/panic")
    bench.fire("note 1 60", "/melfusion/stop")
    bench.play("note_on channel=0 note=60", port=f"{KEYS} 24:0")
    bench.play("note_on channel=0 note=60", port="other 24:0")
    assert [request for request, *_ in bench.fired] == ["/melfusion/panic", "/melfusion/stop"]
    assert str(Control.parse(f"note 1 60 {KEYS} 20:0")) == f"note 1 60 {KEYS}"


def test_inputs_are_wanted_while_there_is_something_to_hear(bench: Bench) -> None:
    assert not bench.remote.wanted
    bench.fire(f"note 1 60 {KEYS}", "/melfusion/panic")
    assert bench.remote.wanted
    assert bench.remote.wants(f"{KEYS} 32:0", exclusive=True)
    assert not bench.remote.wants("other", exclusive=False)
    bench.fire("note 1 61", "/melfusion/panic")
    assert bench.remote.wants("other", exclusive=False)
    assert not bench.remote.wants("other", exclusive=True)
    bench.remote.forget("")
    assert not bench.remote.wanted


@pytest.mark.parametrize(
    ("control", "request_", "arguments", "words"),
    [
        ("note 1", "/melfusion/panic", "[]", "control: must be such as `cc 1 7`"),
        ("note 17 3", "/melfusion/panic", "[]", "control: must be"),
        ("pedal 1 3", "/melfusion/panic", "[]", "control: must be"),
        ("note 1 3", "/melfusion/hello", "[]", "request: must be one of /melfusion/play"),
        ("note 1 3", "/melfusion/play", "{}", "arguments: must be a list in JSON"),
        ("note 1 3", "/melfusion/play", "[", "arguments: must be a list in JSON"),
        ("note 1 3", "/melfusion/play", "[]", "clip: is missing"),
        ("note 1 3", "/melfusion/render", '["prompt", "x", "bpm", 5]', "bpm: must lie between"),
    ],
)
def test_what_cannot_be_bound_is_said_at_once(
    bench: Bench, control: str, request_: str, arguments: str, words: str
) -> None:
    with pytest.raises(RequestError) as caught:
        bench.remote.bind_fire(Fire(1, control, request_, arguments=arguments))
    assert str(caught.value).startswith(words)
    assert not bench.remote.wanted


def test_what_cannot_be_turned_or_forgotten_is_said_at_once(bench: Bench) -> None:
    with pytest.raises(RequestError, match="control: must be a cc: a knob has many values"):
        bench.remote.bind_turn(Turn(1, "note 1 7", "gain"))
    with pytest.raises(RequestError, match="knob: must be one of image_strength, guidance"):
        bench.remote.bind_turn(Turn(1, "cc 1 7", "volume"))
    with pytest.raises(RequestError, match="high: must lie between 0 and 4, not 127"):
        bench.remote.bind_turn(Turn(1, "cc 1 7", "gain drums", high=127.0))
    with pytest.raises(RequestError, match="low: must lie between 0 and 1, not -1"):
        bench.remote.bind_turn(Turn(1, "cc 1 7", "image_strength", low=-1.0))
    with pytest.raises(RequestError, match="control: cc 1 7 is bound to nothing"):
        bench.remote.forget("cc 1 7")


def test_bindings_are_kept(library: Path) -> None:
    with libraries.opened(library) as opened:
        bench = Bench(Bindings(opened.database))
        bench.fire(f"note 1 60 {KEYS}", "/melfusion/play", "clip", "crossfade_ms", 50.5)
        bench.fire("note 1 61", "/melfusion/panic")
        bench.fire("note 1 61", "/melfusion/stop")
        bench.remote.bind_turn(Turn(1, "cc 1 7", "gain lead", low=0.25))
        bench.fire("note 1 62", "/melfusion/panic")
        bench.remote.forget("note 1 62")
    with libraries.opened(library) as opened:
        bench = Bench(Bindings(opened.database))
        assert dict(bench.bindings.items()) == {
            Control("note", 1, 60, KEYS): Binding(
                "/melfusion/play", ("clip", "crossfade_ms", 50.5)
            ),
            Control("note", 1, 61): Binding("/melfusion/stop"),
            Control("cc", 1, 7): Binding(knob="gain lead", low=0.25, high=1.0),
        }
        assert BindingEvent("note 1 61", "/melfusion/stop", "[]", "", 0.0, 0.0) in (
            bench.remote.events()
        )


def test_a_library_from_before_the_remote_gets_it(library: Path) -> None:
    with libraries.opened(library) as opened:
        opened.database.executescript(
            "DROP TABLE bindings; DROP TABLE marks; DROP TABLE choices; DROP TABLE places;"
            " PRAGMA user_version = 1"
        )
    with libraries.opened(library) as opened:
        Bench(Bindings(opened.database)).fire("note 1 60", "/melfusion/panic")
    with libraries.opened(library) as opened:
        assert len(Bindings(opened.database)) == 1


def test_what_cannot_be_written_is_not_bound(library: Path) -> None:
    with libraries.opened(library) as opened:
        bench = Bench(Bindings(opened.database))
        opened.database.execute("PRAGMA query_only = 1")
        with pytest.raises(sqlite3.Error):
            bench.fire("note 1 60", "/melfusion/panic")
    assert not bench.remote.wanted


async def test_learning_takes_the_next_control_which_does_nothing_else(bench: Bench) -> None:
    bench.fire("note 1 60", "/melfusion/panic")
    learning = asyncio.create_task(bench.remote.learn())
    await asyncio.sleep(0)
    assert bench.remote.wants("anything", exclusive=True)
    bench.play("note_off channel=0 note=60")
    bench.play("clock")
    bench.play("note_on channel=0 note=60")
    assert await learning == f"note 1 60 {KEYS}"
    assert not bench.fired
    bench.play("note_on channel=0 note=60")
    assert len(bench.fired) == 1


async def test_where_nothing_is_moved_that_is_said(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remotes, "LEARN_S", 0.1)
    bench.remote.inputs = [KEYS]
    with pytest.raises(RequestError) as caught:
        await bench.remote.learn()
    assert str(caught.value) == f"control: nothing was moved in 0.1 s; MIDI inputs: {KEYS}"
    assert not bench.remote.wanted


class Keyboard(MidiSystem):
    """A machine with one keyboard, which can be played."""

    async def press(self, text: str) -> None:
        async with asyncio.timeout(10):
            while not self.open:
                await asyncio.sleep(0.02)
        (name,) = self.open
        self.play(name, text, 0.1)


@pytest.fixture
async def system(
    run_server: Run, peers: Callable[..., Peer], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Keyboard, Peer]]:
    """A whole server on a machine with a keyboard, and a foreign program that talks to it."""
    made = Keyboard(f"{KEYS} 20:0")
    monkeypatch.setattr("server.midi_inputs.POLL_S", 0.05)
    monkeypatch.setattr("server.midi_inputs.MISSING", "")
    monkeypatch.setattr("rtmidi.MidiIn", made.client)
    async with run_server() as address:
        yield made, peers(address)


async def test_learning_is_ended(bench: Bench) -> None:
    bench.fire("note 1 60", "/melfusion/panic")
    learning = asyncio.create_task(bench.remote.learn())
    await asyncio.sleep(0)
    bench.remote.unlearn()
    with pytest.raises(RequestError, match="nothing is waited for"):
        await learning
    before = len(bench.fired)
    bench.play("note_on channel=0 note=60")
    assert len(bench.fired) == before + 1


async def test_a_control_is_learned_bound_and_played(system: tuple[Keyboard, Peer]) -> None:
    keyboard, peer = system
    await peer.ask("/melfusion/notify", 1, 1)
    peer.send("/melfusion/remote/learn", 2)
    await keyboard.press("note_on channel=0 note=60")
    learned = await peer.until(Done, id=2)
    assert learned.control == f"note 1 60 {KEYS}"
    asked = json.dumps(["prompt", "x", "bars", 1, "part", "drums"])
    address = "/melfusion/remote/fire"
    done = await peer.ask(address, 3, learned.control, "/melfusion/render", "arguments", asked)
    assert isinstance(done, Done), done
    await keyboard.press("note_on channel=0 note=60")
    assert (await peer.until(JobEvent, state="done")).clip
    fired = await peer.until(FiredEvent)
    assert fired == FiredEvent(learned.control, "/melfusion/render", "")
    # What fails is told to subscribers, for there is nobody to answer.
    await peer.ask(address, 4, "note 1 62", "/melfusion/play", "arguments", '["nothing"]')
    await keyboard.press("note_on channel=0 note=62")
    fired = await peer.until(FiredEvent)
    assert fired.reason == "clip: nothing is not in the library"
    await peer.ask("/melfusion/remote/turn", 5, "cc 1 7", "gain bass", "high", 2)
    await keyboard.press("control_change channel=0 control=7 value=127")
    assert await peer.until(MixEvent, part="bass") == MixEvent("bass", 2.0, 0)

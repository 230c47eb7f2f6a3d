"""The MIDI remote: notes fire requests, controllers turn knobs.

A control is bound to what it does by name, as requests and knobs are named over OSC; what it fires
goes the way of every other request. Bindings are kept in the library's database.

Threading: everything runs on the asyncio loop; server.midi_inputs brings the messages there.
"""

import asyncio
import json
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from melfusion.request import SEEDS, RequestError

from . import player_messages, protocol, render_messages, transport_messages
from .messages import Done, Event, Fail, Reply, Request
from .midi_inputs import Heard
from .player.engine import PARTS
from .remote_messages import AS_USUAL, LEARN_S, BindingEvent, Fire, FiredEvent, KnobEvent, Turn

MIDDLE = 64
"""A controller that is used as a button is down from here on."""

MOST_AWAITED = 256
NEW = "new"

FIRED: dict[str, type[Request[Any]]] = {
    declared.address: declared
    for declared in (
        player_messages.Play, player_messages.Stop, player_messages.Panic, player_messages.Mix,
        render_messages.Render, render_messages.RenderScene, render_messages.Evolve,
        protocol.Cancel,
        transport_messages.SetTransport,
    )
}  # fmt: skip
"""What a control may fire."""

KNOBS: dict[str, tuple[float, float]] = {
    "image_strength": (0.0, 1.0),
    "guidance": (1.0, 10.0),
    "image_guidance": (1.0, 10.0),
    "crossfade_ms": (1.0, 10000.0),
    **{name: (0.0, 1.0) for name in ("gain", *(f"gain {part}" for part in PARTS))},
}
"""Each knob's least and greatest value, where none are named."""

LIMITS = {name: (0.0, 4.0) for name in KNOBS if name.startswith("gain")}
"""How far a knob may go, where that is farther than it usually does."""

_NUMBERS = {"note": "note", "cc": "control", "program": "program"}
_TYPES = {"note_on": "note", "control_change": "cc", "program_change": "program"}
_ALSA_NUMBERS = re.compile(r" \d+:\d+$")


@dataclass(frozen=True)
class Control:
    """A key, a knob, a pad.

    Attributes:
        kind: note, cc or program.
        channel: 1 to 16.
        number: of the note, the controller or the program.
        port: the input's name; empty for any.
    """

    kind: str
    channel: int
    number: int
    port: str = ""

    @classmethod
    def parse(cls, text: str) -> "Control":
        """Reads what `str` writes.

        Raises:
            RequestError: it is no control.
        """
        words = text.split(maxsplit=3)
        try:
            kind, channel, number = words[0], int(words[1]), int(words[2])
            assert kind in _NUMBERS
            assert 1 <= channel <= 16
            assert 0 <= number <= 127
        except (IndexError, ValueError, AssertionError):
            example = "must be such as `cc 1 7`: note, cc or program, channel 1-16, number 0-127"
            raise RequestError("control", f"{example}; not {text!r}") from None
        return cls(kind, channel, number, _steady(words[3]) if len(words) > 3 else "")

    @classmethod
    def of(cls, heard: Heard) -> "Control | None":
        """Which one was played or moved; None where a message says something else."""
        message = heard.message
        kind = _TYPES.get(message.type)
        if kind is None or (kind == "note" and not message.velocity):
            return None
        number = getattr(message, _NUMBERS[kind])
        return cls(kind, message.channel + 1, number, _steady(heard.port))

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.number} {self.port}".rstrip()


@dataclass(frozen=True)
class Binding:
    """What a control does: it fires a request, or turns a knob."""

    request: str = ""
    arguments: tuple[Any, ...] = ()
    knob: str = ""
    low: float = 0.0
    high: float = 0.0

    def event(self, control: Control) -> BindingEvent:
        """What subscribers are told."""
        arguments = json.dumps(self.arguments) if self.request else ""
        return BindingEvent(str(control), self.request, arguments, self.knob, self.low, self.high)


class Bindings:
    """What every control does, kept in a database, if there is one."""

    def __init__(self, database: sqlite3.Connection | None = None) -> None:
        self._database = database
        rows = database.execute("SELECT control, binding FROM bindings") if database else ()
        self._bindings = {Control.parse(row[0]): _binding(json.loads(row[1])) for row in rows}

    def __len__(self) -> int:
        return len(self._bindings)

    def items(self) -> Iterable[tuple[Control, Binding]]:
        """All of them."""
        return list(self._bindings.items())

    def of(self, control: Control) -> Binding | None:
        """What a control does, by its own input's name or for any."""
        anywhere = Control(control.kind, control.channel, control.number)
        return self._bindings.get(control) or self._bindings.get(anywhere)

    def put(self, control: Control, binding: Binding | None) -> None:
        """Keeps what a control does; None is nothing.

        Raises:
            sqlite3.Error: it cannot be kept.
        """
        if self._database:
            if binding:
                row = str(control), json.dumps(asdict(binding))
                self._database.execute("INSERT OR REPLACE INTO bindings VALUES (?, ?)", row)
            else:
                self._database.execute("DELETE FROM bindings WHERE control = ?", (str(control),))
        self._bindings.pop(control, None)
        if binding:
            self._bindings[control] = binding


class Remote:
    """Does what controls are bound to.

    Args:
        bindings: what they are bound to.
        fire: sends a request to the core: its address, an id, its arguments.
        mix: sets the gain of a part, or of the whole for "".
        publish: sends an event to every subscriber.

    Attributes:
        inputs: names of the inputs that are there, as server.midi_inputs finds them.
    """

    def __init__(
        self,
        bindings: Bindings,
        fire: Callable[[str, int, list[Any]], None],
        mix: Callable[[str, float], None],
        publish: Callable[[Event], None],
    ) -> None:
        self.inputs: list[str] = []
        self._bindings = bindings
        self._fire = fire
        self._mix = mix
        self._publish = publish
        self._learners: list[asyncio.Future[Control]] = []
        self._knobs: dict[str, float] = {}
        self._pressed: dict[Control, bool] = {}
        self._awaited: dict[int, tuple[Control, str]] = {}
        # Answers to what was fired before the server was started again are nobody's.
        self._turn = secrets.randbelow(2**30)

    # What is asked of it.

    def bind_fire(self, request: Fire) -> None:
        """Binds a control to a request.

        Raises:
            RequestError: it cannot be fired, or its arguments are wrong.
        """
        control = Control.parse(request.control)
        if request.request not in FIRED:
            raise RequestError("request", f"must be one of {', '.join(FIRED)}")
        try:
            arguments = json.loads(request.arguments)
            assert isinstance(arguments, list)
        except (ValueError, AssertionError):
            raise RequestError("arguments", "must be a list in JSON") from None
        binding = Binding(request.request, tuple(arguments))
        protocol.read(binding.request, [0, *self._given(binding)])
        self._bind(control, binding)

    def bind_turn(self, request: Turn) -> None:
        """Binds a controller to a knob.

        Raises:
            RequestError: there is no such knob, or the control is no controller.
        """
        control = Control.parse(request.control)
        if control.kind != "cc":
            raise RequestError("control", "must be a cc: a knob has many values")
        if request.knob not in KNOBS:
            raise RequestError("knob", f"must be one of {', '.join(KNOBS)}")
        low, high = (
            usual if given == AS_USUAL else given
            for given, usual in zip((request.low, request.high), KNOBS[request.knob], strict=True)
        )
        least, most = LIMITS.get(request.knob, KNOBS[request.knob])
        for name, end in (("low", low), ("high", high)):
            if not least <= end <= most:
                raise RequestError(name, f"must lie between {least:g} and {most:g}, not {end:g}")
        self._bind(control, Binding(knob=request.knob, low=low, high=high))

    def forget(self, text: str) -> None:
        """Takes the binding of a control away, or all of them.

        Raises:
            RequestError: it is bound to nothing.
        """
        bound = [control for control, _ in self._bindings.items()]
        controls = [Control.parse(text)] if text else bound
        for control in controls:
            if control not in bound:
                raise RequestError("control", f"{control} is bound to nothing")
            self._bind(control, None)

    async def learn(self) -> str:
        """The next control that is moved.

        Raises:
            RequestError: none is, or the waiting was ended.
        """
        moved: asyncio.Future[Control] = asyncio.get_running_loop().create_future()
        self._learners.append(moved)
        try:
            async with asyncio.timeout(LEARN_S):
                return str(await moved)
        except TimeoutError:
            there = ", ".join(self.inputs) or "none"
            raise RequestError(
                "control", f"nothing was moved in {LEARN_S:g} s; MIDI inputs: {there}"
            ) from None
        finally:
            self._learners.remove(moved)

    def unlearn(self) -> None:
        """Ends the waiting for a control."""
        for learner in self._learners:
            if not learner.done():
                learner.set_exception(RequestError("control", "nothing is waited for any more"))

    def events(self) -> list[Event]:
        """The whole state, as events."""
        knobs: list[Event] = [KnobEvent(*knob) for knob in self._knobs.items()]
        return knobs + [binding.event(control) for control, binding in self._bindings.items()]

    def answered(self, reply: Reply) -> None:
        """Hears what became of a request that was fired."""
        if isinstance(reply, Done | Fail) and reply.id in self._awaited:
            control, request = self._awaited.pop(reply.id)
            reason = reply.reason if isinstance(reply, Fail) else ""
            self._publish(FiredEvent(str(control), request, reason))

    # What inputs say: see midi_inputs.Listener.

    @property
    def wanted(self) -> bool:
        """Whether there is anything to listen for."""
        return bool(self._learners or len(self._bindings))

    def wants(self, port: str, exclusive: bool) -> bool:
        """Every input where a control may be; but none that is not named is taken from others."""
        if self._learners:
            return True
        ports = {control.port for control, _ in self._bindings.items()}
        return _steady(port) in ports or ("" in ports and not exclusive)

    def hear(self, heard: Heard) -> None:
        """Does what was played or moved is bound to."""
        control = Control.of(heard)
        if control is None:
            return
        learners = [learner for learner in self._learners if not learner.done()]
        if learners:
            for learner in learners:
                learner.set_result(control)
            return
        binding = self._bindings.of(control)
        if binding is None:
            return
        value = heard.message.value if control.kind == "cc" else None
        if binding.knob:
            assert value is not None
            self._turn_knob(binding, value)
        elif value is None or self._is_press(control, value):
            self._send(control, binding)

    def _is_press(self, control: Control, value: int) -> bool:
        was, now = self._pressed.get(control, False), value >= MIDDLE
        self._pressed[control] = now
        return now and not was

    def _turn_knob(self, binding: Binding, value: int) -> None:
        turned = binding.low + (binding.high - binding.low) * value / 127
        name, _, part = binding.knob.partition(" ")
        if name == "gain":
            self._mix(part, turned)
        else:
            self._knobs[name] = turned
            self._publish(KnobEvent(name, turned))

    def _send(self, control: Control, binding: Binding) -> None:
        self._turn = self._turn % 2**30 + 1
        self._awaited[self._turn] = control, binding.request
        if len(self._awaited) > MOST_AWAITED:
            del self._awaited[next(iter(self._awaited))]
        self._fire(binding.request, self._turn, self._given(binding))

    def _given(self, binding: Binding) -> list[Any]:
        """The arguments of a request, with what the knobs say and a seed of its own."""
        given = list(binding.arguments)
        named = {argument.name for argument in protocol.named(FIRED[binding.request])}
        for name, value in self._knobs.items():
            if name in named and name not in given:
                given += [name, value]
        for at, name in enumerate(given[:-1]):
            if name == "seed" and given[at + 1] == NEW:
                given[at + 1] = secrets.randbelow(min(SEEDS, 2**31))
        return given

    def _bind(self, control: Control, binding: Binding | None) -> None:
        self._bindings.put(control, binding)
        self._pressed.pop(control, None)
        self._publish((binding or Binding()).event(control))


def _steady(port: str) -> str:
    """An input's name without the numbers that ALSA gives it anew each time it is plugged in."""
    return _ALSA_NUMBERS.sub("", port)


def _binding(kept: dict[str, Any]) -> Binding:
    return Binding(**{**kept, "arguments": tuple(kept["arguments"])})

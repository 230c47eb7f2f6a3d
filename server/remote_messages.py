"""The OSC messages of the MIDI remote: what its notes fire, what its controllers turn."""

from dataclasses import dataclass, field
from typing import Any

from .messages import Done, Event, Request, about

AS_USUAL = -1e9
"""A knob's end that is left open: its own."""

LEARN_S = 30.0
"""How long the next control is waited for."""

_CONTROL = about(
    "what is played or moved: `note`, `cc` or `program`, channel 1 to 16, number, and the input's"
    " name; without a name, of any input (on Windows, of those that are open)",
    longest=200,
)


@dataclass(frozen=True)
class Fire(Request[Done]):
    """Has a note, a program change or a controller used as a button send a request.

    A note fires when it is struck, a controller when it passes its middle upwards. Of the requests,
    play, stop, panic, mix, render, scene, evolve, cancel and transport/set can be fired. Where a
    request takes what a knob turns, and its arguments do not name it, it gets the knob's value. A
    `seed` of `new` is another one every time. What was bound to the control before is forgotten;
    bindings are kept for good, until they are forgotten.
    """

    address = "/melfusion/remote/fire"
    control: str = field(metadata=_CONTROL)
    request: str = field(metadata=about("the request's address", longest=64))
    arguments: str = field(
        default="[]",
        kw_only=True,
        metadata=about(
            "JSON: a list of its arguments after the id, names and values", longest=6000
        ),
    )


@dataclass(frozen=True)
class Turn(Request[Done]):
    """Has a controller turn a knob.

    Knobs are image_strength, guidance, image_guidance and crossfade_ms, which requests that are
    fired get; and gain, of the whole or, followed by a part, of that part, which is heard at once.
    """

    address = "/melfusion/remote/turn"
    control: str = field(metadata=_CONTROL)
    knob: str = field(
        metadata=about("the knob, such as `image_strength` or `gain drums`", longest=32)
    )
    low: float = field(
        default=AS_USUAL, kw_only=True, metadata=about("its value at 0; left out: its least")
    )
    high: float = field(
        default=AS_USUAL, kw_only=True, metadata=about("its value at 127; left out: its greatest")
    )


@dataclass(frozen=True)
class Forget(Request[Done]):
    """Takes a control's binding away."""

    address = "/melfusion/remote/forget"
    control: str = field(metadata=about("the control; empty for all", longest=200))


@dataclass(frozen=True)
class Learned(Done):
    """A control was moved."""

    control: str = field(metadata=about("the control, as the other requests take it"))


@dataclass(frozen=True)
class Learn(Request[Learned]):
    """Waits for the next note, controller or program change, half a minute at most.

    What is moved does nothing else.
    """

    address = "/melfusion/remote/learn"
    done = Learned


@dataclass(frozen=True)
class Unlearn(Request[Done]):
    """Ends the waiting: what is moved next does what it is bound to. Whoever waited gets a fail."""

    address = "/melfusion/remote/unlearn"


@dataclass(frozen=True)
class BindingEvent(Event):
    """What a control does has changed, or is told to a new subscriber."""

    address = "/melfusion/remote/binding"
    control: str = field(metadata=about("the control"))
    request: str = field(metadata=about("address of the request that it fires, or empty"))
    arguments: str = field(metadata=about("JSON: the request's arguments"))
    knob: str = field(metadata=about("the knob that it turns, or empty; with both empty: nothing"))
    low: float = field(metadata=about("the knob's value at 0"))
    high: float = field(metadata=about("the knob's value at 127"))


@dataclass(frozen=True)
class KnobEvent(Event):
    """A knob has been turned."""

    address = "/melfusion/remote/knob"
    knob: str = field(metadata=about("its name"))
    value: float = field(metadata=about("its value"))


@dataclass(frozen=True)
class FiredEvent(Event):
    """A request that a control fired has been answered."""

    address = "/melfusion/remote/fired"
    control: str = field(metadata=about("the control"))
    request: str = field(metadata=about("the request's address"))
    reason: str = field(metadata=about("why it failed; empty when it did not"))


REQUESTS: tuple[type[Request[Any]], ...] = (Fire, Turn, Forget, Learn, Unlearn)
EVENTS: tuple[type[Event], ...] = (BindingEvent, KnobEvent, FiredEvent)

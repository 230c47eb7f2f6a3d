"""MIDI controls in words, and what they can be bound to."""

import json
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from melfusion.music import PITCH_NAMES
from melfusion.request import RenderRequest
from server import protocol
from server.player_messages import Mix, Panic, Play, Stop
from server.protocol import Cancel, Render, RenderScene, Request
from server.remote_messages import BindingEvent
from server.render_messages import NO_BAR, Evolve
from server.transport_messages import SetTransport

PARTS = {
    "drums": "the drums",
    "bass": "the bass",
    "chords": "the chords",
    "lead": "the lead",
    "full": "the full mix",
}
KNOBS = {
    "image_strength": "picture strength",
    "guidance": "guidance",
    "image_guidance": "guidance by the picture",
    "crossfade_ms": "crossfade in ms",
    "gain": "volume",
}

NEW = "new"
"""A seed that is another one every time."""

Titles = Callable[[str], str]
"""Gives what a clip is called, by its id."""

Wanted = Callable[[str], Request[Any] | None]
"""Gives a request for a part, with 0 for its id; None where there is nothing to ask for."""


@dataclass(frozen=True)
class Choice:
    """Something that a control can be bound to.

    Attributes:
        text: what it is.
        wanted: gives the request that is fired; None for a knob.
        knob: the knob that is turned.
        has_part: whether it is that of one part.
        lacks: why there is nothing to ask for, where that is so.
    """

    text: str
    wanted: Wanted | None = None
    knob: str = ""
    has_part: bool = False
    lacks: str = ""


STEADY = (
    Choice("Stop all", lambda _: Stop(0)),
    Choice("Stop a part", lambda part: Stop(0, part=part), has_part=True),
    Choice("Mute a part", lambda part: Mix(0, part=part, mute=1), has_part=True),
    Choice("Unmute a part", lambda part: Mix(0, part=part, mute=0), has_part=True),
    Choice("Panic: silence all at once", lambda _: Panic(0)),
    Choice("Start the clock", lambda _: SetTransport(0, playing=1)),
    Choice("Stop the clock", lambda _: SetTransport(0, playing=0)),
    Choice("Turn picture strength", knob="image_strength"),
    Choice("Turn guidance", knob="guidance"),
    Choice("Turn crossfade", knob="crossfade_ms"),
    Choice("Turn volume", knob="gain"),
    Choice("Turn the volume of a part", knob="gain", has_part=True),
)
"""What needs neither a scene nor a clip."""


def order(control: str) -> tuple[str, int, int, str]:
    """What controls are sorted by: kind, channel, number, input."""
    kind, channel, number, *port = control.split(maxsplit=3)
    return kind, int(channel), int(number), "".join(port)


def anywhere(control: str) -> str:
    """The same control of any input."""
    return " ".join(control.split(maxsplit=3)[:3])


def named(control: str) -> str:
    """A control in words: "Note C4, channel 1, Launchpad"; note 60 is C4."""
    kind, channel, number, port = order(control)
    what = f"{'Controller' if kind == 'cc' else kind.title()} {number}"
    if kind == "note":
        what = f"Note {PITCH_NAMES[number % 12]}{number // 12 - 1}"
    return f"{what}, channel {channel}, {port or 'any input'}"


def arguments(request: Request[Any], knobs: Container[str], *, new_seed: bool = False) -> list[Any]:
    """What Fire takes: a request's arguments after its id.

    Args:
        request: what is to be fired.
        knobs: those that are there to be turned. What they turn is left to them.
        new_seed: whether another seed is drawn every time.
    """
    values = [value for _, value in protocol.write(request)]
    places = len(protocol.positional(type(request)))
    given = values[1:places]
    for name, value in zip(values[places::2], values[places + 1 :: 2], strict=True):
        if name not in knobs and not (name == "seed" and new_seed):
            given += [name, value]
    return [*given, "seed", NEW] if new_seed else given


def names_knob(binding: BindingEvent, knob: str) -> bool:
    """Whether a request that is fired says itself what a knob would turn."""
    is_given = binding.request and not knob.startswith("gain")  # which is turned at once
    return bool(is_given) and knob in json.loads(binding.arguments)


def does(binding: BindingEvent, title: Titles) -> str:
    """What a control does, in words."""
    if binding.knob:
        name, _, part = binding.knob.partition(" ")
        of_part = f" of {PARTS.get(part, part)}" if part else ""
        return f"Turns {KNOBS.get(name, name)}{of_part}, {binding.low:g} to {binding.high:g}"
    given = [0 if value == NEW else value for value in json.loads(binding.arguments)]
    try:
        request = protocol.read(binding.request, [0, *given])
    except ValueError:  # what another version of the server has bound
        return f"{binding.request} {binding.arguments}"
    return _fires(request, title) or f"{binding.request} {binding.arguments}"


def _fires(request: protocol.Message, title: Titles) -> str:
    match request:
        case Play(clip="", part=part):
            return f"Plays the last clip of {PARTS.get(part, part)}"
        case Play(clip=clip):
            return f"Plays {title(clip)}"
        case Stop(part=part):
            return f"Stops {PARTS.get(part, part)}" if part else "Stops all"
        case Panic():
            return "Silences all at once"
        case Mix(part=part, mute=0 | 1 as mute):
            return f"{'Mutes' if mute else 'Unmutes'} {PARTS.get(part, part) or 'all'}"
        case Mix(part=part, gain=gain):
            return f"Sets the volume of {PARTS.get(part, part) or 'all'} to {gain:g}"
        case Render(request=wanted) | RenderScene(request=wanted):
            what = wanted.part if isinstance(request, Render) else "all parts"
            plays = request.in_bars or request.on_bar != NO_BAR
            then = ", and plays it" if plays else ""
            return f"Renders {_scene(wanted)}, {what}, {wanted.bars} bars{then}"
        case Evolve(every=every):
            return f"Varies what plays every {every} bars" if every else "Varies nothing any more"
        case Cancel():
            return "Cancels a render"
        case SetTransport(playing=0 | 1 as playing):
            return "Starts the clock" if playing else "Stops the clock"
        case SetTransport(bpm=bpm, metre=metre):
            return f"Sets the clock to {f'{bpm:g} BPM ' if bpm else ''}{metre}".rstrip()
    return ""


def _scene(request: RenderRequest) -> str:
    return f"“{request.prompt or Path(request.image).stem}”"

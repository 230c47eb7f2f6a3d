"""The OSC messages of the player: what plays on which part, how loud, and on which device."""

from dataclasses import dataclass, field
from typing import Any

from .messages import Done, Event, Request, about

_PART = about("drums, bass, chords, lead or full", longest=16)
_QUANTUM = about("when", choices=("bar", "beat", "loop", "now"))
AS_IT_IS = -1


@dataclass(frozen=True)
class Launched(Done):
    """The loop has been handed to the sound device and begins when its time has come."""

    part: str = field(metadata=_PART)
    bar: int = field(metadata=about("the bar it begins in, counted from 1"))
    wait_s: float = field(metadata=about("how long until then", "s"))


@dataclass(frozen=True)
class Play(Request[Launched]):
    """Plays a clip on its part, over and over, from the next bar, beat or loop on.

    What the part plays until then is faded over into it. `loop` waits for a bar whose number, less
    one, is a multiple of the clip's bars; `now` begins at once, in the middle of the clip if that
    is where the bars are. A clip that cannot be played leaves what plays as it is. Without an id,
    the last clip that played on the part is played again. The sound device is opened when it is
    first needed, which takes a second.
    """

    address = "/melfusion/play"
    done = Launched
    clip: str = field(metadata=about("the clip's id; empty for the part's last one", longest=64))
    part: str = field(
        default="",
        kw_only=True,
        metadata=about("the part it plays on; empty for the clip's own", longest=16),
    )
    quantum: str = field(default="bar", kw_only=True, metadata=_QUANTUM)
    crossfade_ms: float = field(
        default=20.0,
        kw_only=True,
        metadata=about("the crossfade, which ends when the clip begins", "ms", low=1, high=10000),
    )


@dataclass(frozen=True)
class Stop(Request[Done]):
    """Stops what a part plays, or everything."""

    address = "/melfusion/stop"
    part: str = field(
        default="", kw_only=True, metadata=about("the part; empty for all", longest=16)
    )
    quantum: str = field(default="bar", kw_only=True, metadata=_QUANTUM)
    fade_ms: float = field(
        default=10.0,
        kw_only=True,
        metadata=about("the fade, which ends then", "ms", low=1, high=10000),
    )


@dataclass(frozen=True)
class Panic(Request[Done]):
    """Silences everything within a few hundredths of a second."""

    address = "/melfusion/panic"


@dataclass(frozen=True)
class Mix(Request[Done]):
    """Sets the gain of a part or of the whole, and what is muted; it moves there in 10 ms."""

    address = "/melfusion/mix"
    part: str = field(
        default="", kw_only=True, metadata=about("the part; empty for the whole", longest=16)
    )
    gain: float = field(
        default=float(AS_IT_IS),
        kw_only=True,
        metadata=about("factor; -1 leaves it as it is", low=AS_IT_IS, high=4),
    )
    mute: int = field(
        default=AS_IT_IS,
        kw_only=True,
        metadata=about("1 mutes, 0 does not; -1 leaves it as it is", low=AS_IT_IS, high=1),
    )


@dataclass(frozen=True)
class ChooseDevice(Request[Done]):
    """Chooses the sound device; what plays goes on there."""

    address = "/melfusion/device"
    name: str = field(
        metadata=about("its name or a part of it; empty for the system's default", longest=200)
    )


@dataclass(frozen=True)
class DevicesListed(Done):
    """All sound devices have been sent."""

    devices: int = field(metadata=about("device events that were sent"))


@dataclass(frozen=True)
class ListDevices(Request[DevicesListed]):
    """Asks for the sound devices, each as a /melfusion/device/found event to the asker."""

    address = "/melfusion/device/list"
    done = DevicesListed


@dataclass(frozen=True)
class PlayingEvent(Event):
    """What a part plays has changed."""

    address = "/melfusion/playing"
    part: str = field(metadata=_PART)
    clip: str = field(metadata=about("id of the clip; empty when it is stopped"))
    state: str = field(metadata=about("waiting, playing or stopped"))
    bar: int = field(metadata=about("the bar it begins or began in, counted from 1"))
    quarters: float = field(
        metadata=about("a place where the clip begins, and again after its length", "quarter notes")
    )


@dataclass(frozen=True)
class MixEvent(Event):
    """How loud a part is, or the whole."""

    address = "/melfusion/mix/state"
    part: str = field(metadata=about("the part; empty for the whole"))
    gain: float = field(metadata=about("factor"))
    mute: int = field(metadata=about("1 when it is muted"))


@dataclass(frozen=True)
class MetersEvent(Event):
    """The highest samples since the last meters, twenty times a second while a device is open."""

    address = "/melfusion/meters"
    drums: float = field(metadata=about("highest sample, 1 is full scale"))
    bass: float = field(metadata=about("the same"))
    chords: float = field(metadata=about("the same"))
    lead: float = field(metadata=about("the same"))
    full: float = field(metadata=about("the same"))
    master: float = field(metadata=about("the same of what goes to the device"))
    limiter: float = field(metadata=about("the limiter's least gain"))


@dataclass(frozen=True)
class BeatEvent(Event):
    """A beat has come; beats are notes of the metre's denominator."""

    address = "/melfusion/beat"
    bar: int = field(metadata=about("the bar, counted from 1"))
    beat: int = field(metadata=about("the beat of the bar, counted from 1"))
    bpm: float = field(metadata=about("tempo", "quarter notes a minute"))


@dataclass(frozen=True)
class DeviceEvent(Event):
    """The sound device's state has changed."""

    address = "/melfusion/device/state"
    state: str = field(metadata=about("closed, open, lost or none"))
    name: str = field(metadata=about("of the device; empty when none is open"))
    rate: int = field(metadata=about("frames a second, its own; 0 when none is open"))
    block: int = field(metadata=about("frames that it asks for at once"))
    underruns: int = field(metadata=about("how often it lacked sound"))
    trouble: str = field(metadata=about("why there is no sound; empty when there is"))


@dataclass(frozen=True)
class FoundEvent(Event):
    """A sound device that there is."""

    address = "/melfusion/device/found"
    name: str = field(metadata=about("what it is chosen by"))
    host: str = field(metadata=about("the sound system that it belongs to"))
    rate: int = field(metadata=about("frames a second, its own"))
    default: int = field(metadata=about("1 for the one that is used when none is named"))


REQUESTS: tuple[type[Request[Any]], ...] = (Play, Stop, Panic, Mix, ChooseDevice, ListDevices)
EVENTS: tuple[type[Event], ...] = (
    PlayingEvent, MixEvent, MetersEvent, BeatEvent, DeviceEvent, FoundEvent,
)  # fmt: skip

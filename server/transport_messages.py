"""The OSC messages of the transports: what the host reports, who may lead, and who does."""

from dataclasses import dataclass, field
from typing import Any

from .messages import Done, Event, Request, about

LEAVES_DELAY_MS = -1000.0


@dataclass(frozen=True)
class HostReport(Request[Done]):
    """What the device in the host reports: two times a second or more, and when anything changes.

    Without a report for three seconds, the host counts as gone, and its time is carried on. While
    one device reports, others are passed over.
    """

    address = "/melfusion/transport/host"
    bpm: float = field(metadata=about("tempo", "quarter notes a minute", low=10.0, high=1000.0))
    quarters: float = field(
        metadata=about("position at the time it is sent", "quarter notes", low=-1e6, high=1e6)
    )
    playing: int = field(metadata=about("1 while it plays, else 0", low=0, high=1))
    metre: str = field(metadata=about("time signature, such as 7/8", longest=8))
    sent_us: int = field(
        metadata=about(
            "when it is sent, by the sender's own clock, modulo 2^31", "us", low=0, high=2**31 - 1
        )
    )
    downbeat: float = field(
        default=0.0,
        kw_only=True,
        metadata=about(
            "a position at which a bar begins, where the metre has changed on the way",
            "quarter notes",
            low=-1e6,
            high=1e6,
        ),
    )


@dataclass(frozen=True)
class SetTransport(Request[Done]):
    """Changes tempo, playing and metre.

    Tempo and playing are the server's to change while it leads, or a Link session does; the metre,
    unless the host leads.
    """

    address = "/melfusion/transport/set"
    bpm: float = field(
        default=0.0,
        kw_only=True,
        metadata=about("tempo; 0 leaves it", "quarter notes a minute", low=0.0, high=999.0),
    )
    metre: str = field(
        default="", kw_only=True, metadata=about("time signature; empty leaves it", longest=8)
    )
    playing: int = field(
        default=-1,
        kw_only=True,
        metadata=about("1 starts what stands still, 0 stops, -1 leaves it", low=-1, high=1),
    )


@dataclass(frozen=True)
class Sources(Done):
    """Who may lead now, and how MIDI clock is heard."""

    sources: str = field(metadata=about("names with spaces between, the first one first"))
    midi_port: str = field(metadata=about("the input whose clock counts, or any"))
    midi_delay_ms: float = field(metadata=about("how late the MIDI clock comes", "ms"))
    midi_inputs: str = field(metadata=about("the MIDI inputs that are there, a line each"))


@dataclass(frozen=True)
class SetSources(Request[Sources]):
    """Says who may lead, and how MIDI clock is heard, as far as that is named; tells what then is.

    The first of the sources that is there leads; the server itself, `internal`, is always the last
    of them.
    """

    address = "/melfusion/transport/sources"
    done = Sources
    sources: str = field(
        default="",
        kw_only=True,
        metadata=about(
            "names with spaces between, of host, midi, link, internal; empty leaves them",
            longest=100,
        ),
    )
    midi_port: str = field(
        default="",
        kw_only=True,
        metadata=about(
            "a part of the name of the input whose clock counts; any is the first that ticks;"
            " empty leaves it",
            longest=200,
        ),
    )
    midi_delay_ms: float = field(
        default=LEAVES_DELAY_MS,
        kw_only=True,
        metadata=about(
            f"how late the MIDI clock comes; {LEAVES_DELAY_MS:g} leaves it",
            "ms",
            low=LEAVES_DELAY_MS,
            high=500.0,
        ),
    )


@dataclass(frozen=True)
class TransportEvent(Event):
    """Who leads and where that is: ten times a second, and at once when anything changes."""

    address = "/melfusion/transport"
    leader: str = field(metadata=about("host, midi, link or internal"))
    reason: str = field(metadata=about("why: what keeps those before it from leading"))
    bpm: float = field(metadata=about("tempo", "quarter notes a minute"))
    metre: str = field(metadata=about("time signature"))
    playing: int = field(metadata=about("1 while it plays, else 0"))
    bar: int = field(metadata=about("bar, the first is 1"))
    beat: float = field(
        metadata=about("beat in the bar, the first is 1", "notes of the metre's denominator")
    )
    quarters: float = field(metadata=about("position", "quarter notes"))
    heard: str = field(metadata=about("the sources that are there, with spaces between"))


REQUESTS: tuple[type[Request[Any]], ...] = (HostReport, SetTransport, SetSources)
EVENTS: tuple[type[Event], ...] = (TransportEvent,)

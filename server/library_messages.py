"""The OSC messages of the library: its clips, what users write on them, and the bin."""

from dataclasses import dataclass, field
from typing import Any

from .messages import Done, Event, Request, about

AS_IT_IS = -1
SAME = "="
"""Leaves a text as it is."""

_CLIP = about("the clip's id", longest=64)


@dataclass(frozen=True)
class Listed(Done):
    """All clip events that were asked for have been sent."""

    clips: int = field(metadata=about("clip events that were sent"))
    all: int = field(metadata=about("clips that there are"))


@dataclass(frozen=True)
class ListClips(Request[Listed]):
    """Asks for the clips of the library, each as a /melfusion/clip event to the asker.

    The newest come first. Whoever wants thousands asks for a few hundred at a time, and once more
    for those of which fewer have come than were sent: of many datagrams some are lost.
    """

    address = "/melfusion/clips/list"
    done = Listed
    clip: str = field(
        default="", kw_only=True, metadata=about("only the clip with this id", longest=64)
    )
    skip: int = field(
        default=0,
        kw_only=True,
        metadata=about("passes over so many of the newest", low=0, high=2**31 - 1),
    )
    most: int = field(
        default=0, kw_only=True, metadata=about("so many at most; 0 is all", low=0, high=2**31 - 1)
    )
    recipes: int = field(
        default=1,
        kw_only=True,
        metadata=about("0 leaves the recipes empty, which are most of an event", low=0, high=1),
    )


@dataclass(frozen=True)
class MarkClip(Request[Done]):
    """Writes something on a clip, as far as it is named; all hear of it by a /melfusion/clip event.

    What is written is kept in the library, not in the file, and stays when the file is taken away
    and comes back.
    """

    address = "/melfusion/clips/mark"
    clip: str = field(metadata=_CLIP)
    title: str = field(
        default=SAME,
        kw_only=True,
        metadata=about(
            f"what it is called instead of its words; empty is its words again, {SAME} leaves it",
            longest=200,
        ),
    )
    favourite: int = field(
        default=AS_IT_IS,
        kw_only=True,
        metadata=about("1 for a favourite, 0 for none; -1 leaves it", low=AS_IT_IS, high=1),
    )
    tags: str = field(
        default=SAME,
        kw_only=True,
        metadata=about(f"tags, with spaces between; {SAME} leaves them", longest=200),
    )


@dataclass(frozen=True)
class DeleteClip(Request[Done]):
    """Puts a clip's file into the system's bin, and forgets the clip; refused while it plays."""

    address = "/melfusion/clips/delete"
    clip: str = field(metadata=_CLIP)


@dataclass(frozen=True)
class ClipPlaced(Request[Done]):
    """Reports that a clip was placed in Live, or why it was not.

    The last report of a clip is kept in the library; all hear of it by /melfusion/clip/placed.
    """

    address = "/melfusion/placed"
    clip: str = field(metadata=_CLIP)
    placed: int = field(metadata=about("1 when it was placed, else 0", low=0, high=1))
    where: str = field(
        metadata=about(
            "where it lies, such as `Drums, slot 4` or `Arrangement, bar 17`; not used when it was"
            " not placed",
            longest=200,
        )
    )
    reason: str = field(
        metadata=about(
            "why it was not placed, or what Live did not take; empty when all is well",
            longest=400,
        )
    )


@dataclass(frozen=True)
class ClipEvent(Event):
    """A clip is in the library, or something has been written on it."""

    address = "/melfusion/clip"
    clip: str = field(metadata=about("the clip's id"))
    path: str = field(metadata=about("the WAV's path on the server's machine, without spaces"))
    part: str = field(metadata=about("drums, bass, chords, lead or full"))
    bpm: float = field(metadata=about("tempo", "quarter notes a minute"))
    bars: int = field(metadata=about("length", "bars"))
    metre: str = field(metadata=about("time signature"))
    quarters: float = field(metadata=about("length", "quarter notes"))
    key: str = field(metadata=about("key"))
    chords: str = field(metadata=about("chords, bars between |"))
    seconds: float = field(metadata=about("length", "s"))
    passed: int = field(metadata=about("1 when every check passed, else 0"))
    checks: str = field(
        metadata=about(
            "each check's name and its verdict, pass, fail or n/a: `key pass, seam step fail`"
        )
    )
    prompt: str = field(metadata=about("the words it was asked for with"))
    image: str = field(metadata=about("the picture's path, or empty"))
    created: str = field(metadata=about("when it was rendered, as 2026-03-01T12:00:00Z"))
    title: str = field(metadata=about("what the user calls it, or empty"))
    favourite: int = field(metadata=about("1 for a favourite"))
    tags: str = field(metadata=about("the user's tags, with spaces between"))
    recipe: str = field(
        metadata=about(
            "JSON: all that is known of it: request, plan, seed, model, checks, timings; empty"
            " where it was not asked for"
        )
    )
    place: str = field(
        default="", metadata=about("where in Live it was placed last; empty when it was not")
    )
    place_trouble: str = field(
        default="",
        metadata=about("why it was not placed, or what Live did not take of it, or empty"),
    )


@dataclass(frozen=True)
class ClipGoneEvent(Event):
    """A clip is no longer in the library."""

    address = "/melfusion/clip/gone"
    clip: str = field(metadata=about("the clip's id"))


@dataclass(frozen=True)
class ClipPlacedEvent(Event):
    """A clip was placed in Live, or was not."""

    address = "/melfusion/clip/placed"
    clip: str = field(metadata=about("the clip's id"))
    placed: int = field(metadata=about("1 when it was placed, else 0"))
    where: str = field(metadata=about("where it lies; empty when it was not placed"))
    reason: str = field(
        metadata=about("why it was not placed, or what Live did not take, or empty")
    )


REQUESTS: tuple[type[Request[Any]], ...] = (ListClips, MarkClip, DeleteClip, ClipPlaced)
EVENTS: tuple[type[Event], ...] = (ClipEvent, ClipGoneEvent, ClipPlacedEvent)

"""The OSC messages that ask for loops: one, or a scene of several parts, at once or on a bar."""

from dataclasses import dataclass, field
from typing import Any

from melfusion.request import PARTS, RenderRequest

from .messages import Answer, Done, Event, Request, about

NO_BAR = -(2**31)
"""No bar is named: 0 and what is less are bars before the first."""


@dataclass(frozen=True)
class Rendered(Done):
    """The loop is finished, verified and in the library."""

    clip: str = field(metadata=about("the clip's id"))
    path: str = field(metadata=about("the WAV's path on the server's machine"))


@dataclass(frozen=True)
class Asks(Request[Answer]):
    """What all requests for loops have in common: what to render, and when it is wanted."""

    request: RenderRequest = field(kw_only=True, metadata=about("what to render"))
    sync: int = field(
        default=0,
        kw_only=True,
        metadata=about("1 takes tempo and metre from whoever leads", low=0, high=1),
    )
    on_bar: int = field(
        default=NO_BAR,
        kw_only=True,
        metadata=about(
            "the bar that it is wanted on, counted from 1; left out: it is not played",
            low=NO_BAR, high=2**31 - 1,
        ),
    )  # fmt: skip
    in_bars: int = field(
        default=0,
        kw_only=True,
        metadata=about(
            "wanted so many bars after the one that runs; 0 names none", low=0, high=9999
        ),
    )
    crossfade_ms: float = field(
        default=20.0,
        kw_only=True,
        metadata=about("the crossfade, which ends when the bar begins", "ms", low=1, high=10000),
    )


@dataclass(frozen=True)
class Render(Asks[Rendered]):
    """Asks for a loop; answered when it is finished.

    A /melfusion/job event goes to the asker at once: the request has arrived and is kept, even
    through a crash. The same request with the same `job` may be sent again at any time: it is never
    rendered twice, and gets that event again, or its answer.

    A loop that is wanted on a bar is in the leader's tempo and metre, as with `sync 1`, and is
    played on its part when that bar begins; where the number of steps is left open, as many are
    taken as there is time for. /melfusion/cue counts down. A loop that comes too late is kept and
    not played: what plays goes on.
    """

    address = "/melfusion/render"
    done = Rendered
    job: str = field(
        default="",
        kw_only=True,
        metadata=about("an id for the job, drawn by the server when empty", longest=64),
    )


@dataclass(frozen=True)
class SceneRendered(Done):
    """Every part of the scene is in the library."""

    clips: str = field(metadata=about("the ids of the clips, in the order of the parts"))


@dataclass(frozen=True)
class RenderScene(Asks[SceneRendered]):
    """Asks for several parts of one scene, in one tempo, key and style; answered when all are done.

    Each part is a job of its own, drums first, whose id is the scene's followed by a dash and the
    part. /melfusion/scene/part tells the asker and all subscribers of each that is ready, and of
    each that has failed; one that fails does not stop the others, but the answer is then a fail. It
    may be sent again with the same `scene`, as a render with its `job`. `part` is not used. A scene
    that is wanted on a bar plays part by part: one that comes too late leaves what plays there.
    """

    address = "/melfusion/scene"
    done = SceneRendered
    scene: str = field(
        default="",
        kw_only=True,
        metadata=about("an id for the scene, drawn by the server when empty", longest=56),
    )
    parts: str = field(
        default=" ".join(PARTS),
        kw_only=True,
        metadata=about("the parts, with spaces between", longest=64),
    )


@dataclass(frozen=True)
class ScenePartEvent(Event):
    """A part of a scene is in the library, or will not be."""

    address = "/melfusion/scene/part"
    scene: str = field(metadata=about("the scene's id"))
    part: str = field(metadata=about("drums, bass, chords or lead"))
    job: str = field(metadata=about("the part's job"))
    clip: str = field(metadata=about("the clip's id; empty when it has failed"))
    path: str = field(metadata=about("the WAV's path on the server's machine"))
    reason: str = field(metadata=about("why it failed or was cancelled; empty when it is there"))


@dataclass(frozen=True)
class CueEvent(Event):
    """A loop that is wanted on a bar: sent on every beat until then, and when its state changes.

    Its state goes from rendering to ready, when the loop is in the library; to waiting, when it is
    with the sound device; and to playing. It ends as missed where the bar has come first, where the
    render failed, or where something else has been asked of the part: what plays there goes on.
    """

    address = "/melfusion/cue"
    job: str = field(metadata=about("the job's id"))
    part: str = field(metadata=about("the part that it is wanted on"))
    clip: str = field(metadata=about("the clip's id, once it is in the library"))
    bar: int = field(metadata=about("the bar that it is wanted on, counted from 1"))
    bars_left: float = field(metadata=about("how long until then; 0 when it is over", "bars"))
    state: str = field(metadata=about("rendering, ready, waiting, playing or missed"))
    steps: int = field(metadata=about("denoising steps that it is rendered with"))
    reason: str = field(metadata=about("why it was missed"))


@dataclass(frozen=True)
class Evolving(Done):
    """It has begun, or has ended."""

    parts: str = field(metadata=about("the parts that are varied"))


@dataclass(frozen=True)
class Evolve(Request[Evolving]):
    """Keeps what plays alive: every so many bars each part goes over to another take of itself.

    A take has the same words, picture, key and chords, and another seed, which all parts share. It
    is rendered while the last one plays; one that is not ready in time is left out, and all stay in
    the library. With `to_prompt` or `to_image`, the takes go towards that scene, and are there
    after `over` bars: when all that plays is there, it ends. With `over 0` they are there at once,
    and go on. It also ends with `every 0`, or when nothing plays any more.
    """

    address = "/melfusion/evolve"
    done = Evolving
    every: int = field(
        metadata=about("from one take to the next; 0 ends it", "bars", low=0, high=999)
    )
    parts: str = field(
        default="",
        kw_only=True,
        metadata=about("the parts, with spaces between; empty for all that play", longest=64),
    )
    to_prompt: str = field(
        default="", kw_only=True, metadata=about("words of another scene", longest=500)
    )
    to_image: str = field(
        default="", kw_only=True, metadata=about("path of another scene's picture", longest=4096)
    )
    over: int = field(
        default=0,
        kw_only=True,
        metadata=about("how long the way to the other scene is", "bars", low=0, high=9999),
    )
    crossfade_ms: float = field(
        default=20.0,
        kw_only=True,
        metadata=about("the crossfade, which ends when the bar begins", "ms", low=1, high=10000),
    )


@dataclass(frozen=True)
class EvolveEvent(Event):
    """How what plays is varied has changed: told when the next takes are asked for."""

    address = "/melfusion/evolve/state"
    parts: str = field(metadata=about("the parts; empty when it has ended"))
    every: int = field(metadata=about("from one take to the next; 0 when it has ended", "bars"))
    bar: int = field(metadata=about("the bar that the next takes are wanted on"))
    blend: float = field(metadata=about("how far they are on the way to the other scene, 0 to 1"))


REQUESTS: tuple[type[Request[Any]], ...] = (Render, RenderScene, Evolve)
EVENTS: tuple[type[Event], ...] = (ScenePartEvent, CueEvent, EvolveEvent)

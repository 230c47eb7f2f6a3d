"""Every OSC message, declared once: what its arguments are, in which units, and what answers it.

A message is a frozen dataclass. Its positional fields are the arguments in their order; its
keyword-only fields may follow as pairs of name and value, as in scsynth's /s_new. The codec below,
docs/osc.md, max_for_live/addresses.js and docs/oscquery.json are all read off these declarations
(`python scripts/generate.py`).

Every request begins with a request id, and is answered with exactly one Done or Fail.
"""

import contextlib
import dataclasses
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from melfusion.request import RenderRequest, RequestError, checked

from . import (
    library_messages,
    model_messages,
    player_messages,
    remote_messages,
    render_messages,
    transport_messages,
)
from .library_messages import ClipEvent as ClipEvent
from .library_messages import ListClips as ListClips
from .library_messages import Listed as Listed
from .messages import NO_ID as NO_ID
from .messages import Answer as Answer
from .messages import Done as Done
from .messages import Event as Event
from .messages import Fail as Fail
from .messages import Message as Message
from .messages import Reply as Reply
from .messages import Request as Request
from .messages import about
from .render_messages import Render as Render
from .render_messages import Rendered as Rendered
from .render_messages import RenderScene as RenderScene

PROTOCOL_VERSION = 1
DEFAULT_PORT = 9331
REASON_LONGEST = 400
ADDRESS_LONGEST = 200
"""What a fail repeats of a request's address."""


_JOB = about("the job's id", longest=64)


@dataclass(frozen=True)
class Welcome(Done):
    """Who the server is."""

    protocol: int = field(metadata=about("version of this protocol"))
    version: str = field(metadata=about("version of the server"))
    model: str = field(metadata=about("name of the model; empty until it is loaded"))
    capabilities: str = field(metadata=about("the requests it knows, with spaces between"))


@dataclass(frozen=True)
class Hello(Request[Welcome]):
    """Asks who the server is. A server with a token answers nothing else until it has seen it."""

    address = "/melfusion/hello"
    done = Welcome
    token: str = field(
        default="", kw_only=True, metadata=about("the server's token, if it has one")
    )


@dataclass(frozen=True)
class Subscribed(Done):
    """How many events the state takes that follows."""

    jobs: int = field(metadata=about("job events that follow"))
    clips: int = field(metadata=about("clip events that follow"))


@dataclass(frozen=True)
class Notify(Request[Subscribed]):
    """Subscribes to events; the whole state follows at once as ordinary events.

    A subscriber that sends nothing for a minute is dropped: send /melfusion/status every ten
    seconds or so.
    """

    address = "/melfusion/notify"
    done = Subscribed
    on: int = field(metadata=about("1 subscribes, 0 ends it", low=0, high=1))
    clips: int = field(
        default=1,
        kw_only=True,
        metadata=about("0 leaves the clips that there are out of the state", low=0, high=1),
    )


@dataclass(frozen=True)
class Condition(Done):
    """How the server is."""

    queued: int = field(metadata=about("jobs that wait"))
    worker: str = field(metadata=about("starting, ready, rendering or down"))
    trouble: str = field(metadata=about("why the worker is down; empty when it is not"))
    model: str = field(metadata=about("name of the model; empty until it is loaded"))
    clips: int = field(metadata=about("clips in the library"))
    subscribers: int = field(metadata=about("clients that are sent events"))
    garbage: int = field(metadata=about("datagrams that were no message for the server"))
    uptime_s: float = field(metadata=about("time since the server started", "s"))


@dataclass(frozen=True)
class Status(Request[Condition]):
    """The heartbeat: asks how the server is, and shows it that the sender lives."""

    address = "/melfusion/status"
    done = Condition


@dataclass(frozen=True)
class Cancel(Request[Done]):
    """Stops a job, queued or rendering, or all jobs of a scene, whose requests are then failed.

    A clip that is ready and waits for its bar is not played, unless it is with the sound device
    already, as it is two seconds or a bar before.
    """

    address = "/melfusion/cancel"
    job: str = field(metadata=about("the job's id, or the scene's", longest=64))


@dataclass(frozen=True)
class Retry(Request[Rendered]):
    """Has a job that failed or was cancelled rendered after all, under the same id.

    A job that waits or is rendered is joined; the answer comes when the loop is finished.
    """

    address = "/melfusion/retry"
    done = Rendered
    job: str = field(metadata=_JOB)


@dataclass(frozen=True)
class JobEvent(Event):
    """A job is new or has changed."""

    address = "/melfusion/job"
    job: str = field(metadata=_JOB)
    state: str = field(metadata=about("queued, rendering, done, failed or cancelled"))
    progress: float = field(metadata=about("how much is done, 0 to 1"))
    expected_s: float = field(
        metadata=about("how long it takes in all, from past jobs; 0 before there are any", "s")
    )
    stage: str = field(
        metadata=about(
            "loading, text, picture, denoising, decoding, verification or writing, or empty"
        )
    )
    clip: str = field(metadata=about("id of the clip, when done"))
    reason: str = field(metadata=about("why it failed or was cancelled"))
    part: str = field(metadata=about("drums, bass, chords, lead or full"))
    prompt: str = field(metadata=about("the words it was asked for with"))


REQUESTS: tuple[type[Request[Any]], ...] = (
    *(Hello, Notify, Status, Cancel, Retry),
    *library_messages.REQUESTS,
    *render_messages.REQUESTS,
    *model_messages.REQUESTS,
    *transport_messages.REQUESTS,
    *player_messages.REQUESTS,
    *remote_messages.REQUESTS,
)
REPLIES: tuple[type[Reply], ...] = (Done, Fail)
EVENTS: tuple[type[Event], ...] = (
    JobEvent,
    *library_messages.EVENTS,
    *render_messages.EVENTS,
    *model_messages.EVENTS,
    *transport_messages.EVENTS,
    *player_messages.EVENTS,
    *remote_messages.EVENTS,
)
TABLE: dict[str, type[Message]] = {
    declared.address: declared for declared in (*REQUESTS, *REPLIES, *EVENTS)
}


def positional(declared: type[Message]) -> list[dataclasses.Field[Any]]:
    """The arguments of a message that stand in order."""
    return [argument for argument in dataclasses.fields(declared) if not argument.kw_only]


def named(declared: type[Message]) -> list[dataclasses.Field[Any]]:
    """The arguments of a message that may follow as pairs of name and value."""
    own = [argument for argument in dataclasses.fields(declared) if argument.kw_only]
    if _carries_request(declared):
        own = [argument for argument in own if argument.name != "request"]
        return [*dataclasses.fields(RenderRequest), *own]
    return own


def read(address: str, arguments: Sequence[Any]) -> Message:
    """The message that came over the wire.

    Raises:
        RequestError: the address is unknown, or an argument is missing, unknown or wrong.
    """
    declared = TABLE.get(address)
    if declared is None:
        known = ", ".join(request.address for request in REQUESTS)
        raise RequestError("address", f"{address} is unknown; the requests are {known}")
    if declared is Done and len(arguments) > 1:
        answered = TABLE.get(str(arguments[1]), Message)
        declared = answered.done if issubclass(answered, Request) else Done
    expected = positional(declared)
    if len(arguments) < len(expected):
        missing = expected[len(arguments)]
        raise RequestError(missing.name, f"is missing: {missing.metadata['help']}")
    values = {
        argument.name: _checked(argument, value)
        for argument, value in zip(expected, arguments, strict=False)
    }
    if issubclass(declared, Request):
        values |= _read_named(declared, arguments[len(expected) :])
    return declared(**values)


def write(message: Message) -> list[tuple[str, int | float | str]]:
    """Type tag and value of each argument, as osc.encode takes them.

    Requests carry floats in full (d); answers and events carry float32 (f), which every receiver
    can read.
    """
    float_tag = "d" if isinstance(message, Request) else "f"
    tags: dict[Any, str] = {int: "i", float: float_tag, str: "s"}
    wire: list[tuple[str, int | float | str]] = [
        (tags[argument.type], getattr(message, argument.name))
        for argument in positional(type(message))
    ]
    given = vars(message)
    if isinstance(message, render_messages.Asks):
        given = {**given, **asdict(message.request)}
    for argument in named(type(message)):
        if given[argument.name] != argument.default:
            wire.append(("s", argument.name))
            wire.append((tags[argument.type], given[argument.name]))
    return wire


def envelope(arguments: Sequence[Any], port: int) -> tuple[int, int]:
    """Request id and reply port, as far as they can be read: a wrong request is answered too.

    Args:
        arguments: as they came.
        port: the sender's own port.
    """
    declared = {argument.name: argument for argument in dataclasses.fields(Request)}
    request_id = NO_ID
    with contextlib.suppress(RequestError, IndexError):
        request_id = _checked(declared["id"], arguments[0])
    with contextlib.suppress(RequestError, IndexError, ValueError):
        named_port = arguments[list(arguments).index("reply_port") + 1]
        port = _checked(declared["reply_port"], named_port) or port
    return request_id, port


def _read_named(declared: type[Message], arguments: Sequence[Any]) -> dict[str, Any]:
    """Pairs of name and value, checked; what to render is gathered into a RenderRequest."""
    pairs: dict[str, Any] = {}
    for at in range(0, len(arguments), 2):
        name = arguments[at]
        if not isinstance(name, str):
            raise RequestError("arguments", f"a name must stand in place {at}, not {name!r}")
        if at + 1 == len(arguments):
            raise RequestError(name, "has no value: optional arguments are names and values")
        if name in pairs:
            raise RequestError(name, "is given twice")
        pairs[name] = arguments[at + 1]
    own = {argument.name: argument for argument in dataclasses.fields(declared) if argument.kw_only}
    own.pop("request", None)
    values = {name: _checked(own[name], value) for name, value in pairs.items() if name in own}
    rest = {name: value for name, value in pairs.items() if name not in own}
    if _carries_request(declared):
        for name in rest:
            if name not in {option.name for option in named(declared)}:
                known = ", ".join(option.name for option in named(declared))
                raise RequestError(name, f"is unknown; there may be {known}")
        return {**values, "request": RenderRequest.check(rest)}
    if rest:
        raise RequestError(next(iter(rest)), f"is unknown; there may be {', '.join(own)}")
    return values


def _carries_request(declared: type[Message]) -> bool:
    """Whether a message has all options of a RenderRequest."""
    return issubclass(declared, render_messages.Asks)


def _checked(argument: dataclasses.Field[Any], value: Any) -> Any:
    """`value` as `argument` declares it; OSC's T and F pass for 1 and 0."""
    return checked(argument, int(value) if isinstance(value, bool) else value)

"""What every OSC message is made of; protocol.py declares them, or gathers them."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

NO_ID = -1
"""The id in a Fail when the request's own could not be read."""


def about(help: str, unit: str = "", **limits: Any) -> dict[str, Any]:
    """Metadata of a field; the limits are those of melfusion.request: low, high, longest."""
    return {"help": help, **({"unit": unit} if unit else {}), **limits}


_ID = about(
    "request id, chosen by the client, given back in the answer", low=-(2**31), high=2**31 - 1
)


@dataclass(frozen=True)
class Message:
    """What all messages have in common: an address."""

    kind: ClassVar[str]
    address: ClassVar[str]


@dataclass(frozen=True)
class Reply(Message):
    """From the server, once, to whoever sent the request."""

    kind = "reply"


@dataclass(frozen=True)
class Done(Reply):
    """The request has been carried out; what it gives follows, as each request says."""

    address = "/melfusion/done"
    id: int = field(metadata=about("the request's id"))
    request: str = field(metadata=about("the request's address"))


@dataclass(frozen=True)
class Fail(Reply):
    """The request has not been carried out."""

    address = "/melfusion/fail"
    id: int = field(metadata=about(f"the request's id; {NO_ID} when it could not be read"))
    request: str = field(metadata=about("the request's address"))
    reason: str = field(metadata=about("the argument at fault, a colon, and what is wrong with it"))


Answer = TypeVar("Answer", bound=Done)


@dataclass(frozen=True)
class Request(Message, Generic[Answer]):
    """From a client to the server."""

    kind = "request"
    done: ClassVar[type[Done]] = Done
    id: int = field(metadata=_ID)
    reply_port: int = field(
        default=0,
        kw_only=True,
        metadata=about(
            "port of the sender's host to answer to; 0 is the sender's own", low=0, high=65535
        ),
    )


@dataclass(frozen=True)
class Event(Message):
    """From the server to everyone who has subscribed with /melfusion/notify."""

    kind = "event"

"""The OSC messages about models: which there are, and what one that is told in words sees."""

from dataclasses import dataclass, field
from typing import Any

from .messages import Done, Event, Request, about


@dataclass(frozen=True)
class ModelEvent(Event):
    """A model: on this machine already, or to be had with `melfusion-live models download`."""

    address = "/melfusion/model"
    name: str = field(metadata=about("what a request calls it"))
    title: str = field(metadata=about("what people call it"))
    use: str = field(metadata=about("what it is good for"))
    here: int = field(metadata=about("1 where it is on the server's machine"))
    size_mb: int = field(metadata=about("what is downloaded, or what it takes on disk", "MB"))
    memory: str = field(metadata=about("the memory that it needs"))
    licence: str = field(metadata=about("the licence of its weights"))
    told: int = field(metadata=about("1 where it is told in words what is seen in a picture"))
    able: str = field(
        metadata=about("what it makes of a loop: variation, continuation, or nothing")
    )


@dataclass(frozen=True)
class ModelsListed(Done):
    """All models have been sent."""

    models: int = field(metadata=about("model events that were sent"))


@dataclass(frozen=True)
class ListModels(Request[ModelsListed]):
    """Asks for all models, each as a /melfusion/model event to the asker."""

    address = "/melfusion/models/list"
    done = ModelsListed


@dataclass(frozen=True)
class Seen(Done):
    """The picture has been looked at."""

    words: str = field(metadata=about("what is seen, and which music suits it"))


@dataclass(frozen=True)
class See(Request[Seen]):
    """Asks what is seen in a picture, as a model that hears no picture is told it in words.

    What comes back may be put right by the user and given to a render as `image_words`. The first
    picture in a while takes some seconds.
    """

    address = "/melfusion/see"
    done = Seen
    image: str = field(metadata=about("path of the picture", longest=4096))


REQUESTS: tuple[type[Request[Any]], ...] = (ListModels, See)
EVENTS: tuple[type[Event], ...] = (ModelEvent,)

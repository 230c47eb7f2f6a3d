"""One function for each request about models, and what requests for loops say of models."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from melfusion import home
from melfusion.catalogue import HALF, MODELS, SINGLE, Model, amount, find
from melfusion.request import RenderRequest, RequestError

from . import model_messages as messages
from . import protocol
from .core import Core, Handler
from .jobs import Asker

LONGEST = RenderRequest.__dataclass_fields__["image_words"].metadata["longest"]

USES = {"vary": "variation", "repaint": "continuation"}
"""What a model can do -> what that makes of a loop."""


def list_models(core: Core, request: messages.ListModels, asker: Asker) -> None:
    """Sends all models to the asker, and then the answer."""
    core.answer_later(_list_models(core, request, asker), request, asker)


def see(core: Core, request: messages.See, asker: Asker) -> None:
    """Looks at a picture; the answer comes when it has been seen."""
    core.answer_later(_see(core, request), request, asker)


def settled(core: Core, request: RenderRequest) -> RenderRequest:
    """What is asked for, with the file of the clip that it is made of.

    Raises:
        RequestError: there is no such model, it is not here, or it makes no such thing of a loop.
    """
    name = request.model
    known = find(name)
    absent = home.present(name) is None and not core.worker.elsewhere
    if name and (absent or (known and not known.renders)):
        here = ", ".join(event.name for event in _events() if event.here)
        raise RequestError(
            "model",
            f"{name} is not on this machine: get it with `melfusion-live models download {name}`"
            if known and known.renders
            else f"{name} is unknown; those that are here: {here}",
        )
    if not request.source:
        return request
    able = _uses(known if name else find(_own(core)))
    if request.use not in able:
        can = ", ".join(event.name for event in _events() if request.use in event.able.split())
        raise RequestError(
            "model", f"{name or _own(core)} makes no {request.use} of a loop: name one of {can}"
        )
    clip = core.clips.get(request.source)
    return replace(request, source=str(clip.path)) if clip else request


async def _list_models(
    core: Core, request: messages.ListModels, asker: Asker
) -> messages.ModelsListed:
    events = list(_events())
    await core.streamed(events, asker)
    return messages.ModelsListed(request.id, request.address, len(events))


async def _see(core: Core, request: messages.See) -> messages.Seen:
    words = await core.looking.see(request.image)
    return messages.Seen(request.id, request.address, words[:LONGEST])


def _events() -> Iterator[messages.ModelEvent]:
    """Those of the catalogue, and then what else lies in the folder of models."""
    for model in MODELS:
        if model.renders:
            yield _event(model)
    for folder in home.downloaded():
        if find(folder.name) is None:
            yield messages.ModelEvent(
                folder.name, folder.name, "a model of your own", 1,
                round(home.size(folder) / 1e6), "", "", 1, "",
            )  # fmt: skip


def _event(model: Model) -> messages.ModelEvent:
    folder = home.present(model.name)
    size = home.size(folder) if folder else model.download
    memory = amount(model.memory(SINGLE))
    if model.composes:
        memory = f"{amount(model.memory(HALF))} on a GPU, {memory} without one"
    return messages.ModelEvent(
        model.name, model.title, model.use, int(folder is not None), round(size / 1e6), memory,
        model.licence, int(not model.sees), " ".join(_uses(model)),
    )  # fmt: skip


def _uses(model: Model | None) -> list[str]:
    """What it makes of a loop; of a model that is not in the catalogue all may be hoped for."""
    return [use for able, use in USES.items() if model is None or able in model.abilities]


def _own(core: Core) -> str:
    """The name of the worker's own model, without its version."""
    version = core.worker.model
    names = (model.name for model in MODELS if version.startswith(f"{model.name}-"))
    return max(names, key=len, default=version)


HANDLERS: Mapping[type[protocol.Request[Any]], Handler] = {
    messages.ListModels: list_models,
    messages.See: see,
}

"""One function for each request of the library's."""

from collections.abc import Mapping
from typing import Any

from melfusion.request import RequestError

from . import library_messages as messages
from . import protocol
from .clips import Place
from .core import Core, Handler
from .jobs import Asker


def list_clips(core: Core, request: messages.ListClips, asker: Asker) -> None:
    """Sends the clips to the asker, or those it wants, and then the answer."""
    core.answer_later(_list_clips(core, request, asker), request, asker)


def mark(core: Core, request: messages.MarkClip, asker: Asker) -> protocol.Done:
    """Writes on a clip."""
    changes: dict[str, Any] = {}
    if request.title != messages.SAME:
        changes["title"] = " ".join(request.title.split())
    if request.favourite != messages.AS_IT_IS:
        changes["favourite"] = bool(request.favourite)
    if request.tags != messages.SAME:
        changes["tags"] = " ".join(dict.fromkeys(request.tags.replace(",", " ").split()))
    core.publish(core.clips.mark(request.clip, **changes).event, asker)
    return protocol.Done(request.id, request.address)


def placed(core: Core, request: messages.ClipPlaced, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Keeps where in Live a clip lies, or why it does not, and tells it."""
    where, reason = (" ".join(text.split()) for text in (request.where, request.reason))
    if request.placed and not where:
        raise RequestError("where", "is empty: name the place, such as Drums, slot 4")
    if not request.placed and not reason:
        raise RequestError("reason", "is empty: say why the clip was not placed")
    place = Place(where if request.placed else "", reason)
    core.clips.place(request.clip, place)
    core.publish(messages.ClipPlacedEvent(request.clip, request.placed, place.where, place.trouble))
    return protocol.Done(request.id, request.address)


def delete(core: Core, request: messages.DeleteClip, asker: Asker) -> None:
    """Puts a clip into the bin; the answer comes when it is there."""
    if request.clip in core.player.clips | core.cues.clips:
        raise RequestError("clip", f"{request.clip} plays, or is about to: stop it first")
    core.answer_later(_delete(core, request, asker), request, asker)


async def _list_clips(core: Core, request: messages.ListClips, asker: Asker) -> messages.Listed:
    if request.clip:
        clip = core.clips.get(request.clip)
        if clip is None:
            raise RequestError("clip", f"{request.clip} is not in the library")
        clips = [clip]
    else:
        end = request.skip + request.most if request.most else None
        clips = core.clips.all()[::-1][request.skip : end]
    events = (clip.event if request.recipes else clip.brief for clip in clips)
    await core.streamed(events, asker)
    return messages.Listed(request.id, request.address, clips=len(clips), all=len(core.clips))


async def _delete(core: Core, request: messages.DeleteClip, asker: Asker) -> protocol.Done:
    await core.clips.discard(request.clip)
    core.publish(messages.ClipGoneEvent(request.clip), asker)
    return protocol.Done(request.id, request.address)


HANDLERS: Mapping[type[protocol.Request[Any]], Handler] = {
    messages.ListClips: list_clips,
    messages.MarkClip: mark,
    messages.DeleteClip: delete,
    messages.ClipPlaced: placed,
}

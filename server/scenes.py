"""Scenes: one request, several parts, each a render of its own on the same plan.

Every part of a request with the same seed is on the same chords, in the same style and in time with
the others, so nothing has to be shared but the request. Drums come first: they can play while the
rest is rendered.
"""

import asyncio
from dataclasses import replace

from melfusion.request import PARTS, RenderRequest, RequestError

from .clips import Clips
from .jobs import Asker, Jobs, State
from .render_messages import ScenePartEvent
from .renders import Publish, Renders


def split(scene: str, request: RenderRequest, parts: str) -> dict[str, tuple[str, RenderRequest]]:
    """The renders of a scene.

    Args:
        scene: its id.
        request: what is asked for.
        parts: those that are wanted, with spaces between.

    Returns:
        Part -> the id of its job, and what is to be rendered; in the order of PARTS.

    Raises:
        RequestError: there is no such part, or none is named.
    """
    wanted = parts.replace(",", " ").split()
    for part in wanted:
        if part not in PARTS:
            raise RequestError("parts", f"must be of {' '.join(PARTS)}, not {part!r}")
    if not wanted:
        raise RequestError("parts", f"none is named, of {' '.join(PARTS)}")
    return {
        part: (f"{scene}-{part}", replace(request, part=part)) for part in PARTS if part in wanted
    }


def jobs_of(jobs: Jobs, name: str) -> list[str]:
    """The jobs that a name stands for: itself, or those of the scene of that name."""
    parts = [f"{name}-{part}" for part in PARTS]
    return [name] if jobs.get(name) else [job for job in parts if jobs.get(job)] or [name]


class Scenes:
    """Waits for scenes to be whole, and tells of each part.

    Args:
        clips: of the library.
        renders: who has them rendered.
        publish: sends an event to every subscriber, and to the askers named after it.
    """

    def __init__(self, clips: Clips, renders: Renders, publish: Publish) -> None:
        self._clips = clips
        self._renders = renders
        self._publish = publish
        self._awaited: set[tuple[str, Asker]] = set()

    def awaits(self, scene: str, asker: Asker) -> bool:
        """Whether somebody waits for a scene already, who has only asked again."""
        return (scene, asker) in self._awaited

    async def whole(self, scene: str, jobs: dict[str, str], asker: Asker) -> list[str]:
        """Waits until all parts have ended, and tells of each as it does.

        Args:
            scene: its id.
            jobs: part -> id of its job.
            asker: who is told, subscribed or not.

        Returns:
            The clips, in the order of the parts.

        Raises:
            RequestError: parts have failed; the others are in the library.
        """
        self._awaited.add((scene, asker))
        try:
            ends = [self._end(scene, part, job, asker) for part, job in jobs.items()]
            parts = await asyncio.gather(*ends)
        finally:
            self._awaited.discard((scene, asker))
        if failed := [part for part in parts if not part.clip]:
            reasons = "; ".join(f"{part.part}: {part.reason}" for part in failed)
            there = " ".join(part.part for part in parts if part.clip) or "nothing"
            raise RequestError("parts", f"{reasons} (in the library: {there})")
        return [part.clip for part in parts]

    async def _end(self, scene: str, part: str, job_id: str, asker: Asker) -> ScenePartEvent:
        job = await self._renders.end_of(job_id)
        clip = self._clips.get(job.clip) if job.state is State.DONE else None
        if clip:
            event = ScenePartEvent(scene, part, job.id, clip.id, str(clip.path), "")
        else:
            reason = job.reason or "job: its clip has been taken out of the library"
            event = ScenePartEvent(scene, part, job.id, "", "", reason)
        self._publish(event, asker)
        return event

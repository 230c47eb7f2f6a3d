"""What the scene asks of the server: loops, and that what plays goes over to another scene."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from melfusion.request import RenderRequest
from server.protocol import Render, RenderScene
from server.render_messages import Evolve

from ..settings import Settings
from ..state import State
from ..wire import Wire


class Asking:
    """Asks for what a scene says.

    Args:
        wire: what is asked on.
        state: what became of renders, and the sound device's rate, are read off it.
        settings: what all scenes have in common.
        tell: is told, in one sentence, what the server has refused.
    """

    def __init__(
        self, wire: Wire, state: State, settings: Settings, tell: Callable[[str], None]
    ) -> None:
        self._wire, self._state, self._settings, self._tell = wire, state, settings, tell

    @property
    def rate(self) -> int:
        """The files' rate: as set, or as the sound device's, where files can have that."""
        (allowed,) = (
            field.metadata["choices"]
            for name, field in RenderRequest.__dataclass_fields__.items()
            if name == "rate"
        )
        device = self._state.device.rate if self._state.device else 0
        wanted = self._settings.rate or device
        return wanted if wanted in allowed else allowed[0]

    def render(self, request: RenderRequest, *, follows: bool, plays: bool) -> None:
        """Has a loop rendered.

        Args:
            request: what is asked for.
            follows: whether tempo and metre are the host's.
            plays: whether it is played some bars on, or as soon as it can be.
        """
        job = secrets.token_hex(8)
        self._wire.ask(
            Render,
            request=request,
            job=job,
            sync=int(plays or follows),
            in_bars=self._settings.bars_ahead if plays else 0,
            crossfade_ms=float(self._settings.crossfade_ms),
            otherwise=lambda why: self._refuse(job, why),
        )

    def render_parts(self, request: RenderRequest, *, follows: bool) -> None:
        """Has drums, bass, chords and lead rendered, one after the other."""
        scene = secrets.token_hex(8)
        self._wire.ask(
            RenderScene,
            request=replace(request, part="full"),
            scene=scene,
            sync=int(follows),
            otherwise=lambda why: self._refuse(scene, why),
        )

    def go(self, every: int, prompt: str, image: str, over: int) -> None:
        """Has what plays go over to another scene: a take every few bars, within so many bars."""
        self._wire.ask(
            Evolve,
            every,
            to_prompt=prompt,
            to_image=image,
            over=over,
            crossfade_ms=float(self._settings.crossfade_ms),
            otherwise=self._tell,
        )

    def stay(self) -> None:
        """Has what plays stay as it is."""
        self._wire.ask(Evolve, 0, otherwise=self._tell)

    def _refuse(self, name: str, why: str) -> None:
        """Tells why a job, or those of a scene, have failed; the user knows what they cancelled."""
        ends = {
            job.state for id, job in self._state.jobs.items() if name in (id, id.rpartition("-")[0])
        }
        if "cancelled" not in ends or "failed" in ends:
            self._tell(why)

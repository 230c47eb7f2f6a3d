"""What the scene asks of the server: loops, and that what plays goes over to another scene."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from melfusion.request import RenderRequest
from server.player_messages import Launched, Play
from server.protocol import Event, Render, RenderScene
from server.render_messages import CueEvent, Evolve, Rendered

from ..said import argument
from ..settings import Settings
from ..state import State
from ..wire import Wire

LATE = "Bar {bar} came before {part} was rendered: it plays on the next bar as soon as it is."
PLAYS = "It plays from bar {bar} on."


class Asking:
    """Asks for what a scene says.

    A loop that is to play and comes too late for its bar is played from the next one on.

    Args:
        wire: what is asked on.
        state: what became of renders, and the sound device's rate, are read off it.
        settings: what all scenes have in common.
        tell: is told, in one sentence, what the server has refused, and what comes late.
    """

    def __init__(
        self, wire: Wire, state: State, settings: Settings, tell: Callable[[str], None]
    ) -> None:
        self._wire, self._state, self._settings, self._tell = wire, state, settings, tell
        self._to_play: dict[str, bool] = {}  # by job: whether its bar has been missed
        wire.told.connect(self._hear)

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
        if plays:
            self._to_play[job] = False
        self._wire.ask(
            Render,
            request=request,
            job=job,
            sync=int(plays or follows),
            in_bars=self._settings.bars_ahead if plays else 0,
            crossfade_ms=float(self._settings.crossfade_ms),
            then=lambda rendered: self._play(job, rendered),
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

    def _hear(self, event: Event) -> None:
        # A cue that is missed for another reason has given way to something that was asked later.
        if (
            isinstance(event, CueEvent)
            and event.job in self._to_play
            and (event.state, argument(event.reason)) == ("missed", "on_bar")
        ):
            self._to_play[event.job] = True
            self._tell(LATE.format(bar=event.bar, part=event.part))

    def _play(self, job: str, rendered: Rendered) -> None:
        """Plays a loop that has come too late for its bar."""
        if self._to_play.pop(job, False):
            self._wire.ask(
                Play,
                rendered.clip,
                crossfade_ms=float(self._settings.crossfade_ms),
                then=self._tell_when,
                otherwise=self._tell,
            )

    def _tell_when(self, launched: Launched) -> None:
        self._tell(PLAYS.format(bar=launched.bar))

    def _refuse(self, name: str, why: str) -> None:
        """Tells why a job, or those of a scene, have failed; the user knows what they cancelled."""
        self._to_play.pop(name, None)
        ends = {
            job.state for id, job in self._state.jobs.items() if name in (id, id.rpartition("-")[0])
        }
        if "cancelled" not in ends or "failed" in ends:
            self._tell(why)

"""What the window knows of the server: the last of each event. Qt's signals tell of changes.

Everything that is shown reads it off here, so that a server that comes back, and sends its whole
state, needs no care anywhere else.
"""

import time
from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from server.library_messages import ClipGoneEvent, ClipPlacedEvent
from server.model_messages import ListModels, ModelEvent
from server.player_messages import DeviceEvent, MetersEvent, MixEvent, PlayingEvent
from server.protocol import ClipEvent, Condition, Event, JobEvent, ListClips, Listed, Welcome
from server.remote_messages import BindingEvent
from server.render_messages import CueEvent, EvolveEvent
from server.transport_messages import TransportEvent

from .wire import Wire

PAGE = 250
"""Clips that are asked for at a time."""

MOST_ASKED = 5
"""How often the same page is asked for when not all of it arrives."""

MOST_ENDED = 200
"""Jobs that have ended and are still known."""

ENDED = ("done", "failed", "cancelled")


class State(QObject):
    """The server's state, as far as it was told.

    Args:
        wire: what it is heard on.

    Attributes:
        model: name of the model; empty before it is known.
        trouble: why there is no server; empty while there is one.
        worker: how what renders is: starting, ready, rendering or down.
        worker_trouble: why it is down.
        others: clients that have subscribed beside this one.
        transport: who leads and where that is.
        device: the sound device.
        meters: the last meters.
        playing: what each part plays or is about to, by part and state.
        mix: gain and mute by part.
        jobs: all jobs that were told of, oldest first.
        cues: loops that are wanted on a bar, by job, until they play or are missed.
        clips: all clips that were told of, by id. Those that were there already have no recipe.
        bindings: what MIDI controls do, by control.
        evolution: how what plays is varied.
        models: all models by name, those that are not there too.
    """

    changed = pyqtSignal(str)
    """One of the attributes is another; its name."""

    clips_listed = pyqtSignal(object)
    """Clips that are there already, a list of ClipEvents, the newest first; more may follow."""

    clip_added = pyqtSignal(object)
    """A clip is new."""

    clip_changed = pyqtSignal(object)
    """Something is written on a clip, it was placed in Live, or its recipe has come."""

    clip_gone = pyqtSignal(str)
    job_changed = pyqtSignal(object)
    emptied = pyqtSignal()
    """All is forgotten: what comes next is a server's whole state."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._wire = wire
        self._forget()
        wire.welcomed.connect(self._begin)
        wire.subscribed.connect(lambda _: self._ask_for_page(0))
        wire.subscribed.connect(lambda _: self.look_for_models())
        wire.lost.connect(self._lose)
        wire.looked.connect(self._look)
        wire.told.connect(self._take)

    @property
    def unfinished(self) -> bool:
        """Whether anything waits or is rendered."""
        return any(job.state not in ENDED for job in self.jobs.values())

    @property
    def quarters(self) -> float | None:
        """Where the leader is now, in quarter notes; None while it stands still."""
        now = self.transport
        if now is None or not now.playing:
            return None
        return now.quarters + (time.monotonic() - self._led_s) * now.bpm / 60

    def place_in(self, clip: str) -> float | None:
        """How far into a clip the sound is, 0 to 1; None where it does not play."""
        here, known = self.quarters, self.clips.get(clip)
        plays = (event for (_, state), event in self.playing.items() if state == "playing")
        event = next((event for event in plays if event.clip == clip), None)
        if here is None or known is None or event is None or here < event.quarters:
            return None
        return (here - event.quarters) / known.quarters % 1

    def look_for_models(self) -> None:
        """Asks which models there are: some may have been downloaded."""
        self._wire.ask(ListModels, then=lambda _: self.changed.emit("models"))

    def _forget(self) -> None:
        self.model, self.trouble = "", "the server is looked for"
        self.worker, self.worker_trouble, self.others = "", "", 0
        self._pages_come, self._lacked = True, False
        self.transport: TransportEvent | None = None
        self.device: DeviceEvent | None = None
        self.meters: MetersEvent | None = None
        self.playing: dict[tuple[str, str], PlayingEvent] = {}
        self.mix: dict[str, MixEvent] = {}
        self.jobs: dict[str, JobEvent] = {}
        self.cues: dict[str, CueEvent] = {}
        self.clips: dict[str, ClipEvent] = {}
        self.bindings: dict[str, BindingEvent] = {}
        self.evolution: EvolveEvent | None = None
        self.models: dict[str, ModelEvent] = {}
        self._page: list[ClipEvent] = []
        self._rounds = 0
        self._led_s = 0.0

    def _begin(self, welcome: Welcome) -> None:
        self._forget()
        self.model, self.trouble = welcome.model, ""
        self.emptied.emit()
        self.changed.emit("trouble")

    def _ask_for_page(self, skip: int, tries: int = 1) -> None:
        self._page.clear()
        self._wire.ask(
            ListClips,
            skip=skip,
            most=PAGE,
            recipes=0,
            then=lambda listed: self._take_page(listed, skip, tries),
        )

    def _take_page(self, listed: Listed, skip: int, tries: int) -> None:
        """Shows a page, and asks for the next; for the same again, where some were lost."""
        arrived = len(self._page)
        new = [clip for clip in self._page if clip.clip not in self.clips]
        self.clips |= {clip.clip: clip for clip in new}
        self._page = []
        if new:
            self.clips_listed.emit(new)
        if arrived < listed.clips and tries < MOST_ASKED:
            self._ask_for_page(skip, tries + 1)
        elif skip + PAGE < listed.all:
            self._ask_for_page(skip + PAGE)
        elif len(self.clips) < listed.all and self._rounds < MOST_ASKED:
            self._rounds += 1  # one that was taken away meanwhile has moved the others up
            self._ask_for_page(0)
        else:
            self._pages_come = False

    def _look(self, now: Condition) -> None:
        self.others = max(0, now.subscribers - 1)
        lacks = self._pages_come is False and self._lacks(now)
        if lacks and self._lacked:  # twice: what is lacking is not on its way
            self._wire.begin_anew()
        self._lacked = lacks
        worker = now.model, now.worker, now.trouble
        if worker != (self.model, self.worker, self.worker_trouble):
            self.model, self.worker, self.worker_trouble = worker
            self.changed.emit("worker")

    def _lacks(self, now: Condition) -> bool:
        """Whether something that was told of clips or jobs has been lost on the way."""
        states = [job.state for job in self.jobs.values()]
        known = len(self.clips), states.count("queued"), "rendering" in states
        return (now.clips, now.queued, now.worker == "rendering") != known

    def _lose(self, why: str) -> None:
        self.trouble = why
        self.transport = None
        for name in ("trouble", "transport"):
            self.changed.emit(name)

    def _take(self, event: Event) -> None:
        if isinstance(event, TransportEvent):
            self.transport, self._led_s = event, time.monotonic()
            self.changed.emit("transport")
        elif isinstance(event, MetersEvent):
            self.meters = event
            self.changed.emit("meters")
        elif isinstance(event, DeviceEvent):
            self.device = event
            self.changed.emit("device")
        elif isinstance(event, MixEvent):
            self.mix[event.part] = event
            self.changed.emit("mix")
        elif isinstance(event, PlayingEvent):
            self._take_playing(event)
        elif isinstance(event, CueEvent):
            self._take_cue(event)
        elif isinstance(event, JobEvent):
            self._take_job(event)
        elif isinstance(event, ClipEvent):
            self._take_clip(event)
        elif isinstance(event, ClipGoneEvent):
            if self.clips.pop(event.clip, None):
                self.clip_gone.emit(event.clip)
        elif isinstance(event, ClipPlacedEvent):
            self._take_place(event)
        elif isinstance(event, EvolveEvent):
            self.evolution = event
            self.changed.emit("evolution")
        elif isinstance(event, ModelEvent):
            self.models[event.name] = event
        elif isinstance(event, BindingEvent):
            if event.request or event.knob:
                self.bindings[event.control] = event
            else:
                self.bindings.pop(event.control, None)
            self.changed.emit("bindings")

    def _take_job(self, event: JobEvent) -> None:
        self.jobs[event.job] = event
        if event.state in ENDED:
            ended = [job.job for job in self.jobs.values() if job.state in ENDED]
            for job in ended[:-MOST_ENDED]:
                del self.jobs[job]
        self.job_changed.emit(event)

    def _take_clip(self, event: ClipEvent) -> None:
        known = self.clips.get(event.clip)
        if not event.recipe:
            self._page.append(event)
        elif known is None:
            self.clips[event.clip] = event
            self.clip_added.emit(event)
        elif known != event:
            self.clips[event.clip] = event
            self.clip_changed.emit(event)

    def _take_place(self, event: ClipPlacedEvent) -> None:
        if known := self.clips.get(event.clip):
            known = replace(known, place=event.where, place_trouble=event.reason)
            self.clips[event.clip] = known
            self.clip_changed.emit(known)

    def _take_playing(self, event: PlayingEvent) -> None:
        if event.state == "stopped":
            self.playing.pop((event.part, "playing"), None)
            self.playing.pop((event.part, "waiting"), None)
        else:
            self.playing[event.part, event.state] = event
            waiting = self.playing.get((event.part, "waiting"))
            if event.state == "playing" and waiting and waiting.clip == event.clip:
                del self.playing[event.part, "waiting"]
        self.changed.emit("playing")

    def _take_cue(self, event: CueEvent) -> None:
        if event.state in ("playing", "missed"):
            self.cues.pop(event.job, None)
        else:
            self.cues[event.job] = event
        self.changed.emit("cues")

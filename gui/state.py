"""What the window knows of the server: the last of each event. Qt's signals tell of changes.

Everything that is shown reads it off here, so that a server that comes back, and sends its whole
state, needs no care anywhere else.
"""

from typing import TypeVar

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from server.player_messages import DeviceEvent, MetersEvent, MixEvent, PlayingEvent
from server.protocol import ClipEvent, Event, JobEvent, ListClips, Subscribed, Welcome
from server.render_messages import CueEvent
from server.transport_messages import TransportEvent

from .wire import Wire

Kind = TypeVar("Kind", bound=Event)

QUIET_MS = 1000
"""When no clip has come for so long, it is looked whether all have."""

MOST_ASKED = 5

ENDED = ("done", "failed", "cancelled")


class State(QObject):
    """The server's state, as far as it was told.

    Args:
        wire: what it is heard on.

    Attributes:
        model: name of the model; empty before it is known.
        trouble: why there is no server; empty while there is one.
        transport: who leads and where that is.
        device: the sound device.
        meters: the last meters.
        playing: what each part plays or is about to, by part and state.
        mix: gain and mute by part.
        jobs: all jobs that were told of, oldest first.
        cues: loops that are wanted on a bar, by job, until they play or are missed.
        clips: all clips, oldest first.
    """

    changed = pyqtSignal(str)
    """One of the attributes is another; its name."""

    clip_added = pyqtSignal(object)
    job_changed = pyqtSignal(object)
    beat = pyqtSignal()
    emptied = pyqtSignal()
    """All is forgotten: what comes next is a server's whole state."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._wire = wire
        self._lacking = QTimer(self)
        self._lacking.setSingleShot(True)
        self._lacking.setInterval(QUIET_MS)
        self._lacking.timeout.connect(self._ask_for_the_rest)
        self._forget()
        wire.welcomed.connect(self._begin)
        wire.subscribed.connect(self._expect)
        wire.lost.connect(self._lose)
        wire.told.connect(self._take)

    @property
    def unfinished(self) -> bool:
        """Whether anything waits or is rendered."""
        return any(job.state not in ENDED for job in self.jobs.values())

    def _forget(self) -> None:
        self.model, self.trouble = "", "the server is looked for"
        self.transport: TransportEvent | None = None
        self.device: DeviceEvent | None = None
        self.meters: MetersEvent | None = None
        self.playing: dict[tuple[str, str], PlayingEvent] = {}
        self.mix: dict[str, MixEvent] = {}
        self.jobs: dict[str, JobEvent] = {}
        self.cues: dict[str, CueEvent] = {}
        self.clips: dict[str, ClipEvent] = {}
        self._expected = self._asked = 0
        self._lacking.stop()

    def _begin(self, welcome: Welcome) -> None:
        self._forget()
        self.model, self.trouble = welcome.model, ""
        self.emptied.emit()
        self.changed.emit("trouble")

    def _expect(self, subscribed: Subscribed) -> None:
        self._expected = subscribed.clips
        self._lacking.start()

    def _ask_for_the_rest(self) -> None:
        """Of many datagrams some are lost; what is known already is passed over."""
        if len(self.clips) < self._expected and self._asked < MOST_ASKED:
            self._asked += 1
            self._wire.ask(ListClips, then=lambda _: self._lacking.start())

    def _lose(self, why: str) -> None:
        self.trouble = why
        self.transport = None
        for name in ("trouble", "transport"):
            self.changed.emit(name)

    def _take(self, event: Event) -> None:
        if isinstance(event, TransportEvent):
            self.transport = event
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
            self.jobs[event.job] = event
            self.job_changed.emit(event)
        elif isinstance(event, ClipEvent) and event.clip not in self.clips:
            self.clips[event.clip] = event
            self.clip_added.emit(event)
            if self._lacking.isActive():
                self._lacking.start()

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

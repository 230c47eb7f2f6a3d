"""What the stage mode tells: where the music is, what each part plays, what comes and when."""

import math
from dataclasses import replace

from melfusion.music import Metre
from server.player_messages import BeatEvent, PlayingEvent
from server.protocol import Event
from server.render_messages import CueEvent
from server.transport_messages import TransportEvent

from ..library.clips import title
from ..state import State
from .parts import Coming, Lead, Plays

EARLY = 0.02
"""A position counts as a beat so much of a beat before it: beats themselves are told as early."""

LEADERS = {
    "host": "The host leads",
    "midi": "MIDI clock leads",
    "link": "Link leads",
    "internal": "Own clock leads",
}


class Facts:
    """What is known, in words.

    Args:
        state: what is known.

    Attributes:
        transport: who leads and where that is; what was last known, when there is no server.
        count: how many beats a bar has.
        missed: a loop that has come too late; None after a while.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self.missed: CueEvent | None = None
        self.transport: TransportEvent | None = None
        self.count = 4
        self._beats = 0  # gone by since bar 1 began
        self._sounding = {
            part: event.clip for (part, how), event in state.playing.items() if how == "playing"
        }
        self._ending: dict[str, PlayingEvent] = {}  # as stopped, with the clip that was
        self.follow()

    def follow(self) -> None:
        """Takes where the music is from the state."""
        now = self._state.transport
        if now:
            if self.transport is None or now.metre != self.transport.metre:
                self.count = Metre.parse(now.metre).numerator
            self.transport = now
            self._move(math.floor((now.bar - 1) * self.count + now.beat - 1 + EARLY))

    def hear(self, event: Event) -> bool:
        """Takes what the state does not keep; gives whether there is anything in the event."""
        if isinstance(event, BeatEvent):
            self._move((event.bar - 1) * self.count + event.beat - 1)
        elif isinstance(event, CueEvent) and event.state == "missed":
            self.missed = event
        elif isinstance(event, PlayingEvent):
            self._hear_playing(event)
        else:
            return False
        return True

    def forget(self) -> None:
        """Forgets what plays: a server tells all anew."""
        self._sounding.clear()
        self._ending.clear()
        self.missed = None

    def _move(self, beats: int) -> None:
        """Goes to a place; what was to end by then has ended."""
        self._beats = beats
        bar = self.place[0] if self.plays else math.inf
        self._ending = {part: end for part, end in self._ending.items() if end.bar > bar}

    def _hear_playing(self, event: PlayingEvent) -> None:
        if event.state == "playing":
            self._sounding[event.part] = event.clip
            self._ending.pop(event.part, None)
        elif event.state == "stopped" and event.part in self._sounding:
            self._ending[event.part] = replace(event, clip=self._sounding.pop(event.part))

    @property
    def plays(self) -> bool:
        """Whether the leader plays."""
        return bool(self.transport and self.transport.playing)

    @property
    def place(self) -> tuple[int, int]:
        """Bar and beat, counted from 1."""
        bar, beat = divmod(self._beats, self.count)
        return bar + 1, beat + 1

    @property
    def lead(self) -> Lead | None:
        """Who leads, and how fast; None before that is known."""
        now = self.transport
        if now is None:
            return None
        tempo = f"{now.bpm:.1f} BPM {now.metre}"
        return Lead(self.plays, tempo, LEADERS.get(now.leader, now.leader))

    def part(self, part: str) -> Plays:
        """What a part does."""
        clip = self._state.playing.get((part, "playing")) or self._ending.get(part)
        mix = self._state.mix.get(part)
        words = self._title(clip.clip) if clip else ""
        return Plays(words, self._then(part), bool(mix and mix.mute))

    def _then(self, part: str) -> str:
        """What comes next on a part."""
        if waiting := self._waiting.get(part):
            return f"{self._until(waiting.bar)}: {self._title(waiting.clip)}"
        cues = [cue for cue in self._state.cues.values() if cue.part == part]
        if cues:
            cue = min(cues, key=lambda cue: cue.bar)
            what = self._title(cue.clip) if cue.clip else "being rendered"
            return f"{self._until(cue.bar)}: {what}"
        if part in self._ending:
            return f"stops {self._until(self._ending[part].bar)}"
        return ""

    @property
    def _waiting(self) -> dict[str, PlayingEvent]:
        """What waits, by part; but not what played when the leader stopped, and will go on."""
        waiting = {}
        for (part, how), event in self._state.playing.items():
            playing = self._state.playing.get((part, "playing"))
            goes_on = playing and playing.clip == event.clip and not self.plays
            if how == "waiting" and not goes_on:
                waiting[part] = event
        return waiting

    @property
    def coming(self) -> Coming:
        """What comes next, over all parts; what was missed, for a while."""
        state = self._state
        bars = [(cue.bar, cue.part, cue.clip, cue.job) for cue in state.cues.values()]
        cued = {clip for _, _, clip, _ in bars}
        waits = [wait for wait in self._waiting.values() if wait.clip not in cued]
        bars += [(wait.bar, wait.part, wait.clip, "") for wait in waits]
        jobs = [job for job in state.jobs.values() if job.state == "rendering"]
        coming = Coming()
        if bars:
            bar, part, clip, job_id = min(bars)
            count, unit = self._left(bar) if self.plays else ("-", "stopped")
            job = state.jobs.get(job_id)
            done = 1.0 if clip or not job else job.progress
            more = self._title(clip) if clip else f"being rendered, {done:.0%}"
            if len(bars) > 1:
                more += f", and {len(bars) - 1} more"
            coming = Coming(count, unit, f"{part.title()} on bar {bar}", more, round(done, 2))
        elif jobs:
            done = jobs[0].progress
            more = f"{jobs[0].expected_s * (1 - done):.0f} s to go" if jobs[0].expected_s else ""
            coming = Coming(
                f"{done:.0%}", "rendered", jobs[0].prompt or "A new loop", more, round(done, 2)
            )
        if self.missed:
            why = self.missed.reason.partition(": ")[2] or self.missed.reason
            words = f"Missed: {self.missed.part} on bar {self.missed.bar}"
            coming = replace(coming, words=words, more=why, missed=True)
        return coming

    @property
    def way(self) -> tuple[str, float]:
        """How what plays is varied, and how far that is on its way; empty when it is not."""
        now = self._state.evolution
        if now is None or not now.every:
            return "", 0.0
        if not now.blend:
            parts = now.parts.replace(" ", ", ")
            return f"Varied every {now.every} bars: {parts}", 0.0
        return f"To the other scene: {now.blend:.0%}, next on bar {now.bar}", round(now.blend, 3)

    def _left(self, bar: int) -> tuple[str, str]:
        """How long it is until a bar, and in what."""
        beats = (bar - 1) * self.count - self._beats
        if beats <= 0:
            return "now", ""
        if beats >= self.count:
            number, unit = math.ceil(beats / self.count), "bar"
        else:
            number, unit = beats, "beat"
        return str(number), unit if number == 1 else f"{unit}s"

    def _until(self, bar: int) -> str:
        if not self.plays:
            return "when it plays"
        number, unit = self._left(bar)
        return f"in {number} {unit}" if unit else number

    def _title(self, clip: str) -> str:
        known = self._state.clips.get(clip)
        return title(known) if known else "a loop"

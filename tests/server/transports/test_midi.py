"""MIDI clock by messages that are made here, in a time that is only counted."""

from collections.abc import Iterator

import mido
import numpy as np
import pytest

from melfusion.music import Metre
from server.clock import Timeline
from server.midi_inputs import Heard
from server.transports.internal import Internal
from server.transports.leader import Leader
from server.transports.midi import HOLD_S, STOPPED_S, MidiClock

METRE = Metre(7, 8)


class Sequencer:
    """Sends a clock to `midi`, and knows where it is itself."""

    def __init__(self, midi: MidiClock, bpm: float = 120.0, port: str = "Drum Box") -> None:
        self.midi, self.bpm, self.port = midi, bpm, port
        self.now_s = 500.0
        self.place = 0.0
        self.rolls = False
        self.changes = 0
        self.midi.changed = self._count

    def _count(self) -> None:
        self.changes += 1

    def say(self, kind: str, late_s: float = 0.0, **fields: int) -> None:
        self.midi.hear(Heard(self.port, mido.Message(kind, **fields), self.now_s + late_s))

    def start(self) -> None:
        self.say("start")
        self.rolls, self.place = True, 0.0

    def stop(self) -> None:
        self.say("stop")
        self.rolls = False

    def go_on(self) -> None:
        self.say("continue")
        self.rolls = True

    def tick(self, count: int, *, heard: bool = True) -> Iterator[None]:
        """Ticks, and stops after each at the time of it."""
        for _ in range(count):
            if heard:
                self.say("clock")
            yield
            self.now_s += 60 / 24 / self.bpm
            if self.rolls:
                self.place += 1 / 24

    def ticks(self, count: int, *, heard: bool = True) -> None:
        for _ in self.tick(count, heard=heard):
            pass

    @property
    def line(self) -> Timeline | None:
        return self.midi.timeline(self.now_s, METRE)

    @property
    def off(self) -> float:
        """Quarters that the line is ahead of the sequencer."""
        assert self.line
        return self.line.quarters_at(self.now_s) - self.place


@pytest.fixture
def sequencer() -> Sequencer:
    return Sequencer(MidiClock())


def test_a_start_begins_at_quarter_0_with_its_first_tick(sequencer: Sequencer) -> None:
    sequencer.ticks(200)
    assert sequencer.line
    assert sequencer.line.playing  # it has not said that it does not
    sequencer.start()
    assert (sequencer.line.playing, sequencer.line.quarters) == (False, 0)
    for _ in sequencer.tick(1000):
        assert sequencer.line.playing
        assert abs(sequencer.off) < 1e-6
    assert sequencer.line.bpm == pytest.approx(120)


def test_a_clock_that_ticks_only_while_it_plays_is_known_after_a_quarter(
    sequencer: Sequencer,
) -> None:
    sequencer.start()
    assert sequencer.line is None
    sequencer.ticks(24)
    assert abs(sequencer.off) < 1e-6
    sequencer.ticks(200)
    sequencer.stop()
    sequencer.now_s += 3
    sequencer.start()
    for _ in sequencer.tick(30):
        assert abs(sequencer.off) < 1e-6  # at once: the tempo is known


def test_stop_stands_and_continue_goes_on_from_there(sequencer: Sequencer) -> None:
    sequencer.start()
    sequencer.ticks(24 * 9)
    sequencer.stop()
    assert sequencer.line
    assert (sequencer.line.playing, sequencer.line.quarters) == (False, 9)
    sequencer.ticks(100)
    assert sequencer.line.quarters_at(sequencer.now_s) == 9
    sequencer.now_s += 0.007  # a grid of its own
    sequencer.go_on()
    for _ in sequencer.tick(100):
        assert abs(sequencer.off) < 1e-6
    assert sequencer.place == pytest.approx(9 + 100 / 24)


@pytest.mark.parametrize("while_playing", [False, True])
def test_a_song_position_moves(sequencer: Sequencer, while_playing: bool) -> None:
    sequencer.start()
    sequencer.ticks(240)
    if not while_playing:
        sequencer.stop()
    sequencer.say("songpos", pos=4 * 64)
    sequencer.place = 64.0
    if not while_playing:
        assert sequencer.line
        assert sequencer.line.quarters == 64
        sequencer.go_on()
    for _ in sequencer.tick(50):
        assert abs(sequencer.off) < 1e-6


def test_what_is_more_than_a_tick_is_told_at_once(sequencer: Sequencer) -> None:
    sequencer.ticks(100)
    assert sequencer.changes == 0
    sequencer.start()
    sequencer.ticks(100)
    assert sequencer.changes == 2  # the start, and the first tick
    sequencer.stop()
    assert sequencer.changes == 3


def test_a_clock_that_fails_is_carried_on_and_then_given_up(sequencer: Sequencer) -> None:
    sequencer.start()
    sequencer.ticks(300)
    sequencer.ticks(round(24 * 2 * (HOLD_S - 1)), heard=False)
    assert abs(sequencer.off) < 0.001
    sequencer.ticks(24 * 4, heard=False)
    assert sequencer.line is None
    assert sequencer.midi.silence == "the MIDI clock has stopped"
    sequencer.ticks(24)
    assert abs(sequencer.off) < 0.01  # and it is in place when it comes back


def test_a_stopped_clock_is_waited_for(sequencer: Sequencer) -> None:
    sequencer.start()
    sequencer.ticks(300)
    sequencer.stop()
    sequencer.now_s += STOPPED_S - 1
    assert sequencer.line
    sequencer.now_s += 2
    assert sequencer.line is None


def test_the_first_input_that_ticks_counts_or_the_one_that_is_chosen() -> None:
    midi = MidiClock()
    first, second = Sequencer(midi, 100.0, "One"), Sequencer(midi, 140.0, "Other Box")
    for _ in zip(first.tick(200), second.tick(200), strict=True):
        pass
    assert first.line
    assert first.line.bpm == pytest.approx(100)
    midi.port = "other"
    assert first.line.bpm == pytest.approx(140)
    midi.port = "any"
    second.ticks(24 * 20)
    assert second.now_s > first.now_s + HOLD_S
    assert second.line
    assert second.line.bpm == pytest.approx(140)  # the first has fallen silent


def test_no_input_is_taken_from_other_programs_unasked() -> None:
    midi = MidiClock()
    assert midi.wants("Drum Box", exclusive=False)
    assert not midi.wants("Drum Box", exclusive=True)
    midi.port = "drum"
    assert midi.wants("Drum Box", exclusive=True)
    assert not midi.wants("Keyboard", exclusive=False)


def test_an_input_that_does_not_tick_is_no_clock(sequencer: Sequencer) -> None:
    sequencer.say("note_on", note=60)
    sequencer.say("songpos", pos=4)
    assert sequencer.line is None
    assert sequencer.midi.silence == "no MIDI clock ticks"


def test_a_delay_is_made_up_for(sequencer: Sequencer) -> None:
    sequencer.midi.delay_s = 0.1
    sequencer.start()
    sequencer.ticks(300)
    assert sequencer.off == pytest.approx(0.2, abs=1e-6)


def test_the_tempo_does_not_flicker(sequencer: Sequencer) -> None:
    rng = np.random.default_rng(0)
    tempos = set()
    for number, _ in enumerate(sequencer.tick(2000, heard=False)):
        sequencer.say("clock", late_s=float(rng.normal(0, 0.0003)))
        if number > 500:
            assert sequencer.line
            tempos.add(sequencer.line.bpm)
    assert len(tempos) <= 3
    assert max(tempos) - min(tempos) < 0.03


def test_three_seconds_of_silence_and_a_ramp_keep_the_phase(sequencer: Sequencer) -> None:
    """Silent for 3 s, then from 120 to 128 over 8 bars; the line, and the leader's."""
    leader = Leader((sequencer.midi, Internal(sequencer.now_s)), clock=lambda: sequencer.now_s)
    rng = np.random.default_rng(1)
    off_s, led_off_s = [], []
    for number, bpm in enumerate(np.interp(np.arange(24 * 96), [0, 768, 1536], [120, 120, 128])):
        sequencer.bpm = float(bpm)
        if number == 24:
            sequencer.start()
        silent = 400 <= number < 400 + 3 * 48
        for _ in sequencer.tick(1, heard=False):
            if not silent:
                sequencer.say("clock", late_s=float(rng.normal(0, 0.001)))
            if number % 5 == 0:
                leader.look()
            if number > 24 + 192:
                off_s.append(sequencer.off * 60 / bpm)
                here = leader.timeline.quarters_at(sequencer.now_s)
                led_off_s.append((here - sequencer.place) * 60 / bpm)
    print(np.abs(off_s).max(), np.abs(led_off_s).max())
    assert leader.state().leader == "midi"
    assert np.abs(off_s).max() < 0.005
    assert np.abs(led_off_s).max() < 0.005

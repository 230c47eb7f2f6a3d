"""Who leads, and that the line never jumps of itself, in a time that is only counted."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melfusion.music import Metre
from melfusion.request import RequestError
from server.clock import Timeline
from server.transports.contract import Transport
from server.transports.internal import Internal
from server.transports.leader import DEAD_S, JUMP_S, MOST_SLEW, NEAR_S, Leader, Led

FOUR, SEVEN = Metre(), Metre(7, 8)


class Puppet(Transport):
    """A transport whose line is set by the test."""

    line: Timeline | None = None

    @property
    def silence(self) -> str:
        return "it says nothing"

    def timeline(self, now_s: float, metre: Metre) -> Timeline | None:  # noqa: ARG002
        return replace(self.line, metre=metre) if self.line and not self.tells_metre else self.line


class HostPuppet(Puppet):
    name = "host"
    tells_metre = True


class MidiPuppet(Puppet):
    name = "midi"


class Stage:
    """A leader, its transports and a time that only moves when it is told to."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.host, self.midi, self.internal = HostPuppet(), MidiPuppet(), Internal(100.0)
        transports = (self.host, self.midi, self.internal)
        self.leader = Leader(transports, clock=lambda: self.now_s)
        self.told: list[Led] = []
        self.leader.listeners.append(self.told.append)

    def wait(self, seconds: float, step_s: float = 0.1) -> None:
        until = self.now_s + seconds
        while self.now_s < until - 1e-9:
            self.now_s += step_s
            self.leader.look()

    @property
    def quarters(self) -> float:
        return self.leader.timeline.quarters_at(self.now_s)

    def off_s(self, transport: Puppet) -> float:
        assert transport.line
        ahead = self.quarters - transport.line.quarters_at(self.now_s)
        return ahead * 60 / transport.line.bpm


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_nobody_else_is_needed(stage: Stage) -> None:
    assert stage.leader.timeline == Timeline(120, 0, 100, FOUR)
    stage.wait(1)
    led = stage.leader.state()
    assert (led.leader, led.bpm, led.heard) == ("internal", 120, ("internal",))
    assert led.reason == "host: it says nothing; midi: it says nothing"


def test_the_first_in_the_order_leads(stage: Stage) -> None:
    stage.midi.line = Timeline(100, 0, 100, FOUR)
    stage.leader.look()
    assert stage.leader.state().leader == "midi"
    stage.host.line = Timeline(90, 0, 100, FOUR)
    stage.leader.look()
    assert stage.leader.state() == Led(
        "host", "it is the first of the sources", stage.leader.timeline, 90,
        ("host", "midi", "internal"),
    )  # fmt: skip
    stage.leader.set_order(["midi"])
    assert stage.leader.order == ("midi", "internal")
    assert stage.leader.state().leader == "midi"
    assert (stage.host.wanted, stage.midi.wanted) == (False, True)
    stage.leader.set_order([])
    assert stage.leader.state().leader == "internal"


@pytest.mark.parametrize("names", [["hots"], ["host", "host"]])
def test_an_order_of_unknown_or_double_names_is_refused(stage: Stage, names: list[str]) -> None:
    with pytest.raises(RequestError) as caught:
        stage.leader.set_order(names)
    assert caught.value.argument == "sources"
    assert stage.leader.order == ("host", "midi", "internal")


@given(st.floats(20, 300), st.floats(0, 1000), st.sampled_from([FOUR, SEVEN]))
def test_a_lost_leader_is_carried_on_without_any_jump(
    bpm: float, quarters: float, metre: Metre
) -> None:
    stage = Stage()
    stage.host.line = Timeline(bpm, quarters, 100, metre)
    stage.wait(15)
    assert stage.leader.state().leader == "host"
    line = stage.host.line
    stage.host.line = None
    for _ in range(100):
        stage.wait(0.1)
        dead = DEAD_S * bpm / 60 + 1e-6
        assert stage.quarters == pytest.approx(line.quarters_at(stage.now_s), abs=dead)
    assert stage.leader.state().leader == "internal"
    assert stage.leader.timeline.metre == metre
    assert stage.leader.bpm == bpm


@given(st.floats(-NEAR_S, NEAR_S), st.floats(-0.05, 0.05), st.sampled_from([FOUR, SEVEN]))
def test_a_new_leader_nearby_is_approached(off_s: float, other_tempo: float, metre: Metre) -> None:
    stage = Stage()
    stage.wait(3.3)
    bpm = 120 * (1 + other_tempo)
    at = stage.quarters + off_s * bpm / 60
    stage.host.line = Timeline(bpm, at, stage.now_s, metre)
    for _ in range(200):
        before, line = stage.quarters, stage.leader.timeline
        stage.leader.look()
        assert stage.quarters == pytest.approx(before, abs=1e-9)
        assert abs(line.bpm / stage.leader.bpm - 1) <= MOST_SLEW + 0.06
        stage.wait(0.1)
    assert stage.leader.state().leader == "host"
    assert abs(stage.off_s(stage.host)) < 0.001
    assert (stage.leader.timeline.bpm, stage.leader.timeline.metre) == (bpm, metre)


def test_a_new_leader_far_off_is_taken_over_when_its_bar_begins(stage: Stage) -> None:
    stage.wait(1.05, 0.05)
    stage.host.line = Timeline(120, 41.5, stage.now_s, FOUR)  # its bar begins in 1.25 s
    stage.wait(1.2, 0.01)
    assert stage.leader.state().leader == "internal"
    assert stage.leader.state().reason == "host takes over on its next bar"
    assert stage.quarters == pytest.approx(4.5)
    stage.wait(0.06, 0.01)
    assert stage.leader.state().leader == "host"
    assert abs(stage.off_s(stage.host)) < 1e-6
    assert stage.leader.timeline.position(stage.now_s)[0] == 12


def test_who_was_to_take_over_and_falls_silent_does_not(stage: Stage) -> None:
    stage.host.line = Timeline(120, 41.5, stage.now_s, FOUR)
    stage.wait(0.5)
    stage.host.line = None
    stage.wait(3)
    assert stage.leader.state().leader == "internal"
    assert stage.quarters == pytest.approx(7)


def test_a_new_leader_that_stands_still_is_believed_at_once(stage: Stage) -> None:
    stage.wait(1)
    stage.host.line = Timeline(97, 8, 0, SEVEN, playing=False)
    stage.leader.look()
    assert stage.leader.timeline == stage.host.line
    stage.told.clear()
    stage.host.line = replace(stage.host.line, time_s=stage.now_s)  # told again
    stage.wait(1)
    assert stage.told == []
    stage.host.line = replace(stage.host.line, time_s=stage.now_s, playing=True)
    stage.host.changed()
    assert [led.line.playing for led in stage.told] == [True]


def test_a_leaders_own_jump_is_a_jump(stage: Stage) -> None:
    stage.host.line = Timeline(120, 0, 100, FOUR)
    stage.wait(5)
    stage.host.line = Timeline(120, 400, stage.now_s, FOUR)
    stage.leader.look()
    assert stage.quarters == 400


def test_a_leader_that_trembles_does_not_make_the_line_tremble(stage: Stage) -> None:
    stage.host.line = Timeline(120, 0, 100, FOUR)
    stage.wait(1)
    stage.told.clear()
    for number in range(50):
        stage.host.line = replace(stage.host.line, time_s=100 + (-1) ** number * 0.00015)
        stage.wait(0.1)
    assert stage.told == []


@given(st.lists(st.floats(-0.09, 0.09), min_size=5, max_size=40))
def test_the_line_is_continuous_whatever_the_leader_does_within_a_jump(offs: list[float]) -> None:
    stage = Stage()
    stage.host.line = Timeline(120, 0, 100, FOUR)
    stage.wait(1)
    seen = [stage.quarters]
    for one, other in pairwise([0.0, *offs]):
        if abs(other - one) > JUMP_S - 0.01:
            continue
        stage.host.line = replace(stage.host.line, time_s=100 + other)
        if abs(stage.off_s(stage.host)) > JUMP_S:
            continue
        stage.wait(0.1)
        seen.append(stage.quarters)
    steps = [after - before for before, after in pairwise(seen)]
    slew = 0.2 * MOST_SLEW + 1e-9
    assert all(0.2 - slew <= step <= 0.2 + slew for step in steps)


def test_the_servers_own_clock_can_be_set(stage: Stage) -> None:
    stage.wait(1)
    stage.leader.settable("bpm").set_bpm(90, stage.now_s)
    stage.leader.look()
    assert stage.quarters == pytest.approx(2)
    stage.wait(1)
    assert stage.quarters == pytest.approx(3.5)
    stage.leader.settable("playing").set_playing(False, stage.now_s)
    stage.wait(1)
    assert stage.quarters == pytest.approx(3.5)
    stage.leader.settable("playing").set_playing(True, stage.now_s)
    stage.leader.look()
    assert stage.quarters == pytest.approx(0)
    stage.wait(1)
    stage.leader.set_metre(SEVEN)
    stage.leader.look()
    assert stage.leader.timeline.metre == SEVEN
    assert stage.leader.timeline.position(stage.now_s) == pytest.approx((1, 4))


def test_others_cannot_be_set_from_here(stage: Stage) -> None:
    stage.midi.line = Timeline(100, 0, 100, FOUR)
    stage.leader.look()
    with pytest.raises(RequestError, match="midi leads: set it there, or take midi out"):
        stage.leader.settable("bpm")
    stage.leader.set_metre(SEVEN)
    stage.leader.look()
    assert stage.leader.timeline.metre == SEVEN
    stage.host.line = Timeline(100, 0, 100, FOUR)
    stage.leader.look()
    with pytest.raises(RequestError) as caught:
        stage.leader.set_metre(SEVEN)
    assert caught.value.argument == "metre"


async def test_it_tells_at_a_steady_rate_and_takes_over_on_time() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    host = HostPuppet()
    leader = Leader((host, Internal(began)), clock=loop.time)
    told: list[tuple[float, Led]] = []
    leader.listeners.append(lambda led: told.append((loop.time() - began, led)))
    running = asyncio.create_task(leader.run())
    await asyncio.sleep(0.25)
    host.line = Timeline(120, 39.0, loop.time(), FOUR)  # its bar begins in half a second
    await asyncio.sleep(0.8)
    running.cancel()
    assert 9 <= len(told) <= 14
    took_over = next(at for at, led in told if led.leader == "host")
    bar_s = host.line.time_of(40) - began
    assert bar_s <= took_over < bar_s + 0.05

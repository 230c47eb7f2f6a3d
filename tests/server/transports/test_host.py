"""The host's reports, with delays that are drawn, in a time that is only counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melfusion.music import Metre
from server.clock import Timeline
from server.transports.host import SILENT_S, Host, Report

FOUR = Metre()


class Device:
    """A host whose clock began elsewhere, runs a little fast and wraps."""

    def __init__(self, delay_s: float = 0.003, began_us: int = 2**31 - 5_000_000) -> None:
        self.host = Host()
        self.changes = 0
        self.host.changed = self._count
        self.bpm, self.quarters, self.playing, self.metre = 123.4, 0.0, True, FOUR
        self.downbeat = 0.0
        self.now_s = 900.0
        self._began_us = began_us
        self._rng = np.random.default_rng(0)
        self._delay_s = delay_s

    def _count(self) -> None:
        self.changes += 1

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        if self.playing:
            self.quarters += seconds * self.bpm / 60

    def report(self, late_s: float | None = None) -> Report:
        sent_us = round(self._began_us + (self.now_s - 900) * 1e6 * (1 + 50e-6)) % 2**31
        said = Report(self.bpm, self.quarters, self.playing, self.metre, self.downbeat, sent_us)
        late_s = float(self._rng.exponential(self._delay_s)) if late_s is None else late_s
        self.host.report(said, self.now_s + late_s)
        return said

    def reports(self, seconds: float, every_s: float = 0.1) -> None:
        for _ in range(round(seconds / every_s)):
            self.wait(every_s)
            self.report()

    @property
    def line(self) -> Timeline:
        line = self.host.timeline(self.now_s, FOUR)
        assert line
        return line

    @property
    def off_s(self) -> float:
        return (self.line.quarters_at(self.now_s) - self.quarters) * 60 / self.bpm


def test_the_line_is_the_hosts_through_delays_drift_and_a_wrap() -> None:
    device = Device()
    device.reports(3)
    worst_s = 0.0
    for _ in range(300):
        device.reports(0.1)
        worst_s = max(worst_s, abs(device.off_s))
    assert worst_s < 0.002
    assert device.line.bpm == 123.4
    assert device.changes == 1


def test_news_is_told_at_once() -> None:
    device = Device(delay_s=0.0001)
    device.reports(1)
    before = device.changes
    device.bpm = 140.0
    device.reports(1)
    assert device.changes == before + 1
    assert device.line.bpm == 140.0
    assert abs(device.off_s) < 0.001
    device.quarters = 64.0
    device.report()
    assert device.changes == before + 2
    assert device.line.quarters_at(device.now_s) == pytest.approx(64, abs=0.01)
    device.playing = False
    device.report()
    assert device.changes == before + 3
    assert device.line.quarters_at(device.now_s + 100) == 64
    device.metre = Metre(7, 8)
    device.report()
    assert device.line.metre == Metre(7, 8)


def test_positions_that_flicker_are_told_by_the_middle() -> None:
    device, rng = Device(delay_s=0.0), np.random.default_rng(1)
    for _ in range(60):
        device.wait(0.1)
        true = device.quarters
        device.quarters += float(rng.uniform(-0.02, 0.02))
        device.report()
        device.quarters = true
    assert abs(device.off_s) < 0.007  # of 0.01


def test_reports_that_overtook_one_another_are_passed_over() -> None:
    device = Device(delay_s=0.0)
    device.reports(1)
    old = device.report()
    device.reports(0.5)
    line = device.line
    device.host.report(old, device.now_s)
    assert device.line == line


def test_one_device_is_heard_at_a_time() -> None:
    device = Device(delay_s=0.0)
    device.reports(1)
    line, other = device.line, Report(90.0, 7.0, True, FOUR, 0.0, 5)
    device.host.report(other, device.now_s, ("10.0.0.9", 9000))
    assert device.line == line
    device.wait(SILENT_S + 0.1)
    device.host.report(other, device.now_s, ("10.0.0.9", 9000))
    assert device.line.bpm == 90.0


def test_a_sender_that_begins_again_is_heard() -> None:
    device = Device()
    device.reports(2)
    device._began_us = 1000 - round((device.now_s - 900) * 1e6)
    device.quarters = 0.0
    device.reports(2)
    assert abs(device.off_s) < 0.005


def test_silence_ends_it() -> None:
    device = Device()
    assert device.host.timeline(900, FOUR) is None
    assert device.host.silence == "no host reports"
    device.reports(1)
    device.wait(SILENT_S - 0.1)
    assert abs(device.off_s) < 0.005
    device.wait(0.2)
    assert device.host.timeline(device.now_s, FOUR) is None
    assert device.host.silence == "the host has gone silent"


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0, 3.4))
def test_bars_begin_where_the_host_says(fours: int, sevens: int, into_bar: float) -> None:
    downbeat = 4.0 * fours + 3.5 * sevens
    device = Device()
    device.metre, device.downbeat = Metre(7, 8), downbeat
    device.quarters, device.playing = downbeat + into_bar, False
    device.report()
    _, beat = device.line.position(device.now_s)
    assert (beat - 1) / 2 == pytest.approx(into_bar, abs=1e-6)

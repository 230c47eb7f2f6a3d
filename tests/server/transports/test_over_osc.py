"""The transports' messages over real UDP: a device that reports, a client that sets and listens."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from melfusion.wav import read_recipe
from server.protocol import Done, Fail
from server.transport_messages import HostReport, Sources, TransportEvent

from ..conftest import Peer, Run

Peers = Callable[..., Peer]


class Device:
    """Reports a host that plays since it was made, with a clock of its own."""

    def __init__(self, peer: Peer, bpm: float = 123.4, metre: str = "4/4") -> None:
        self.peer, self.bpm, self.metre = peer, bpm, metre
        self.began_s = time.monotonic()
        self.playing = True

    def quarters(self, at_s: float) -> float:
        return (at_s - self.began_s) * self.bpm / 60

    def report(self) -> None:
        now_s = time.monotonic()
        sent_us = int((now_s - 4000) * 1e6) % 2**31
        self.peer.send(
            "/melfusion/transport/host", 1,
            self.bpm, self.quarters(now_s), int(self.playing), self.metre, sent_us,
        )  # fmt: skip

    async def reports(self, seconds: float, every_s: float = 0.05) -> None:
        for _ in range(round(seconds / every_s)):
            self.report()
            await asyncio.sleep(every_s)


@pytest.fixture
async def hosted(run_server: Run) -> Any:
    async with run_server(sources=["host"]) as address:
        yield address


async def test_a_subscriber_hears_where_it_is_ten_times_a_second(peer: Peer) -> None:
    await peer.ask("/melfusion/notify", 1, 1)
    began = time.monotonic()
    heard = [await peer.until(TransportEvent) for _ in range(11)]
    assert 0.7 < time.monotonic() - began < 2
    assert {(event.leader, event.bpm, event.metre, event.playing) for event in heard} == {
        ("internal", 120.0, "4/4", 1)
    }
    assert {event.heard for event in heard} == {"internal"}
    assert heard[-1].quarters - heard[0].quarters == pytest.approx(2, abs=0.8)
    assert all(
        (event.bar - 1) * 4 + event.beat - 1 == pytest.approx(event.quarters, abs=1e-3)
        for event in heard
    )


async def test_the_host_leads_by_its_reports_and_is_carried_on(
    hosted: tuple[str, int], peers: Peers
) -> None:
    listener, device = peers(hosted), Device(peers(hosted))
    await listener.ask("/melfusion/notify", 1, 1)
    await device.reports(2.5)
    device.report()
    await device.peer.until(Done, request=HostReport.address)
    led = await listener.until(TransportEvent, leader="host")
    assert (led.bpm, led.metre, led.playing, led.heard) == (123.4, "4/4", 1, "host internal")
    while True:  # until what came meanwhile is passed over
        led = await listener.until(TransportEvent)
        if abs(led.quarters - device.quarters(time.monotonic())) < 0.05:
            break
    lost = await listener.until(TransportEvent, leader="internal")
    assert (lost.bpm, lost.playing) == (123.4, 1)
    assert lost.reason == "host: the host has gone silent"
    assert lost.quarters == pytest.approx(device.quarters(time.monotonic()), abs=0.1)


async def test_a_stop_is_told_at_once(hosted: tuple[str, int], peers: Peers) -> None:
    listener, device = peers(hosted), Device(peers(hosted))
    device.playing = False
    device.report()
    await listener.ask("/melfusion/notify", 1, 1)
    await listener.until(TransportEvent, leader="host", playing=0)
    for playing in (True, False, True, False):
        device.playing = playing
        asked = time.monotonic()
        device.report()
        await listener.until(TransportEvent, playing=int(playing))
        assert time.monotonic() - asked < 0.08


async def test_tempo_metre_and_playing_are_set(peer: Peer) -> None:
    await peer.ask("/melfusion/notify", 1, 1)
    assert isinstance(
        await peer.ask("/melfusion/transport/set", 2, "bpm", 97.5, "metre", "7/8"), Done
    )
    led = await peer.until(TransportEvent, bpm=97.5)
    assert led.metre == "7/8"
    await peer.ask("/melfusion/transport/set", 3, "playing", 0)
    stopped = await peer.until(TransportEvent, playing=0)
    assert (await peer.until(TransportEvent)).quarters == stopped.quarters
    await peer.ask("/melfusion/transport/set", 4, "playing", 1)
    assert (await peer.until(TransportEvent, playing=1)).quarters < 0.5


async def test_sources_are_told_and_set(hosted: tuple[str, int], peers: Peers) -> None:
    peer = peers(hosted)
    sources = "/melfusion/transport/sources"
    assert await peer.ask(sources, 1) == Sources(1, sources, "host internal", "any", 0.0, "")
    told = await peer.ask(sources, 2, "midi_port", "Drum", "midi_delay_ms", 12.5)
    assert told == Sources(2, sources, "host internal", "Drum", 12.5, "")
    told = await peer.ask(sources, 3, "sources", "internal", "midi_port", "any")
    assert told == Sources(3, sources, "internal", "any", 12.5, "")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (("/melfusion/transport/set", 1, "bpm", 5), "bpm: must be 10 or more"),
        (("/melfusion/transport/set", 1, "metre", "4/5"), "metre: "),
        (("/melfusion/transport/sources", 1, "sources", "hots"), "sources: hots is unknown"),
        (("/melfusion/transport/host", 1, 120.0, 0.0, 1, "x", 0), "metre: "),
        (("/melfusion/transport/host", 1, 0.0, 0.0, 1, "4/4", 0), "bpm: must lie between"),
    ],
)
async def test_what_is_wrong_is_said(peer: Peer, message: Any, reason: str) -> None:
    fail = await peer.ask(*message)
    assert isinstance(fail, Fail)
    assert fail.reason.startswith(reason)


async def test_while_the_host_leads_it_sets(hosted: tuple[str, int], peers: Peers) -> None:
    device = Device(peers(hosted))
    device.playing = False
    device.report()
    peer = peers(hosted)
    for name, value in (("bpm", 100.0), ("playing", 1), ("metre", "3/4")):
        fail = await peer.ask("/melfusion/transport/set", 1, name, value)
        assert fail.reason == f"{name}: host leads: set it there, or take host out of the sources"
    assert isinstance(
        await peer.ask("/melfusion/transport/sources", 2, "sources", "internal"), Done
    )
    assert isinstance(await peer.ask("/melfusion/transport/set", 3, "bpm", 100.0), Done)


async def test_a_render_in_sync_has_the_leaders_tempo_and_metre(
    hosted: tuple[str, int], peers: Peers
) -> None:
    device, peer = Device(peers(hosted), 97.25, "7/8"), peers(hosted)
    device.playing = False
    device.report()
    await device.peer.until(Done)
    render = ("/melfusion/render", 2, "prompt", "x", "bars", 2, "job", "j", "sync", 1)
    await peer.ask("/melfusion/notify", 1, 1)
    rendered = await peer.ask(*render)
    recipe = read_recipe(Path(rendered.path))
    assert recipe
    assert (recipe["request"]["bpm"], recipe["request"]["metre"]) == (97.25, "7/8")
    device.bpm = 140.0
    device.report()
    await peer.until(TransportEvent, bpm=140.0)
    again = await peer.ask(*render)
    assert (again.clip, again.path) == (rendered.clip, rendered.path)


async def test_a_render_in_sync_is_refused_where_no_loop_could_be_so(
    hosted: tuple[str, int], peers: Peers
) -> None:
    device, peer = Device(peers(hosted), 400.0), peers(hosted)
    device.playing = False
    device.report()
    await device.peer.until(Done)
    fail = await peer.ask("/melfusion/render", 1, "prompt", "x", "sync", 1)
    assert fail.reason == "bpm: must lie between 20 and 300, not 400"

"""What is chosen once is there again after the server has been started anew."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from server import app
from server import library as libraries
from server.choices import Choices
from server.protocol import Rendered
from server.transport_messages import Sources

from .conftest import Peer, peers
from .fake_devices import Machine

__all__ = ["peers"]


def test_what_is_chosen_outlives_the_server(library: Path) -> None:
    with libraries.opened(library) as opened:
        choices = Choices(opened.database)
        assert choices.get("sources", "host") == "host"
        choices.keep("sources", "link")
        choices.keep("sources", "link host")
    with libraries.opened(library) as opened:
        assert Choices(opened.database).get("sources", "host") == "link host"


@pytest.mark.expect_log("is not kept")
def test_a_choice_that_cannot_be_kept_holds_until_the_end(library: Path) -> None:
    with libraries.opened(library) as opened:
        opened.database.execute("PRAGMA query_only = ON")
        choices = Choices(opened.database)
        choices.keep("sources", "link")
        assert choices.get("sources", "host") == "host"
    assert Choices().get("sources", "host") == "host"


async def test_a_server_finds_its_sources_and_its_device_again(
    library: Path, fake_worker: Callable[..., list[str]], peers: Callable[..., Peer]
) -> None:
    def machine() -> Machine:
        return Machine(["Built-in", "Interface"])

    where = {"sources": None, "audio_device": None}
    async with app.running(library, fake_worker(), devices=machine(), **where) as address:
        peer = peers(address)
        told = await peer.ask("/melfusion/transport/sources", 1)
        assert isinstance(told, Sources)
        assert told.sources.split()[:3] == ["host", "midi", "link"]
        await peer.ask(
            "/melfusion/transport/sources", 2, "sources", "link host", "midi_port", "Keystation",
            "midi_delay_ms", 12.5,
        )  # fmt: skip
        await peer.ask("/melfusion/device", 3, "Interface")
    devices = machine()
    async with app.running(library, fake_worker(), devices=devices, **where) as address:
        peer = peers(address)
        rendered = await peer.ask("/melfusion/render", 4, "prompt", "x", "bars", 1)
        assert isinstance(rendered, Rendered)
        peer.send("/melfusion/play", 5, rendered.clip)
        while not devices.opened:
            await asyncio.sleep(0.01)
        assert devices.opened[-1].name == "Interface"
        told = await peer.ask("/melfusion/transport/sources", 1)
        assert told.sources.split() == ["link", "host", "internal"]
        assert (told.midi_port, told.midi_delay_ms) == ("Keystation", 12.5)

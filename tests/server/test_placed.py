"""Where in Live clips lie: reported by the device, kept with the clip, told to everyone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from melfusion.request import RenderRequest
from server import library as libraries
from server.clips import Clips, Place
from server.library_messages import ClipEvent, ClipPlacedEvent
from server.protocol import Done, Fail

from .conftest import Peer, Run
from .fake_worker import write

SLOT = "Drums, slot 4"
OLD_LIVE = "Live 11 has no call for it: drag the loop from the window"


async def rendered(peer: Peer) -> str:
    """The id of a clip that is in the library now."""
    return str((await peer.ask("/melfusion/render", 1, "prompt", "x")).clip)


async def listed(peer: Peer, clip: str) -> ClipEvent:
    """The clip as the server tells it to whoever asks."""
    peer.send("/melfusion/clips/list", 90, "clip", clip, "recipes", 0)
    event: ClipEvent = await peer.until(ClipEvent)
    return event


async def test_a_placed_clip_is_told_to_subscribers_and_kept(
    server: tuple[str, int], peers: Callable[..., Peer]
) -> None:
    device, listener = peers(server), peers(server)
    clip = await rendered(device)
    assert (await listed(device, clip)).place == ""
    await listener.ask("/melfusion/notify", 1, 1, "clips", 0)
    done = await device.ask("/melfusion/placed", 2, clip, 1, f" {SLOT}\n", "")
    assert done == Done(2, "/melfusion/placed")
    assert await listener.until(ClipPlacedEvent) == ClipPlacedEvent(clip, 1, SLOT, "")
    event = await listed(device, clip)
    assert (event.place, event.place_trouble) == (SLOT, "")


async def test_what_live_did_not_take_is_told_beside_the_place(peer: Peer) -> None:
    clip = await rendered(peer)
    await peer.ask("/melfusion/notify", 2, 1, "clips", 0)
    peer.send("/melfusion/placed", 3, clip, 1, SLOT, "Live did not take its name")
    told = await peer.until(ClipPlacedEvent)
    assert told == ClipPlacedEvent(clip, 1, SLOT, "Live did not take its name")
    event = await listed(peer, clip)
    assert (event.place, event.place_trouble) == (SLOT, "Live did not take its name")


async def test_why_a_clip_was_not_placed_is_told_until_it_is(peer: Peer) -> None:
    clip = await rendered(peer)
    await peer.ask("/melfusion/notify", 2, 1, "clips", 0)
    peer.send("/melfusion/placed", 3, clip, 0, SLOT, OLD_LIVE)
    assert await peer.until(ClipPlacedEvent) == ClipPlacedEvent(clip, 0, "", OLD_LIVE)
    event = await listed(peer, clip)
    assert (event.place, event.place_trouble) == ("", OLD_LIVE)
    await peer.ask("/melfusion/placed", 4, clip, 1, SLOT, "")
    event = await listed(peer, clip)
    assert (event.place, event.place_trouble) == (SLOT, "")


async def test_where_a_clip_lies_outlives_the_server(
    run_server: Run, peers: Callable[..., Peer]
) -> None:
    async with run_server() as address:
        peer = peers(address)
        clip = await rendered(peer)
        await peer.ask("/melfusion/placed", 2, clip, 1, SLOT, "")
    async with run_server() as address:
        peer.server = address
        assert (await listed(peer, clip)).place == SLOT


@pytest.mark.parametrize(
    ("clip", "report", "reason"),
    [
        ("nowhere", (1, SLOT, ""), "clip: nowhere is not in the library"),
        ("", (1, "", ""), "where: is empty: name the place, such as Drums, slot 4"),
        ("", (0, SLOT, " "), "reason: is empty: say why the clip was not placed"),
        ("", (2, SLOT, ""), "placed: must lie between 0 and 1, not 2"),
    ],
)
async def test_a_report_that_says_nothing_is_refused_and_changes_nothing(
    peer: Peer, clip: str, report: tuple[int, str, str], reason: str
) -> None:
    there = await rendered(peer)
    await peer.ask("/melfusion/placed", 2, there, 1, "Bass, slot 1", "")
    await peer.ask("/melfusion/notify", 3, 1, "clips", 0)
    fail = await peer.ask("/melfusion/placed", 4, clip or there, *report)
    assert fail == Fail(4, "/melfusion/placed", reason)
    assert (await listed(peer, there)).place == "Bass, slot 1"


def test_a_library_of_the_third_version_is_brought_up(library: Path) -> None:
    recipe = write(RenderRequest("warm house"), library)
    with libraries.opened(library) as opened:
        clips = Clips(library, opened.database)
        clips.reconcile()
        clips.mark(recipe["id"], title="The drop")
        opened.database.executescript("DROP TABLE places; PRAGMA user_version = 3")
    with libraries.opened(library) as opened:
        (clip,) = Clips(library, opened.database).all()
        assert (clip.marks.title, clip.place) == ("The drop", Place())
        Clips(library, opened.database).place(recipe["id"], Place(SLOT))
    with libraries.opened(library) as opened:
        (clip,) = Clips(library, opened.database).all()
        assert (clip.marks.title, clip.place) == ("The drop", Place(SLOT))


def test_where_a_clip_lies_outlives_its_file(library: Path) -> None:
    path = Path(write(RenderRequest("warm house"), library)["path"])
    with libraries.opened(library) as opened:
        clips = Clips(library, opened.database)
        clips.reconcile()
        clips.place(clips.all()[0].id, Place(SLOT))
        content = path.read_bytes()
        path.unlink()
        clips.look()
        assert len(clips) == 0
        path.write_bytes(content)
        clips.look()
        assert clips.all()[0].brief.place == SLOT

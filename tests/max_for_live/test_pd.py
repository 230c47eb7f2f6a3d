"""The patch for Pure Data, run by Pd itself, against the real server in a process of its own."""

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile

from melfusion.wav import read_recipe
from server import osc
from server.messages import Done
from server.render_messages import Rendered, ScenePartEvent, SceneRendered

from .some_pd import (
    FAKE,
    ROOT,
    Listener,
    Patch,
    connected,
    free_udp,
    jobs,
    listener,
    open_patch,
    serving,
    states,
    until,
)

__all__ = ["connected", "free_udp", "listener", "open_patch"]

AGAIN_S = 2.0
"""How long the patch waits before it asks again."""

pytestmark = [pytest.mark.foreign("pd", "puredata-core"), pytest.mark.timeout(180)]


def test_a_loop_comes_back_as_it_was_asked_for(
    connected: Callable[..., Patch], library: Path
) -> None:
    patch = connected()
    for words in (
        ("words", "warm house, 4 to the floor"),
        ("part", "drums"), ("bars", "2"), ("tempo", "123.4"), ("key", "F# dorian"),
        ("model", "mini"),
    ):  # fmt: skip
        patch.say(*words)
    patch.say("render")
    patch.until(r"heard: job queued 0 drums")
    path = Path(patch.until(r"heard: clip [0-9a-f]{12} (/.*\.wav)")[1])
    assert path.is_file()
    assert path.parent == library
    ((job, state, options),) = jobs(library)
    asked = {
        "prompt": "warm house, 4 to the floor", "image": "", "part": "drums", "bars": 2,
        "bpm": 123.4, "key": "F# dorian", "image_strength": 1.0, "model": "mini",
    }  # fmt: skip
    assert {name: options[name] for name in asked} == asked
    assert (job[:3], state) == ("pd-", "done")


def test_a_model_that_is_not_there_is_refused(
    connected: Callable[..., Patch], library: Path
) -> None:
    patch = connected()
    patch.say("words", "warm")
    patch.say("model", "of my own")
    patch.say("row")
    patch.until("heard: fail model: of my own is unknown")
    patch.say("model", "mini")
    patch.say("render")
    patch.until("heard: clip")
    assert [options["model"] for _, _, options in jobs(library)] == ["mini"]


def test_every_press_is_another_loop(connected: Callable[..., Patch], library: Path) -> None:
    patch = connected()
    patch.say("words", "warm")
    for _ in range(2):
        patch.say("render")
        patch.until("heard: clip")
    assert len({job for job, _, _ in jobs(library)}) == 2
    assert len({options["seed"] for _, _, options in jobs(library)}) == 2
    assert len(list(library.glob("*.wav"))) == 2


def test_what_the_server_refuses_is_said(connected: Callable[..., Patch], library: Path) -> None:
    patch = connected()
    patch.say("render")
    patch.until("heard: fail prompt: is empty and there is no picture: give one of them")
    assert jobs(library) == []


def test_a_picture_is_named_by_its_path(
    connected: Callable[..., Patch], library: Path, tmp_path: Path
) -> None:
    patch = connected()
    picture = str(tmp_path / "my pictures" / "the sea, at dawn.jpg")
    patch.say("picture", picture)
    patch.say("strength", "50")
    patch.say("render")
    patch.until("heard: fail image: the fake worker opens no pictures")
    ((_, state, options),) = jobs(library)
    assert (options["image"], options["image_strength"], state) == (picture, 0.5, "failed")


def test_a_row_is_four_parts_of_one_scene(connected: Callable[..., Patch], library: Path) -> None:
    patch = connected()
    patch.say("words", "warm house")
    patch.say("row")
    parts = {patch.until(r"heard: part (\w+) \w+ /")[1] for _ in range(4)}
    assert parts == {"drums", "bass", "chords", "lead"}
    patch.until("heard: row")
    assert states(library) == ["done"] * 4
    assert len({options["seed"] for _, _, options in jobs(library)}) == 1


def test_cancel_ends_the_render_and_the_asking(
    connected: Callable[..., Patch], library: Path
) -> None:
    patch = connected(30)
    patch.say("words", "warm")
    patch.say("render")
    patch.until("heard: job rendering 0.[1-9]")
    patch.say("cancel")
    patch.until("heard: fail job: it was cancelled")
    until(lambda: states(library) == ["cancelled"])
    patch.say("row")
    patch.until("heard: job rendering")
    patch.say("cancel")
    until(lambda: states(library) == ["cancelled"] * 5)


def test_a_server_that_is_killed_and_started_again_gives_the_loop(
    library: Path, open_patch: Callable[[int], Patch]
) -> None:
    with serving(library, *FAKE, "3") as (process, port):
        patch = open_patch(port)
        patch.until("heard: connected 1")
        patch.say("words", "warm house")
        patch.say("render")
        patch.until("heard: job rendering 0.[1-9]")
        process.kill()
        patch.until("heard: connected 0")
    with serving(library, *FAKE, "0.1", port=port):
        path = Path(patch.until(r"heard: clip \w+ (/.*\.wav)")[1])
        until(lambda: patch.count("heard: connected 1") == 2)
        assert list(library.glob("*.wav")) == [path]
        assert states(library) == ["done"]
        patch.say("render")  # and it goes on as before
        patch.until("heard: clip")


def test_what_is_asked_while_there_is_no_server_is_rendered_when_there_is(
    library: Path, open_patch: Callable[[int], Patch], free_udp: int
) -> None:
    patch = open_patch(free_udp)
    patch.until("heard: connected 0")
    patch.say("words", "warm")
    patch.say("render")
    with serving(library, *FAKE, "0.1", port=free_udp):
        patch.until("heard: clip")
        assert states(library) == ["done"]


def test_a_request_is_the_same_until_it_is_answered(
    listener: Listener, open_patch: Callable[[int], Patch]
) -> None:
    patch = open_patch(listener.port)
    assert listener.hear("/melfusion/notify")
    patch.say("words", "warm house")
    patch.say("render")
    first = listener.hear("/melfusion/render")
    assert first
    assert first == listener.hear("/melfusion/render") == listener.hear("/melfusion/render")
    (message,) = osc.decode(first)
    asked = int(message.arguments[0])
    listener.tell(Rendered(asked, "/melfusion/render", "c1", "/x/c 1.wav"))
    patch.until(r"heard: clip c1 /x/c 1.wav")
    assert listener.hear("/melfusion/render", 2.5 * AGAIN_S) is None
    listener.tell(Rendered(asked, "/melfusion/render", "c1", "/x/c 1.wav"))  # it was on its way
    patch.say("play")
    play: Any = listener.request("/melfusion/play")
    assert play.clip == "c1"
    assert patch.count("heard: clip c1") == 1


def test_play_brings_in_every_part_of_a_row_that_is_ready(
    listener: Listener, open_patch: Callable[[int], Patch]
) -> None:
    patch = open_patch(listener.port)
    assert listener.hear("/melfusion/notify")
    patch.say("words", "warm house")
    patch.say("row")
    scene: Any = listener.request("/melfusion/scene")
    for part, clip in (("drums", "c1"), ("bass", "c2"), ("chords", ""), ("lead", "c4")):
        reason = "" if clip else "worker: it is down"
        job = f"{scene.scene}-{part}"
        listener.tell(ScenePartEvent(scene.scene, part, job, clip, f"/{clip}.wav", reason))
        listener.tell(ScenePartEvent("another", part, "x", "c9", "/c9.wav", ""))
        patch.until(f"heard: part {part}")
    listener.tell(SceneRendered(scene.id, "/melfusion/scene", "c1 c2 c4"))
    patch.until("heard: row")
    patch.say("play")
    plays: list[Any] = [listener.request("/melfusion/play") for _ in range(3)]
    assert {play.clip for play in plays} == {"c1", "c2", "c4"}
    patch.say("stop")
    stop: Any = listener.request("/melfusion/stop")
    assert stop.part == ""
    patch.say("render")  # what was finished before is not played again
    render: Any = listener.request("/melfusion/render")
    listener.tell(Rendered(render.id, "/melfusion/render", "c5", "/c5.wav"))
    patch.until("heard: clip c5")
    patch.say("play")
    play: Any = listener.request("/melfusion/play")
    assert play.clip == "c5"
    assert listener.hear("/melfusion/play", 0.5) is None


def test_silence_for_two_heartbeats_is_no_connection(
    listener: Listener, open_patch: Callable[[int], Patch]
) -> None:
    patch = open_patch(listener.port)
    assert listener.hear("/melfusion/notify")
    patch.until("heard: connected 1")
    status: Any = listener.request("/melfusion/status")
    listener.tell(Done(status.id, "/melfusion/status"))
    began_s = time.monotonic()
    listener.tell(Done(2, "/melfusion/notify"))
    patch.until("heard: connected 0")
    assert 10 < time.monotonic() - began_s < 14
    assert listener.hear("/melfusion/hello", 2.5)


@pytest.mark.timeout(300)
def test_the_model_that_ships_renders_words_and_a_picture(
    library: Path, open_patch: Callable[[int], Patch], tmp_path: Path
) -> None:
    picture = tmp_path / "my pictures" / "sun set.jpg"
    picture.parent.mkdir()
    shutil.copy(ROOT / "docs" / "examples" / "sunset.jpg", picture)
    with serving(library, sys.executable, "-m", "server") as (_, port):
        patch = open_patch(port)
        patch.until("heard: connected 1")
        for words in (
            ("words", "warm house with a deep bass"), ("picture", str(picture)),
            ("part", "bass"), ("bars", "1"), ("tempo", "123.4"), ("key", "Am"), ("render",),
        ):  # fmt: skip
            patch.say(*words)
        patch.until("heard: job rendering 0.[1-9]")
        path = Path(patch.until(r"heard: clip \w+ (/.*\.wav)")[1])
    assert soundfile.info(path).frames == round(4 * 60 / 123.4 * 44100)
    recipe = read_recipe(path)
    assert recipe
    assert recipe["image_hash"]
    ((_, state, options),) = jobs(library)
    assert (state, options["image"]) == ("done", str(picture))

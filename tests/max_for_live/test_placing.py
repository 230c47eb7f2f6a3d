"""Where the device places its loops in a set of Live's, and what it says where it cannot."""

import time
from typing import Any

import pytest

from .conftest import ROW, Put, Server, Start, is_the_loop, placed_in, until

SELECTED, FREE, ARRANGEMENT = range(3)
TWO_BARS = 1

pytestmark = [pytest.mark.foreign("node", "nodejs"), pytest.mark.timeout(180)]


def test_a_tempo_that_changes_in_mid_render(start_server: Start, put_in: Put) -> None:
    server = start_server(seconds=2)
    device = put_in(server.port, song={"tempo": 120, "is_playing": 1})
    device.connected()
    device.set(words="warm", bars=TWO_BARS)
    device.press("render")
    device.until(lambda look: " %" in look.progress)
    device.do("song", "tempo", 97.3)
    clip = device.until(placed_in(0)).slots()[0]
    assert [job["bpm"] for job in server.jobs()] == [120.0]
    assert clip
    assert is_the_loop(clip, 8, 4.0)
    assert device.look().sent("/melfusion/transport/host")[-1][0] == 97.3


@pytest.mark.parametrize(
    ("version", "target"), [((11, 3, 4), FREE), ((10, 1, 43), ARRANGEMENT), ((12, 0, 4), SELECTED)]
)
def test_an_older_live_leaves_the_clip_to_be_dragged(
    quick: Server, put_in: Put, version: tuple[int, int, int], target: int
) -> None:
    device = put_in(quick.port, version=version)
    device.connected()
    device.set(words="warm", bars=0, target=target)
    device.press("render")
    look = device.until(lambda look: "12.0.5" in look.progress)
    assert "drag it from the window of MeLFusion Live" in look.progress
    assert look.slots() == [None] * 4
    placed, where, reason = look.outcome()
    assert (placed, where) == (0, "")
    assert "12.0.5" in reason
    assert quick.jobs()[-1]["state"] == "done"
    assert quick.jobs()[-1]["key"] == "C major"


def test_an_occupied_slot_is_left_and_the_loop_waits(start_server: Start, put_in: Put) -> None:
    server = start_server()
    device = put_in(server.port)
    device.connected()
    device.set(words="first", bars=0)
    device.press("render")
    device.until(placed_in(0))
    device.set(words="second", target=SELECTED)
    device.do("select", 0, 0)
    device.press("render")
    look = device.until(lambda look: "holds a clip already" in look.progress)
    assert look.progress == (
        "Mix is ready, but Audio, slot 1 holds a clip already: select an empty one"
    )
    assert look.outcome()[0] == 0
    assert look.names() == ["first", None, None, None]
    device.do("select", 0, 2)
    look = device.until(placed_in(2))
    assert look.names() == ["first", None, "second", None]
    assert look.outcome() == (1, "Audio, slot 3", "")
    assert len(server.files()) == 2
    first, second = (job["clip"] for job in server.jobs())
    until(lambda: server.places()[second] == ("Audio, slot 3", ""))
    assert server.places()[first] == ("Audio, slot 1", "")


def test_a_loop_that_waits_uses_nothing_up(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, scenes=20)
    device.connected()
    device.set(words="warm", bars=0, target=SELECTED)
    device.press("render")
    before = device.until(lambda look: "no slot is selected" in look.progress).apis
    time.sleep(2.5)
    assert device.look().apis == before
    device.do("create_scene")
    time.sleep(0.3)
    assert device.look().apis <= before + 2  # the new one is watched


@pytest.mark.parametrize(
    ("track", "says"),
    [
        ({"name": "Keys", "has_audio_input": 0}, "Keys is no audio track"),
        ({"name": "Old", "is_frozen": 1}, "Old is frozen: unfreeze it"),
        ({"name": "Group", "is_foldable": 1}, "Group is a group"),
        ({"name": "A-Reverb", "is_return": 1}, "A-Reverb is no audio track"),
    ],
)
def test_tracks_that_take_no_clips(
    quick: Server, put_in: Put, track: dict[str, Any], says: str
) -> None:
    device = put_in(quick.port, tracks=[track])
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    look = device.until(lambda look: says in look.progress)
    assert look.outcome()[0] == 0
    assert not any(look.slots())


def test_a_full_track_gets_a_new_scene(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, scenes=1)
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    device.until(placed_in(0))
    device.press("render")
    look = device.until(placed_in(1))
    assert len(look.scenes) == 2


def test_an_edition_with_no_more_scenes(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, scenes=1, live={"most_scenes": 1})
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    device.until(placed_in(0))
    device.press("render")
    look = device.until(lambda look: "no more scenes" in look.progress)
    assert len([line for line in look.posted if "create_scene" in line]) == 1
    device.do("take_away", 0, 0)
    device.until(placed_in(0))


def test_a_slot_that_another_device_fills_first(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port)
    device.connected()
    device.set(words="theirs", bars=0)
    device.press("render")
    theirs = device.until(placed_in(0)).slots()[0]
    assert theirs
    other = put_in(quick.port, live={"thief": theirs["file_path"]})
    other.connected()
    other.set(words="ours", bars=0)
    other.press("render")
    look = other.until(placed_in(1))
    assert [clip and clip["looping"] for clip in look.slots()] == [0, 1, None, None]


def test_what_live_will_not_change_is_said(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, live={"stubborn": True})
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    look = device.until(placed_in(0))
    assert look.progress == (
        "Mix is in Audio, slot 1, but Live did not take its warp markers: look at the clip"
    )
    clip = look.slots()[0]
    assert clip
    assert (clip["looping"], clip["name"]) == (1, "warm")


def test_one_thing_that_live_refuses_does_not_hinder_the_rest(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, live={"refuses": "warp_mode"})
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    look = device.until(placed_in(0))
    assert look.progress.endswith("but Live did not take its warp mode: look at the clip")
    clip = look.slots()[0]
    assert clip
    assert is_the_loop(clip, 4, 2.0)
    assert clip["name"] == "warm"


@pytest.mark.parametrize("words", ["007", "1.50"])
def test_a_name_that_live_reads_as_a_number(quick: Server, put_in: Put, words: str) -> None:
    device = put_in(quick.port)
    device.connected()
    device.set(words=words, bars=0)
    device.press("render")
    assert device.until(placed_in(0)).progress == "Mix is in Audio, slot 1"


def test_no_slot_is_selected(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port)
    device.connected()
    device.set(words="warm", bars=0, target=SELECTED)
    device.press("render")
    device.until(lambda look: "no slot is selected: select an empty one" in look.progress)
    device.do("select", 0, 1)
    device.until(placed_in(1))


def test_a_clip_that_is_taken_away_too_soon(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, live={"stubborn": True})
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    device.until(lambda look: (look.slots()[0] or {}).get("warping"))
    device.do("take_away", 0, 0)
    look = device.until(lambda look: "failed" in look.progress)
    assert look.progress == "Mix failed: its clip has been taken away before it was complete"
    assert look.slots() == [None] * 4


def test_the_arrangement_at_the_playhead(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, song={"current_song_time": 16.0})
    device.connected()
    device.set(words="warm", bars=TWO_BARS, target=ARRANGEMENT)
    device.press("render")
    look = device.until(lambda look: "Arrangement, bar 5" in look.progress)
    (clip,) = look.tracks[0]["arrangement"]
    assert (clip["start_time"], clip["end_time"]) == (16.0, 24.0)
    assert is_the_loop(clip, 8, 4.0)
    device.do("song", "current_song_time", 12.0)
    device.press("render")
    device.until(
        lambda look: "Audio has no room in the Arrangement at bar 4: move the play" in look.progress
    )
    device.do("song", "current_song_time", 32.0)
    look = device.until(lambda look: "Arrangement, bar 9" in look.progress)
    assert [clip["start_time"] for clip in look.tracks[0]["arrangement"]] == [16.0, 32.0]


def test_a_row_fills_the_parts_tracks(start_server: Start, put_in: Put) -> None:
    server = start_server()
    # Drums and bass by their names; chords on the device's own track, lead on the next.
    tracks = [ROW[1], {"name": "MIDI", "has_audio_input": 0}, ROW[2], ROW[0], ROW[3]]
    device = put_in(server.port, tracks=tracks, device=2)
    device.connected()
    device.set(words="warm dub", bars=0)
    device.press("row")
    look = device.until(lambda look: look.progress.count(" is in ") == 4)
    assert look.progress == (
        "Drums is in Drums, slot 1; Bass is in My bass line, slot 1;"
        " Chords is in Pads, slot 1; Lead is in Solo, slot 1"
    )
    row = {look.tracks[index]["name"]: look.slots(index)[0] for index in (0, 2, 3, 4)}
    names = {track: clip and clip["name"] for track, clip in row.items()}
    assert names == {
        "My bass line": "warm dub (bass)", "Pads": "warm dub (chords)",
        "Drums": "warm dub (drums)", "Solo": "warm dub (lead)",
    }  # fmt: skip
    jobs = server.jobs()
    assert [job["part"] for job in jobs] == ["drums", "bass", "chords", "lead"]
    assert len({(job["seed"], job["key"]) for job in jobs}) == 1
    device.press("row")
    look = device.until(lambda look: look.progress.count(", slot 2") == 4)


def test_a_row_goes_where_its_row_is_selected(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, tracks=ROW)
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    device.until(placed_in(0))
    device.set(target=SELECTED)
    device.do("select", 2, 0)
    device.press("row")
    device.until(lambda look: "Drums holds a clip in this row already" in look.progress)
    device.do("select", 2, 3)
    look = device.until(lambda look: look.progress.count(", slot 4") == 4)
    assert [bool(look.slots(track)[3]) for track in range(4)] == [True] * 4


def test_a_row_in_the_arrangement_begins_together(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, tracks=ROW, song={"current_song_time": 8.0})
    device.connected()
    device.set(words="warm", bars=0, target=ARRANGEMENT)
    device.press("row")
    look = device.until(lambda look: look.progress.count("Arrangement, bar 3") == 4)
    starts = [[clip["start_time"] for clip in track["arrangement"]] for track in look.tracks]
    assert starts == [[8.0]] * 4


def test_a_row_without_enough_tracks_says_so(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, tracks=[{"name": "A"}, {"name": "B"}, {"name": "C"}])
    device.connected()
    device.set(words="warm", bars=0)
    device.press("row")
    look = device.until(
        lambda look: "Lead failed" in look.progress and "Chords is" in look.progress
    )
    assert look.progress.endswith(
        "Lead failed: there is no audio track for it: add one to the right, or name one lead"
    )
    assert [bool(look.slots(track)[0]) for track in range(3)] == [True] * 3


def test_auto_renders_and_places_a_variation_in_time(start_server: Start, put_in: Put) -> None:
    server = start_server(seconds=0.2)
    device = put_in(server.port, song={"tempo": 290, "signature_numerator": 2}, scenes=8)
    device.connected()
    device.set(words="warm", bars=0, auto=2)
    time.sleep(1)
    assert server.jobs() == []  # Live stands still
    device.do("song", "is_playing", 1)
    device.until(placed_in(0))
    device.do("fire", 0, 0)
    device.until(placed_in(2))
    assert device.look().tracks[0]["playing_slot_index"] in (1, 2)
    device.do("song", "is_playing", 0)
    jobs = server.jobs()
    seeds = [job["seed"] for job in jobs]
    assert seeds == list(range(seeds[0], seeds[0] + len(jobs)))
    assert len({job["clip"] for job in jobs if job["state"] == "done"}) >= 3
    time.sleep(2)
    assert len(server.jobs()) <= len(jobs) + 1

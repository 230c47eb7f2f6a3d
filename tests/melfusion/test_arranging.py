"""What is drawn of a reading, and that the composer can write on any plan that may be asked for."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from melfusion.arranging import NOTHING, Reading, Towards, arrange, between, insisted, perform
from melfusion.material.instruments import INSTRUMENTS, KITS
from melfusion.material.styles import STYLES
from melfusion.request import PARTS, RenderRequest, RequestError
from melfusion.score import VOICES, read_notes, written

DUB = Reading(
    {"dub": 0.6, "techno": 0.3, "polka": 0.1},
    {"lead": {"melodica": 0.9, "acid lead": 0.1}},
    0.3,
)


def test_of_the_likeliest_all_are_drawn_as_often_as_they_are_likely() -> None:
    drawn = [arrange(DUB, seed) for seed in range(300)]
    styles = Counter(arrangement.style for arrangement in drawn)
    assert styles["dub"] / 300 == pytest.approx(2 / 3, abs=0.08)
    assert set(styles) == {"dub", "techno"}
    assert {one.instruments["lead"] for one in drawn} == {"melodica"}
    assert all(one.instruments["bass"] in STYLES[one.style].instruments["bass"] for one in drawn)
    assert {one.energy for one in drawn} == {0.3}


def test_names_that_nobody_knows_are_passed_over() -> None:
    odd = Reading({"zydeco": 0.9, "dub": 0.1}, {"drums": {"spoons": 1.0}})
    arrangement = arrange(odd, 3)
    assert arrangement.style == "dub"
    assert arrangement.instruments["drums"] in STYLES["dub"].instruments["drums"]


@pytest.mark.parametrize(
    ("prompt", "first"),
    [
        ("Drum & Bass, rainy city", "drum and bass"),
        ("slow lo-fi for studying", "lo-fi"),
        ("LO FI", "lo-fi"),
        ("dub reggae at noon", "dub"),  # and not reggae: the longer name counts
        ("a housewife's dubious trap", "trap"),  # and neither house nor dub
        ("smoky trip hop beat", "downtempo"),
        ("rain on glass", "hip hop"),
        ("", "hip hop"),
    ],
)
def test_a_style_that_is_named_is_likelier_than_all_that_sounds_like_it(
    prompt: str, first: str
) -> None:
    names = ("house", "dub", "reggae", "trap", "drum and bass", "lo-fi", "downtempo")
    read = Reading({"hip hop": 0.65, **dict.fromkeys(names, 0.05)}, {})
    styles = insisted(read, prompt).styles
    assert next(iter(styles)) == first
    assert sum(styles.values()) == pytest.approx(1)
    if first != "hip hop":
        assert styles[first] / styles["hip hop"] == pytest.approx(20 * 0.05 / 0.65)


def test_an_instrument_that_is_named_is_likelier_in_the_parts_that_can_play_it() -> None:
    players = {"drums": {"909": 0.5, "808": 0.5}, "lead": {"flute": 0.1, "piano": 0.9}, "bass": {}}
    read = insisted(Reading({}, players), "a soft flute over 808 drums").instruments
    assert next(iter(read["lead"])) == "flute"
    assert next(iter(read["drums"])) == "808"
    assert read["bass"] == {}


def test_where_nothing_is_named_nothing_is_changed() -> None:
    read = insisted(DUB, "rain on glass")
    assert read.styles == pytest.approx(DUB.styles)
    assert (read.energy, read.concepts) == (DUB.energy, DUB.concepts)


POLKA = Reading({"polka": 1.0}, {"bass": {"tuba": 1.0}}, 0.9, 1.0, 0.7, {"wedding": 0.8})


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 1.0])
def test_between_two_readings_everything_moves(share: float) -> None:
    read = between(DUB, POLKA, share)
    assert read.styles == pytest.approx(
        {"dub": 0.6 * (1 - share), "techno": 0.3 * (1 - share), "polka": 0.1 + 0.9 * share}
    )
    assert list(read.styles.values()) == sorted(read.styles.values(), reverse=True)
    assert read.energy == pytest.approx(0.3 + 0.6 * share)
    assert read.valence == pytest.approx(0.5 + 0.5 * share)
    assert read.brightness == pytest.approx(0.5 + 0.2 * share)
    # What only one of them says is said on its own half of the way.
    assert bool(read.instruments["lead"]) == (share < 0.5)
    assert bool(read.instruments["bass"]) == bool(read.concepts) == (share >= 0.5)


def test_at_both_ends_it_is_what_is_there() -> None:
    for seed in range(20):
        assert arrange(between(DUB, POLKA, 0.0), seed) == arrange(DUB, seed)
        assert arrange(between(DUB, POLKA, 1.0), seed) == arrange(POLKA, seed)


def test_what_only_one_scene_has_is_had_on_its_half_of_the_way() -> None:
    for share in (0.2, 0.5, 0.9):
        towards = Towards("", None, share)
        assert towards.led("here", None, max) == ("here" if share < 0.5 else None)
        assert towards.led(None, "there", max) == ("there" if share >= 0.5 else None)
        assert towards.led(1.0, 3.0, lambda a, b, s: a + s * (b - a)) == 1 + 2 * share


def test_where_nothing_is_read_all_styles_are_drawn() -> None:
    drawn = {arrange(NOTHING, seed).style for seed in range(600)}
    assert len(drawn) > 0.9 * len(STYLES)


def test_a_seed_draws_and_writes_the_same_again() -> None:
    plan = RenderRequest.check({"prompt": "x", "bpm": 91.7}).plan()
    first, again, other = (arrange(DUB, seed) for seed in (5, 5, 6))
    assert first == again
    assert perform(first, plan, 5) == perform(again, plan, 5) != perform(other, plan, 6)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    bpm=st.floats(20, 300),
    metre=st.sampled_from(
        ["4/4", "3/4", "7/8", "6/8", "5/4", "1/16", "2/2", "12/8", "1/1", "11/16", "32/32", "9/8"]
    ),
    bars=st.integers(1, 16),
    key=st.sampled_from(["", "F# minor", "Eb lydian", "B phrygian", "C harmonic minor"]),
    chords=st.sampled_from(["", "Cmaj7/E", "Bdim Gsus4 | Am9", "C E G B", "F#m7b5"]),
    seed=st.integers(0, 10**6),
)
def test_something_can_be_played_on_any_plan(
    bpm: float, metre: str, bars: int, key: str, chords: str, seed: int
) -> None:
    asked = {"prompt": "x", "bpm": bpm, "metre": metre, "bars": bars, "key": key, "chords": chords}
    try:
        plan = RenderRequest.check({**asked, "seed": seed}).plan()
    except RequestError:
        return
    score = perform(arrange(NOTHING, seed), plan, seed).score
    length = float(plan.metre.quarters) * plan.bars
    assert set(score) == set(PARTS)
    for part, notes in score.items():
        assert all(0 <= note.start_beats < length for note in notes)
        for note in notes:
            if part == "drums":
                assert note.pitch in VOICES
            else:
                assert 0 <= int(note.pitch) <= 127
    assert {part: read_notes(rows) for part, rows in written(score).items()}.keys() == score.keys()


def test_all_that_can_be_drawn_exists() -> None:
    for seed in range(100):
        arrangement = arrange(NOTHING, seed)
        assert arrangement.instruments["drums"] in KITS
        assert all(arrangement.instruments[part] in INSTRUMENTS for part in PARTS[1:])

import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from melfusion.material.compose import compose
from melfusion.material.concepts import CONCEPTS
from melfusion.material.grid import groups
from melfusion.material.instruments import INSTRUMENTS
from melfusion.material.scene import Scene, draw_plan, draw_scene
from melfusion.material.styles import STYLES, Pattern, Style
from melfusion.music import Key, Metre, Plan, parse_chords
from melfusion.request import PARTS
from melfusion.score import Note

PITCHED = PARTS[1:]
METRES = ("4/4", "3/4", "7/8", "6/8", "5/4", "5/8", "2/4")
SLACK_BEATS = 0.1
"""Farther than anyone strays from the grid, nearer than the next sixteenth."""


def scene_in(style: Style, metre: Metre, number: int = 0) -> Scene:
    """A four-bar scene of a style in a metre, with a chord change inside a bar."""
    key = Key(9, "minor")
    plan = Plan(sum(style.tempo) / 2, metre, key, parse_chords("Am F | C G | Dm | E", 4, 2))
    instruments = {part: choices[0] for part, choices in style.instruments.items()}
    concept = next(iter(CONCEPTS.values()))
    return Scene(number, 1, plan, style, concept, 0.6, 0.5, 0.5, instruments)


def chord_pitches(scene: Scene, note: Note) -> tuple[int, ...]:
    bar = float(scene.plan.metre.quarters)
    return scene.plan.chord_at((note.start_beats + SLACK_BEATS) / bar).pitch_classes


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_every_style_composes_in_every_metre(style: Style, metre: str) -> None:
    scene = scene_in(style, Metre.parse(metre))
    notes = compose(scene)
    total = float(scene.plan.metre.quarters) * scene.plan.bars
    assert set(notes) == set(PARTS)
    for part in PARTS:
        assert notes[part]
        assert all(0 <= note.start_beats < total for note in notes[part])
        assert all(note.length_beats > 0 and 0 < note.velocity <= 1 for note in notes[part])
    assert notes["drums"][0].start_beats == 0


@pytest.mark.parametrize("number", range(60))
def test_pitched_notes_are_of_the_chord_or_the_key(number: int) -> None:
    scene = draw_scene(5, number)
    for part, notes in compose(scene).items():
        for note in notes if part in PITCHED else []:
            allowed = {*scene.plan.key.pitch_classes, *chord_pitches(scene, note)}
            assert isinstance(note.pitch, int)
            assert note.pitch % 12 in allowed


@pytest.mark.parametrize("number", range(40))
def test_chords_are_chord_tones_and_the_bass_begins_each_chord_on_its_bass_note(
    number: int,
) -> None:
    scene = draw_scene(6, number)
    notes, bar = compose(scene), float(scene.plan.metre.quarters)
    assert all(int(note.pitch) % 12 in chord_pitches(scene, note) for note in notes["chords"])
    before = None
    for note in notes["bass"]:
        chord = scene.plan.chord_at((note.start_beats + SLACK_BEATS) / bar)
        if chord != before:
            assert int(note.pitch) % 12 == chord.bass_note
        before = chord


def test_melodies_stand_on_chord_tones_on_the_beat() -> None:
    style = replace(STYLES["house"], loose_ms=0.0, swing=0.0)
    scene = scene_in(style, Metre(4, 4))
    for number in range(12):
        for note in compose(replace(scene, number=number))["lead"]:
            if note.start_beats % 1 == 0:
                assert int(note.pitch) % 12 in chord_pitches(scene, note)


def test_a_long_chord_lasts_over_the_bar() -> None:
    scene = scene_in(STYLES["trap"], Metre(4, 4))
    held = replace(scene, plan=replace(scene.plan, chords=parse_chords("Am", 4, 4)))
    long = [n for k in range(12) for n in compose(replace(held, number=k))["chords"]]
    assert max(note.length_beats for note in long) > 7


def test_chords_move_little() -> None:
    scene = scene_in(STYLES["ambient"], Metre(4, 4))
    pad = replace(scene.style, chords=(STYLES["techno"].chords[2],), loose_ms=0.0)
    stacks: dict[float, list[int]] = {}
    for note in compose(replace(scene, style=pad))["chords"]:
        stacks.setdefault(note.start_beats, []).append(int(note.pitch))
    voicings = [sorted(stack) for _, stack in sorted(stacks.items())]
    for one, other in pairwise(voicings):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 5


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("figure", [".x.x.x.x.x.x.x.x", "." * 16 + "x---x---x---x---"])
def test_a_calm_lead_is_never_silent(figure: str, metre: str) -> None:
    sparse = replace(STYLES["house"], lead=(Pattern(figure),))
    for number in range(8):
        scene = replace(scene_in(sparse, Metre.parse(metre), number), energy=0.05)
        assert compose(scene)["lead"]


def test_energy_brings_more_drums() -> None:
    calm, wild = (
        sum(
            len(compose(replace(scene_in(style, Metre(4, 4), n), energy=energy))["drums"])
            for style in STYLES.values()
            for n in range(4)
        )
        for energy in (0.05, 0.95)
    )
    assert wild > 1.3 * calm


def test_brightness_lifts_the_melody() -> None:
    scene = scene_in(STYLES["synthwave"], Metre(4, 4))
    low, high = (
        [
            int(note.pitch)
            for n in range(8)
            for note in compose(replace(scene, number=n, brightness=b))["lead"]
        ]
        for b in (0.0, 1.0)
    )
    assert sum(high) / len(high) > sum(low) / len(low) + 4


def test_the_mood_decides_the_mode() -> None:
    def minors(valence: float) -> int:
        rng = random.Random(3)
        return sum(
            draw_plan(style, 0.5, valence, rng).key.is_minor
            for style in STYLES.values()
            for _ in range(10)
        )

    assert minors(0.1) > minors(0.5) > minors(0.9)


def test_the_bars_of_a_groove_repeat_with_small_changes() -> None:
    scene = scene_in(replace(STYLES["house"], loose_ms=0.0, swing=0.0), Metre(4, 4))
    kicks = Counter(
        round(note.start_beats % 4, 2) for note in compose(scene)["drums"] if note.pitch == "kick"
    )
    assert all(kicks[beat] == 4 for beat in (0.0, 1.0, 2.0, 3.0))


def test_what_swings_comes_late_and_stays_in_order() -> None:
    straight, swung = (
        [
            note.start_beats
            for note in compose(
                scene_in(replace(STYLES["jazz"], swing=swing, loose_ms=0.0), Metre(4, 4))
            )["drums"]
        ]
        for swing in (0.0, 1.0)
    )
    assert swung == sorted(swung)
    assert any(abs(at % 1 - 2 / 3) < 1e-6 for at in swung)
    assert all(round(at * 4, 6) % 1 == 0 for at in straight)


def test_players_stay_within_a_few_milliseconds() -> None:
    scene = scene_in(replace(STYLES["funk"], swing=0.0), Metre(4, 4))
    off = [
        abs(note.start_beats * 4 - round(note.start_beats * 4)) / 4 * 60_000 / scene.plan.bpm
        for notes in compose(scene).values()
        for note in notes
    ]
    assert 0 < max(off) <= scene.style.loose_ms + 1e-6


def test_the_same_scene_gives_the_same_notes() -> None:
    assert compose(draw_scene(2, 7)) == compose(draw_scene(2, 7))
    assert compose(draw_scene(2, 7)) != compose(draw_scene(3, 7))


@pytest.mark.parametrize("name", ["bass", "chords", "lead"])
def test_parts_keep_to_the_register_of_their_instrument(name: str) -> None:
    for number in range(30):
        scene = draw_scene(4, number)
        if scene.instruments[name] == "distorted guitar":
            continue  # power chords have a register of their own
        centre = INSTRUMENTS[scene.instruments[name]].centre
        for note in compose(scene)[name]:
            assert abs(int(note.pitch) - centre) <= 24


def test_drawn_chords_are_stable() -> None:
    for number in range(400):
        chords = {chord for bar in draw_scene(9, number).plan.chords for chord in bar}
        assert not [c for c in chords if c.quality in ("dim", "aug", "dim7", "m7b5")]


def test_a_drawn_plan_can_be_typed() -> None:
    for number in range(60):
        plan = draw_scene(8, number).plan
        assert parse_chords(plan.chords_text(), plan.bars, plan.metre.numerator) == plan.chords
        assert Key.parse(str(plan.key)) == plan.key
        assert Metre.parse(str(plan.metre)) == plan.metre
        assert sum(groups(plan.metre)) == round(plan.metre.quarters * 4)

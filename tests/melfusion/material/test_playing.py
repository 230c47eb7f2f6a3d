"""How styles are played: accents, swing, ghost strokes, fills, calls and answers."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from melfusion import loop
from melfusion.material.compose import compose
from melfusion.material.concepts import CONCEPTS
from melfusion.material.drums import LEVELS
from melfusion.material.fills import FILLS, LOUD, REST
from melfusion.material.finish import PEAK
from melfusion.material.notes import accent, swung
from melfusion.material.scene import Scene
from melfusion.material.styles import STYLES, Groove, Pattern, Style
from melfusion.material.synth import render
from melfusion.material.voices import RATE
from melfusion.music import Key, Metre, Plan, parse_chords
from melfusion.request import PARTS
from melfusion.score import Note

TWO_FOUR = Metre(2, 4)

PLAIN = replace(STYLES["house"], loose_ms=0.0, swing=0.0, fills=(), ghosts=0.0, response=0.0)
"""A style whose notes stand on the grid."""


def scene(
    style: Style, metre: str = "4/4", chords: str = "Am | F | C | G", number: int = 0
) -> Scene:
    bars = chords.count("|") + 1
    parsed = Metre.parse(metre)
    plan = Plan(
        sum(style.tempo) / 2, parsed, Key(9, "minor"),
        parse_chords(chords, bars, parsed.numerator),
    )  # fmt: skip
    instruments = {part: choices[0] for part, choices in style.instruments.items()}
    concept = next(iter(CONCEPTS.values()))
    return Scene(number, 1, plan, style, concept, 0.7, 0.5, 0.5, instruments)


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_every_style_sounds_in_its_own_metres_and_in_others(style: Style) -> None:
    for metre in {*map(str, style.metres), "4/4", "3/4", "7/8"}:
        bar = scene(style, metre, "Am")
        notes = compose(bar)
        for part in PARTS:
            sound = render(bar, part, notes)
            assert len(sound) == loop.samples(1, bar.plan.metre, bar.plan.bpm, RATE)
            assert 0.005 < np.max(np.abs(sound)) <= PEAK


@pytest.mark.parametrize("metre", ["4/4", "3/4", "7/8", "5/4", "6/8", "5/16"])
@pytest.mark.parametrize("unit", [0.25, 0.5])
def test_swing_keeps_bar_lines_and_order(metre: str, unit: float) -> None:
    style = replace(PLAIN, swing=1.0, swing_unit=unit)
    parsed = Metre.parse(metre)
    for bar in range(5):
        line = float(parsed.quarters) * bar
        assert swung(style, parsed, line) == pytest.approx(line)
    sixteenths = [swung(style, parsed, step / 4) for step in range(60)]
    assert sixteenths == sorted(sixteenths)


def test_what_is_left_over_at_the_end_of_a_bar_is_straight() -> None:
    style = replace(PLAIN, swing=1.0, swing_unit=0.5)
    assert swung(style, Metre(7, 8), 3.25) == 3.25
    assert swung(style, Metre(7, 8), 2.25) > 2.3


def test_eighths_in_threes_do_not_swing() -> None:
    style = replace(PLAIN, swing=1.0, swing_unit=0.5)
    assert swung(style, Metre(6, 8), 0.5) == 0.5
    assert swung(style, Metre(4, 4), 0.5) == pytest.approx(2 / 3)


def test_beats_are_accented_in_turn() -> None:
    style = replace(PLAIN, accents=(1.1, 0.9), offbeat=0.95)
    heard = [accent(style, Metre(4, 4), beats) for beats in (0, 1, 2, 3, 4, 0.5, 2.25)]
    assert heard == [1.1, 0.9, 1.1, 0.9, 1.1, 0.95, 0.95]
    # 7/8 is felt as 2+2+3 eighths: its third beat begins after four of them.
    assert accent(style, Metre(7, 8), 2.0) == 1.1
    assert accent(style, Metre(7, 8), 3.0) == 0.95


def test_a_backbeat_is_louder_than_the_beats_about_it() -> None:
    clap = Groove({"kick": "X...............", "clap": "x...x...x...x..."})
    style = replace(PLAIN, grooves=(clap,), accents=(0.9, 1.1, 0.9, 1.1))
    loud: dict[int, list[float]] = {0: [], 1: []}
    for number in range(6):
        for note in compose(scene(style, number=number))["drums"]:
            if note.pitch == "clap":
                loud[round(note.start_beats) % 2].append(note.velocity)
    assert min(loud[1]) > np.mean(loud[0])


def test_ghost_strokes_are_soft_and_about_the_backbeat() -> None:
    groove = Groove({"kick": "X...............", "snare": "....X.......X..."})
    style = replace(PLAIN, grooves=(groove,), ghosts=1.0)
    ghosts = [
        note
        for number in range(8)
        for note in compose(scene(style, number=number))["drums"]
        if note.pitch == "snare" and note.velocity < 0.5
    ]
    assert len(ghosts) > 16
    assert {round(note.start_beats * 4) % 8 for note in ghosts} <= {3, 5, 7}
    assert max(note.velocity for note in ghosts) < 0.4


def test_fills_strike_what_kits_have() -> None:
    struck = {voice for rows in FILLS.values() for row in rows for voice in row} - {REST}
    assert struck <= set(LEVELS)
    assert set(FILLS) >= LOUD
    assert {fill for style in STYLES.values() for fill in style.fills} <= set(FILLS)


def test_a_loop_is_filled_by_its_styles_own_drums() -> None:
    plain = Groove({"kick": "X...X...X...X...", "hat": "x.x.x.x.x.x.x.x."})
    heard: Counter[str] = Counter()
    for number in range(40):
        style = replace(PLAIN, grooves=(plain,), fills=("timbales",))
        for note in compose(scene(style, number=number))["drums"]:
            heard[str(note.pitch)] += 1
            if note.pitch == "timbale":
                assert note.start_beats >= 14
    assert heard["timbale"] > 20
    assert set(heard) <= {"kick", "hat", "timbale", "cowbell"}


def test_a_style_without_fills_keeps_its_groove() -> None:
    for number in range(20):
        drums = compose(scene(STYLES["drone"], number=number))["drums"]
        voices = {v for groove in STYLES["drone"].grooves for v in groove.voices}
        assert {note.pitch for note in drums} <= voices


def test_the_first_voices_of_a_groove_always_sound() -> None:
    for style in STYLES.values():
        quiet = replace(scene(replace(style, grooves=style.grooves[:1], fills=())), energy=0.0)
        heard = {note.pitch for note in compose(quiet)["drums"]}
        assert set(list(style.grooves[0].voices)[:2]) <= heard


def test_an_answer_comes_home_to_the_root() -> None:
    style = replace(PLAIN, lead=(Pattern("x.x.x.x........."),), response=1.0)
    for number in range(10):
        lead = compose(scene(style, number=number))["lead"]
        for bar, root in ((1, 5), (3, 7)):
            last = [n for n in lead if bar * 4 <= n.start_beats < bar * 4 + 4][-1]
            assert int(last.pitch) % 12 == root


def test_soft_strokes_are_softer_and_accents_louder() -> None:
    style = replace(PLAIN, chords=(Pattern("X...x...o......."),), offbeat=1.0)
    chords = compose(scene(style))["chords"]

    def loudest(beat: int) -> float:
        return max(n.velocity for n in chords if n.start_beats % 4 == beat)

    assert loudest(0) > loudest(1) > 1.4 * loudest(2)


def pitches(style: Style, figure: str, chords: str) -> list[int]:
    written = replace(style, bass=(Pattern(figure),))
    notes: list[Note] = compose(scene(written, chords=chords))["bass"]
    return [int(note.pitch) for note in notes]


def test_bass_signs_name_degrees_about_the_root() -> None:
    root, below, sixth, octave = pitches(PLAIN, "R---d---6---8---", "C")
    assert (below - root, sixth - root, octave - root) == (-5, 9, 12)
    root, sixth = pitches(PLAIN, "R-------6-------", "Am")
    assert sixth - root == 8


def crossed(leader: str) -> int:
    """How many of forty loops have the leader of one groove and an ornament of the other."""
    one = Groove({leader: "X...............", "snare": "....X...", "hat": "x.x.x.x."}, TWO_FOUR)
    other = Groove({leader: "X.x.X...", "snare": "....X...", "rim": "x.x.x.x."}, TWO_FOUR)
    style, count = replace(PLAIN, grooves=(one, other)), 0
    for number in range(40):
        drums = compose(scene(style, "2/4", number=number))["drums"]
        busy = any(n.pitch == leader and n.start_beats == 0.5 for n in drums)
        count += any(n.pitch == ("hat" if busy else "rim") for n in drums)
    return count


def test_grooves_lend_each_other_their_ornaments_but_not_across_a_clave() -> None:
    assert 2 < crossed("kick") < 20
    assert crossed("clave") == 0


def test_the_last_bar_of_a_bass_line_is_turned_at_times() -> None:
    style = replace(PLAIN, bass=(Pattern("R..............."), Pattern("R...R...R...R...")))
    kept = turned = 0
    for number in range(40):
        bass = compose(scene(style, number=number))["bass"]
        per_bar = Counter(int(note.start_beats // 4) for note in bass)
        assert per_bar[0] == per_bar[1] == per_bar[2]
        kept += per_bar[3] == per_bar[0]
        turned += per_bar[3] != per_bar[0]
    assert kept > turned > 2

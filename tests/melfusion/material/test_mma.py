import argparse
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from melfusion.material import command
from melfusion.material.compose import compose
from melfusion.material.dataset import STEMS
from melfusion.material.instruments import INSTRUMENTS
from melfusion.material.mma import accompanied, draw_groove, in_parts, play
from melfusion.material.mma_grooves import MmaGroove, fitting, grooves
from melfusion.material.order import Order, claim, write_scenes
from melfusion.material.scene import Scene, draw_scene
from melfusion.material.styles import STYLES
from melfusion.material.synth import render
from melfusion.music import QUALITIES, Chord, Key, Metre, Plan, parse_chords
from melfusion.score import Note

MMA = pytest.mark.foreign("mma", "mma")
ACCOMPANIMENT = ("drums", "bass", "chords")


def groove(name: str) -> MmaGroove:
    return next(found for found in grooves() if found.name == name)


def plan(metre: str, chords: str = "Am | F C | G/B | Emmaj7") -> Plan:
    parsed = Metre.parse(metre)
    return Plan(110.0, parsed, Key(9, "minor"), parse_chords(chords, 4, parsed.numerator))


def scene_of(style: str, metre: str, number: int = 0) -> Scene:
    return replace(draw_scene(4, number), style=STYLES[style], plan=plan(metre))


@MMA
def test_most_of_the_library_is_found_and_has_a_style_of_ours() -> None:
    metres = Counter(str(found.metre) for found in grooves())
    assert metres["4/4"] > 900
    assert metres["3/4"] > 60
    assert metres["6/8"] > 20
    assert {style for found in grooves() for style in found.styles} <= set(STYLES)


@MMA
@pytest.mark.parametrize(
    ("name", "styles", "metre"),
    [
        ("stdlib/bossanova:BossaNovaSus", ("bossa nova",), "4/4"),
        ("stdlib/frenchwaltz:FrenchWaltz", ("waltz",), "3/4"),
        ("stdlib/68march:68March", ("march",), "6/8"),
        ("zoom/blues68:68BLUS", ("blues",), "6/8"),
        ("stdlib/jazz-54:Jazz54", ("jazz",), "5/4"),
        ("zoom/dnb:DnB03", ("drum and bass", "jungle"), "4/4"),
    ],
)
def test_a_groove_is_told_by_its_name(name: str, styles: tuple[str, ...], metre: str) -> None:
    assert groove(name).styles == styles
    assert str(groove(name).metre) == metre


@MMA
def test_what_does_not_go_round_is_left_out() -> None:
    names = [found.name.lower() for found in grooves()]
    words = ("intro", "ending", "fill", "metronome", "breakaa")
    assert not [name for name in names if any(word in name for word in words)]
    assert "stdlib/bossanova:bossanova2end" not in names
    assert "pflib/metal1:metal1e" not in names


@MMA
def test_no_groove_is_on_both_sides_of_the_split() -> None:
    sides = [{found.family for found in grooves() if found.held == held} for held in (True, False)]
    assert not sides[0] & sides[1]
    assert 0.08 < len(sides[0]) / len(sides[0] | sides[1]) < 0.25
    for number in range(300):
        scene = draw_scene(1, number)
        drawn = draw_groove(scene, 1.0)
        assert drawn is None or drawn.held == scene.held


@MMA
@pytest.mark.parametrize(
    ("name", "metre"),
    [
        ("stdlib/bossanova:BossaNovaPlus", "4/4"),
        ("stdlib/swing:SwingWalk", "4/4"),
        ("yamaha/salsa1:Salsa1MainA", "4/4"),
        ("kara/kbossa:kbossaA", "4/4"),
        ("stdlib/waltz:Waltz", "3/4"),
        ("stdlib/68march:68March", "6/8"),
        ("stdlib/68swing:68Swing", "6/8"),
        ("stdlib/afro-cuban:Afro-Cuban", "6/8"),
    ],
)
def test_an_accompaniment_is_on_the_plan(
    name: str, metre: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("melfusion.material.mma.draw_groove", lambda *_: groove(name))
    scene, notes = accompanied(scene_of("jazz", metre), 1.0)
    bar = float(scene.plan.metre.quarters)
    assert scene.groove == name
    assert all(0 <= note.start_beats < 4 * bar for part in notes.values() for note in part)
    for part in ACCOMPANIMENT:
        last = {int(note.start_beats / bar) for note in notes[part]}
        assert last == {0, 1, 2, 3}, f"{part} does not fill the loop"
    chords = [
        note.pitch % 12 in scene.plan.chord_at((note.start_beats + 1e-6) / bar).pitch_classes
        for note in notes["chords"]
        if isinstance(note.pitch, int)
    ]
    assert sum(chords) > 0.85 * len(chords)
    begun = [note for note in notes["bass"] if note.start_beats % bar < 0.02]
    roots = [scene.plan.chord_at(note.start_beats / bar + 1e-6).bass_note for note in begun]
    assert [int(note.pitch) % 12 for note in begun] == roots


@MMA
def test_no_note_is_held_into_a_chord_that_it_is_foreign_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = groove("casio/electricpop:ElectricPop")
    monkeypatch.setattr("melfusion.material.mma.draw_groove", lambda *_: drawn)
    asked = replace(scene_of("synthwave", "4/4"), plan=plan("4/4", "C Gm | F# Am | Eb Bm | F"))
    _, notes = accompanied(asked, 1.0)
    held = [note for note in notes["chords"] if note.length_beats > 1]
    assert held
    for note in held:
        last = asked.plan.chord_at((note.start_beats + note.length_beats - 0.1) / 4)
        assert int(note.pitch) % 12 in last.pitch_classes


@MMA
def test_onsets_are_not_shifted_at_random() -> None:
    played = play(groove("stdlib/bossanova:BossaNova"), plan("4/4"), 3)
    drums = in_parts(played)["drums"]
    assert len(drums) > 50
    assert all(abs(note.start * 4 - round(note.start * 4)) < 0.01 for note in drums)


@MMA
@pytest.mark.parametrize("quality", QUALITIES)
def test_every_chord_can_be_played(quality: str) -> None:
    chords = ((Chord(6, quality),), (Chord(10, quality, 0),))
    asked = Plan(100.0, Metre(4, 4), Key(6), chords)
    notes = in_parts(play(groove("stdlib/ballad:Ballad"), asked, 1))["chords"]
    for bar, chord in enumerate(asked.chords):
        heard = {note.key % 12 for note in notes if bar <= note.start / 4 < bar + 1}
        assert heard <= {*chord[0].pitch_classes, chord[0].bass_note}
        assert len(heard) >= min(3, len(QUALITIES[quality]))


@MMA
def test_the_seed_alone_decides() -> None:
    found = groove("stdlib/jazzcombo:JazzCombo")
    assert play(found, plan("4/4"), 8) == play(found, plan("4/4"), 8)
    assert play(found, plan("4/4"), 8) != play(found, plan("4/4"), 9)


@MMA
def test_captions_lead_and_instruments_go_by_the_groove(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = groove("stdlib/gypsyjazz:GypsyJazz")
    monkeypatch.setattr("melfusion.material.mma.draw_groove", lambda *_: drawn)
    drums = {"drums": "jazz kit", "lead": "violin"}
    asked = replace(
        scene_of("swing", "4/4"), instruments={**drums, "bass": "tuba", "chords": "house stab"}
    )
    scene, _ = accompanied(asked, 1.0)
    assert scene.style.names == ("gypsy jazz",)
    assert scene.instruments == {**drums, "bass": "upright bass", "chords": "house stab"}
    drawn = groove("stdlib/march:March")
    straight, _ = accompanied(scene_of("swing", "4/4"), 1.0)
    assert STYLES["swing"].swing > 0.5
    assert straight.style.swing == 0


@MMA
def test_a_style_takes_only_grooves_of_its_own_and_its_metre() -> None:
    for style, metre in (("polka", "4/4"), ("waltz", "3/4"), ("ballad", "6/8")):
        drawn = draw_groove(scene_of(style, metre), 1.0)
        assert drawn is not None
        assert style in drawn.styles
        assert str(drawn.metre) == metre
    assert draw_groove(scene_of("polka", "7/8"), 1.0) is None
    assert not fitting("drone", Metre(4, 4), held=False)


def test_without_a_share_all_is_composed() -> None:
    scene = scene_of("polka", "4/4")
    assert accompanied(scene, 0.0) == (scene, compose(scene))


def test_a_program_is_played_where_there_is_a_soundfont(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scene_of("jazz", "4/4")
    own, other = ({"drums": [], "chords": [Note(0.0, 1.0, 60, 0.8, p)]} for p in (None, 105))
    assert (render(scene, "chords", own) == render(scene, "chords", other)).all()
    asked: list[int] = []

    def sampled(_path: Path, program: int, *_: float) -> object:
        asked.append(program)
        return INSTRUMENTS["house stab"].voice(None)

    monkeypatch.setattr("melfusion.material.synth.Sampled", sampled)
    render(scene, "chords", other, Path("any.sf2"))
    assert asked == [105]


@MMA
def test_a_data_set_tells_its_grooves(tmp_path: Path) -> None:
    write_scenes(Order(tmp_path, 2, mma=1.0), STEMS, 4, jobs=1)
    text = (tmp_path / "manifest.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    names = {found.name for found in grooves()}
    assert {line["groove"] for line in lines} <= {*names, None}
    assert {line["groove"] for line in lines} != {None}


def test_data_sets_of_different_shares_do_not_mix(tmp_path: Path) -> None:
    claim(Order(tmp_path, 2, mma=0.35), STEMS)
    claim(Order(tmp_path, 2, mma=0.35), STEMS)
    with pytest.raises(ValueError, match=r"synthesizers alone and a share of 0\.35 of MMA"):
        claim(Order(tmp_path, 2), STEMS)


def test_a_folder_that_tells_no_share_has_none_of_mma(tmp_path: Path) -> None:
    told = {"form": "stems", "version": STEMS.version, "seed": 2, "soundfont": None}
    (tmp_path / "order.json").write_text(json.dumps(told))
    claim(Order(tmp_path, 2), STEMS)
    with pytest.raises(ValueError, match="share"):
        claim(Order(tmp_path, 2, mma=0.35), STEMS)


def data(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_command(parser.add_subparsers())
    return command.run(
        parser.parse_args(
            ["data", "--soundfont", os.devnull, "--one-shots", os.devnull, *arguments]
        )
    )


def test_without_mma_a_word_is_said_and_all_is_composed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("melfusion.material.command.is_installed", lambda: False)
    claim(Order(tmp_path, 7, mma=0.35), STEMS)
    assert data("--out", str(tmp_path), "--seed", "7", "--scenes", "1") == 2
    told = capsys.readouterr().err
    assert "apt install mma" in told
    assert "share of 0.35 of MMA, not of seed 7 with synthesizers alone" in told


@pytest.mark.parametrize("share", ["-0.1", "1.5", "nan"])
def test_a_share_is_between_none_and_all(
    tmp_path: Path, share: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert data("--out", str(tmp_path), "--mma", share) == 2
    assert "--mma" in capsys.readouterr().err

"""The data set in MeLBench's form, as base reads it."""

import argparse
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.signal
import soundfile

from melfusion.base.melbench import SAMPLES, load_audio, read_triplets
from melfusion.level import PEAK_CEILING_DBTP, decibels
from melfusion.loop import samples
from melfusion.material import melbench
from melfusion.material.captions import mix_captions
from melfusion.material.command import add_command
from melfusion.material.compose import compose
from melfusion.material.concepts import CONCEPTS
from melfusion.material.dataset import STEMS
from melfusion.material.melbench import CLIP_RATE, CLIP_SAMPLES, MELBENCH, clip_of
from melfusion.material.order import Order, claim, gather, write_scenes
from melfusion.material.pictures import read_pictures, write_pictures
from melfusion.material.scene import draw_scene
from melfusion.material.synth import render
from melfusion.request import PARTS

SEED, SCENES = 5, 10


def write(folder: Path, scenes: int, jobs: int) -> int:
    """What the command does, without the clip art that may be on this machine."""
    write_pictures(folder, SEED, (), MELBENCH.concepts(SEED, scenes))
    return write_scenes(Order(folder, SEED), MELBENCH, scenes, jobs)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    assert write(folder, SCENES, jobs=2) == SCENES
    return folder


def manifest(folder: Path, split: str) -> list[dict[str, Any]]:
    text = (folder / f"melbench_{split}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(("split", "numbers"), [("train", range(9)), ("held", [9])])
def test_base_reads_what_was_written(written: Path, split: str, numbers: list[int]) -> None:
    triplets = read_triplets(
        written / f"melbench_{split}.jsonl", written / "music", written / "pictures"
    )
    assert [triplet.audio.name for triplet in triplets] == [f"{n:06d}.flac" for n in numbers]
    for number, triplet in zip(numbers, triplets, strict=True):
        assert triplet.caption in mix_captions(draw_scene(SEED, number))
        info = soundfile.info(triplet.audio)
        assert (info.samplerate, info.channels, info.frames) == (CLIP_RATE, 1, CLIP_SAMPLES)
        heard = load_audio(triplet.audio).reshape(4, -1)
        assert heard.size == SAMPLES <= CLIP_SAMPLES
        assert (heard.std(axis=1) > 0.005).all()


def test_a_line_tells_of_its_scene(written: Path) -> None:
    for split in ("train", "held"):
        for line in manifest(written, split):
            scene = draw_scene(SEED, line["scene"])
            assert line["split"] == scene.split == split
            assert line["style"] == scene.style.name
            assert line["concept"] == scene.concept.name
            assert (line["bpm"], line["key"]) == (scene.plan.bpm, str(scene.plan.key))


def test_a_clip_is_all_parts_of_its_scene_gone_round(written: Path) -> None:
    number = 3
    scene = draw_scene(SEED, number)
    notes = compose(scene)
    reach = np.arange(-4410, 12 * 44100)
    stems = [np.take(render(scene, part, notes), reach, mode="wrap") for part in PARTS]
    assert samples(scene.plan.bars, scene.plan.metre, scene.plan.bpm, 44100) < 10.4 * 44100
    heard, _ = soundfile.read(written / f"music/{number:06d}.flac")
    alone = scipy.signal.resample_poly(np.stack(stems, 1), 160, 441)[1600 : 1600 + len(heard)]
    gains, *_ = np.linalg.lstsq(alone, heard)
    assert (gains > 0.1).all(), gains
    assert np.std(heard - alone @ gains) < 0.005 * heard.std()


def test_a_loop_goes_round_without_a_seam() -> None:
    time = np.arange(44100) / 44100
    heard = clip_of((0.3 * np.sin(2 * np.pi * 441 * time)).astype(np.float32))
    assert heard.shape == (CLIP_SAMPLES,)
    true = np.sin(2 * np.pi * 441 * np.arange(CLIP_SAMPLES) / CLIP_RATE)
    gain = heard @ true / (true @ true)
    np.testing.assert_allclose(heard, gain * true, atol=0.002)


def test_a_clip_never_clips() -> None:
    loud = np.sign(np.sin(np.arange(30000) * 0.05)).astype(np.float32) * 3
    assert decibels(float(np.abs(clip_of(loud)).max())) <= PEAK_CEILING_DBTP


def test_pictures_show_the_concept_and_are_of_the_scenes_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 44100).astype(np.float32)
    monkeypatch.setattr(melbench, "render", lambda *_: noise)
    (tmp_path / "music").mkdir()
    (tmp_path / "pictures.jsonl").write_text(
        "".join(
            json.dumps({"file": f"{name}/{split}/{n}", "concept": name, "split": split}) + "\n"
            for name in CONCEPTS
            for split in ("train", "held")
            for n in range(4)
        )
    )
    chosen = set()
    for number in [*range(9, 200, 10), *range(20)]:
        (line,) = MELBENCH.write_scene(Order(tmp_path, SEED), number)
        name, split, choice = line["img_path"].split("/")
        assert name == line["concept"]
        assert split == ("held" if number % 10 == 9 else "train")
        chosen.add(choice)
    assert chosen == set("0123")


def test_a_scene_without_a_picture_of_its_split_is_refused(written: Path, tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    train = [line for group in read_pictures(written, "train").values() for line in group]
    (tmp_path / "pictures.jsonl").write_text("".join(json.dumps(line) + "\n" for line in train))
    with pytest.raises(
        ValueError, match=f"no held picture of .*{draw_scene(SEED, 9).concept.name}"
    ):
        MELBENCH.write_scene(Order(tmp_path, SEED), 9)


def test_in_pieces_and_with_other_jobs_it_is_the_same(written: Path, tmp_path: Path) -> None:
    assert write(tmp_path, 3, jobs=1) == 3
    assert (tmp_path / "melbench_held.jsonl").read_bytes() == b""
    kept = tmp_path / "music" / "000001.flac"
    before = kept.stat().st_mtime_ns
    (tmp_path / "scenes" / "000002.json").unlink()
    (tmp_path / "music" / "000003.part").write_bytes(b"half")
    assert write(tmp_path, SCENES, jobs=1) == SCENES
    assert kept.stat().st_mtime_ns == before
    assert contents(tmp_path) == contents(written)


def test_only_pictures_in_use_are_drawn(written: Path) -> None:
    used = {draw_scene(SEED, number).concept.name for number in range(SCENES)}
    assert set(read_pictures(written)) == used
    assert STEMS.concepts(SEED, SCENES) == tuple(CONCEPTS.values())


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_command(parser.add_subparsers())
    nothing = ("--soundfont", os.devnull, "--one-shots", os.devnull, "--mma", "0")
    parsed = parser.parse_args(["data", *nothing, *arguments])
    return int(parsed.run(parsed))


def test_the_command_goes_on_where_it_stopped(
    written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    for name in ("scenes/000009.json", "music/000009.flac", "melbench_held.jsonl"):
        (tmp_path / name).unlink()
    asked = ["--format", "melbench", "--out", str(tmp_path)]
    assert command(*asked, "--seed", str(SEED), "--scenes", str(SCENES), "--jobs", "1") == 0
    assert "10 clips in " in capsys.readouterr().out
    assert contents(tmp_path) == contents(written)
    assert command(*asked, "--gather") == 0
    assert contents(tmp_path) == contents(written)


def test_forms_never_mix(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(written)
    asked = ["--out", str(written), "--seed", str(SEED), "--scenes", "1"]
    for more in ([], ["--gather"]):
        assert command(*asked, *more) == 2
        assert "in the format melbench" in capsys.readouterr().err
    assert contents(written) == before
    assert not (written / "audio").exists()


def test_a_folder_from_before_there_were_forms_holds_finished_stems(tmp_path: Path) -> None:
    (tmp_path / "order.json").write_text('{"seed": 5, "soundfont": null}')
    claim(Order(tmp_path, SEED), replace(STEMS, version=1))
    with pytest.raises(ValueError, match="another version"):
        claim(Order(tmp_path, SEED), STEMS)
    with pytest.raises(ValueError, match="in the format stems"):
        claim(Order(tmp_path, SEED), MELBENCH)
    with pytest.raises(ValueError, match="in the format stems"):
        gather(tmp_path, MELBENCH)

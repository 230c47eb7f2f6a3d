"""Manifests as they were released, and as they should not be."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from melfusion.base.melbench import (
    PEAK,
    RATE,
    SAMPLES,
    ManifestError,
    load_audio,
    read_triplets,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("music/one.wav", "music/two.wav", "pictures/a.jpg", "pictures/deep/b.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def _read(folder: Path, name: str, text: str) -> list[tuple[str, str, str]]:
    (folder / name).write_text(text, encoding="utf-8")
    triplets = read_triplets(folder / name, folder / "music", folder / "pictures")
    return [(t.caption, t.audio.name, str(t.picture.relative_to(folder))) for t in triplets]


def test_json_lines_and_their_aliases(folder: Path) -> None:
    lines = [
        {"captions": "slow jazz", "location": "/data/x/one.wav", "img_path": "a.jpg", "more": 1},
        {"Annotation": "fast jazz", "location": "C:\\music\\two.wav", "image_path": "deep/b.png"},
        {"captions": "é", "location": "two.wav", "img_path": "/elsewhere/pictures/a.jpg"},
    ]
    got = _read(folder, "all.jsonl", "\n\n".join(json.dumps(line) for line in lines) + "\n")
    assert got == [
        ("slow jazz", "one.wav", "pictures/a.jpg"),
        ("fast jazz", "two.wav", "pictures/deep/b.png"),
        ("é", "two.wav", "pictures/a.jpg"),
    ]


def test_what_else_a_line_has_is_kept(folder: Path) -> None:
    line = {"captions": "x", "location": "one.wav", "img_path": "a.jpg", "bpm": 92.7, "key": "Am"}
    (folder / "all.jsonl").write_text(json.dumps(line))
    (triplet,) = read_triplets(folder / "all.jsonl", folder / "music", folder / "pictures")
    assert triplet.extra == {"bpm": 92.7, "key": "Am"}


def test_csv_with_commas_and_line_breaks_in_captions(folder: Path) -> None:
    text = (
        '\ufeffcaptions,location,img_path,ytid\n"slow,\nsad",one.wav,a.jpg,q\nfast,two.wav,a.jpg,\n'
    )
    got = _read(folder, "all.csv", text)
    assert got == [
        ("slow,\nsad", "one.wav", "pictures/a.jpg"),
        ("fast", "two.wav", "pictures/a.jpg"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("m.jsonl", "", "is empty"),
        ("m.jsonl", "\n{]\n", "line 2: is no JSON"),
        ("m.jsonl", "[1]\n", "line 1: is no JSON object"),
        ("m.jsonl", '{"captions": "x", "img_path": "a.jpg"}', "line 1: has no location"),
        (
            "m.csv",
            "captions,location,img_path\nx,one.wav,a.jpg\nx,nine.wav,a.jpg\n",
            "line 3: there is no .*nine.wav",
        ),
        ("m.csv", "captions,location\nx,one.wav\n", "line 2: has no img_path or image_path"),
    ],
)
def test_what_cannot_be_used_names_the_line(
    folder: Path, name: str, text: str, reason: str
) -> None:
    with pytest.raises(ManifestError, match=reason):
        _read(folder, name, text)


def test_a_manifest_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"none\.jsonl cannot be read"):
        read_triplets(tmp_path / "none.jsonl", tmp_path, tmp_path)


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_audio_is_the_first_channel_at_16_khz_with_its_peak_at_half(
    tmp_path: Path, rate: int
) -> None:
    time = np.arange(3 * rate) / rate
    left, right = np.sin(2 * np.pi * 440 * time), np.sin(2 * np.pi * 1000 * time)
    soundfile.write(tmp_path / "a.wav", np.stack([0.1 * left, right], 1), rate)
    got = load_audio(tmp_path / "a.wav")
    assert got.shape == (SAMPLES,)
    assert got.dtype == np.float32
    assert np.abs(got).max() == pytest.approx(PEAK)
    middle = got[RATE : 2 * RATE]
    assert np.abs(np.fft.rfft(middle)).argmax() == 440
    assert not got[3 * RATE + 10 :].any()


def test_long_audio_is_cut_and_silence_stays_silence(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.wav", np.full(20 * RATE, 0.25), RATE)
    soundfile.write(tmp_path / "still.wav", np.zeros(RATE), RATE)
    assert load_audio(tmp_path / "long.wav").tolist() == [PEAK] * SAMPLES
    assert not load_audio(tmp_path / "still.wav").any()


def test_what_is_no_audio_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("hello")
    with pytest.raises(ManifestError, match=r"a\.wav cannot be read as audio"):
        load_audio(tmp_path / "a.wav")

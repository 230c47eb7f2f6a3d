import json
import os
import re
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from melfusion import wav
from melfusion.music import Key
from tests.melfusion import known

LOOP = known.plan(87.31, "7/8", "F# minor", "F#m D", bars=2)
SNDFILE_INFO = pytest.mark.foreign("sndfile-info", "sndfile-programs")
RECIPE = {"id": "abc", "prompt": "Straße, 雨", "numbers": [1, 2.5, None]}


def sine(length=12345, channels=1):
    time_s = np.arange(length) / 44100
    return (0.5 * np.sin(2 * np.pi * 441 * time_s) * np.ones((channels, 1))).astype(np.float32)


def write(folder, name="a.wav", samples=None, format="pcm24", **changes):
    told = {"plan": LOOP, "pitched": True, "title": "Straße", "recipe": RECIPE, **changes}
    samples = sine() if samples is None else samples
    return wav.write(folder, name, samples, 44100, format, **told)


def sndfile_info(path):
    return subprocess.run(["sndfile-info", path], capture_output=True, text=True, check=True).stdout


@SNDFILE_INFO
@pytest.mark.parametrize("format", wav.SUBTYPES)
@pytest.mark.parametrize("length", [12344, 12345])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_foreign_reader_understands_the_chunks(tmp_path, format, length, channels):
    path = write(tmp_path, samples=sine(length, channels), format=format)
    told = re.sub(r"[ \t]+", " ", sndfile_info(path))
    for line in (
        f"Frames : {length}",
        f"Channels : {channels}",
        "Sample Rate : 44100",
        "Root note : 0x42",
        "Beats : 7",
        "Meter : 7/8",
        "Tempo : 87.309998",
        "StretchOn",
        "RootNoteValid",
        "Loop Count : 1",
        f"Start : 0 End : {length - 1} Fraction : 0 Count : 0",
        "INAM : Straße",
        f"ISFT : {wav.SOFTWARE}",
        "ICMT : 87.31 BPM, 7/8, F# minor",
    ):
        assert line in told, told
    assert "error" not in told.lower()
    assert f"RIFF : {path.stat().st_size - 8}\n" in told
    assert wav.read_recipe(path) == RECIPE


@SNDFILE_INFO
def test_drums_have_no_root_note(tmp_path):
    assert "RootNoteInvalid" in sndfile_info(write(tmp_path, pitched=False))


@pytest.mark.parametrize(("format", "step"), [("pcm16", 2**-15), ("pcm24", 2**-23), ("float", 0)])
def test_samples_survive(tmp_path, format, step):
    samples = sine(5000, 2)
    read, rate = soundfile.read(write(tmp_path, samples=samples, format=format), always_2d=True)
    assert rate == 44100
    assert np.abs(read.T - samples).max() <= 2 * step


def test_16_bits_are_dithered_without_favour(tmp_path):
    quiet = np.full((1, 200_000), 0.3 / 32767, np.float32)
    read, _ = soundfile.read(write(tmp_path, samples=quiet, format="pcm16"), dtype="int16")
    assert set(np.unique(read)) == {-1, 0, 1}
    assert read.mean() == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize("format", wav.SUBTYPES)
def test_the_same_loop_is_the_same_bytes(tmp_path, format):
    folders = [tmp_path / name for name in "ab"]
    files = []
    for folder in folders:
        folder.mkdir()
        files.append(write(folder, format=format).read_bytes())
        time.sleep(1.1 if format == "float" else 0)  # a stamp of the second would show
    assert files[0] == files[1]
    assert write(tmp_path, format=format, recipe={"id": "other"}).read_bytes() != files[0]


def test_a_finished_file_is_never_overwritten(tmp_path):
    first = write(tmp_path)
    assert write(tmp_path) == first
    second = write(tmp_path, recipe={"id": "other"})
    third = write(tmp_path, recipe={"id": "third"})
    assert [path.name for path in (first, second, third)] == ["a.wav", "a-2.wav", "a-3.wav"]
    assert write(tmp_path, recipe={"id": "other"}) == second
    assert wav.read_recipe(first) == RECIPE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-2.wav", "a-3.wav", "a.wav"]


def test_a_folder_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "a.wav").mkdir()
    assert write(tmp_path).name == "a-2.wav"


def test_without_hard_links_nothing_is_overwritten_either(tmp_path, monkeypatch):
    def refuse(*_arguments, **_options):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    first, second = write(tmp_path), write(tmp_path, recipe={"id": "other"})
    assert [first.name, second.name] == ["a.wav", "a-2.wav"]
    assert wav.read_recipe(first) == RECIPE
    assert len(list(tmp_path.iterdir())) == 2


def test_a_full_disk_leaves_nothing(tmp_path):
    """The kernel's own limit on a file's size, in a process of its own, stands for the disk."""

    def limit():
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    program = (
        "import sys; from pathlib import Path; from tests.melfusion import test_wav\n"
        "try: test_wav.write(Path(sys.argv[1]))\n"
        "except OSError as error: print(error.strerror)"
    )
    ended = subprocess.run(
        [sys.executable, "-B", "-c", program, tmp_path],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == "File too large\n"
    assert list(tmp_path.iterdir()) == []


def test_no_folder_no_file(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write(tmp_path / "missing")


def test_a_killed_writer_leaves_only_a_hidden_file_which_is_swept(tmp_path):
    program = (
        "import os, sys, time; from pathlib import Path; from tests.melfusion import test_wav\n"
        "os.fsync = lambda _: (print('writing', flush=True), time.sleep(60))\n"
        "test_wav.write(Path(sys.argv[1]))"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout.readline() == "writing\n"
        wav.sweep(tmp_path)
        assert len(list(tmp_path.iterdir())) == 1, "a living writer keeps its file"
    finally:
        writer.kill()
        writer.communicate()
    assert all(path.name.startswith(".") for path in tmp_path.iterdir())
    wav.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_number_that_a_later_process_was_given_does_not_keep_a_temporary(tmp_path):
    stale = tmp_path / f".melfusion-{os.getpid()}-00ff.part"
    stale.touch()
    wav.sweep(tmp_path)
    assert stale.exists()
    before = psutil.Process().create_time() - 60
    os.utime(stale, (before, before))
    wav.sweep(tmp_path)
    assert not stale.exists()


def test_sweeping_touches_nothing_else(tmp_path):
    others = [tmp_path / name for name in (".melfusion-x-1.part", "a.part", "b.wav")]
    for path in others:
        path.touch()
    wav.sweep(tmp_path)
    assert all(path.exists() for path in others)


def test_any_cut_or_bent_file_has_a_recipe_or_none(tmp_path):
    whole = write(tmp_path, samples=sine(300)).read_bytes()
    rng = np.random.default_rng(0)
    path = tmp_path / "bent.wav"
    for cut in range(0, len(whole), 37):
        path.write_bytes(whole[:cut])
        assert wav.read_recipe(path) is None
    for _ in range(300):
        bent = bytearray(whole)
        for place in rng.integers(0, len(whole), 5):
            bent[place] = rng.integers(256)
        path.write_bytes(bent)
        assert wav.read_recipe(path) is None or isinstance(wav.read_recipe(path), dict)


@pytest.mark.parametrize(
    "recipe", [b"[1]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b""]
)
def test_a_recipe_that_is_none(tmp_path, recipe):
    path = tmp_path / "foreign.wav"
    body = b"WAVE" + struct.pack("<4sI", wav.RECIPE_CHUNK, len(recipe)) + recipe
    path.write_bytes(struct.pack("<4sI", b"RIFF", len(body)) + body)
    assert wav.read_recipe(path) is None


def test_a_foreign_wav_has_no_recipe(tmp_path):
    soundfile.write(tmp_path / "foreign.wav", np.zeros(100), 44100)
    assert wav.read_recipe(tmp_path / "foreign.wav") is None


def test_a_recipe_is_json_that_everyone_reads(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write(tmp_path, recipe={"id": float("nan")})
    assert list(tmp_path.iterdir()) == []
    assert json.dumps(RECIPE)


@pytest.mark.parametrize(
    ("prompt", "picture", "bpm", "name"),
    [
        ("Dusty groove, café!", "", 123.4, "dusty-groove-cafe_bass_123.4bpm_Fsmin_0a.wav"),
        ("", "/home/me/My Cat.PNG", 120.0, "my-cat_bass_120bpm_Fsmin_0a.wav"),
        ("雨", "", 87.31, "loop_bass_87.31bpm_Fsmin_0a.wav"),
        ("x" * 99, "", 99.9999, "x" * 40 + "_bass_100bpm_Fsmin_0a.wav"),
        ("../../etc/passwd", "", 60.5, "etc-passwd_bass_60.5bpm_Fsmin_0a.wav"),
    ],
)
def test_file_names(prompt, picture, bpm, name):
    assert wav.file_name(prompt, "bass", bpm, Key.parse("F#m"), "0a", picture=picture) == name


@given(prompt=st.text(), picture=st.text(st.characters(blacklist_characters="\0")))
def test_any_words_make_a_name_that_is_safe_everywhere(prompt, picture):
    name = wav.file_name(prompt, "full", 120, Key(0), "00ff", picture=picture)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}_full_120bpm_Cmaj_00ff\.wav", name)
    assert Path(name).name == name

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from melfusion import wav
from melfusion.cli import main
from tests.melfusion.known import KnownPipeline


@pytest.fixture
def pipeline(monkeypatch):
    known = KnownPipeline()
    monkeypatch.setattr("melfusion.render.load", lambda _model: known)
    return known


def generate(folder, *arguments):
    return main(["generate", "--out", str(folder), "--part", "drums", "--bars", "2", *arguments])


def test_generate_prints_the_path_and_the_table(tmp_path, pipeline, capsys):
    assert generate(tmp_path, "--prompt", "rain", "--bpm", "99.5", "--seed", "4") == 0
    shown = capsys.readouterr()
    path, heading, *rows = shown.out.splitlines()
    assert Path(path).parent == tmp_path
    assert wav.read_recipe(Path(path))["request"]["bpm"] == 99.5
    assert heading.split() == ["asked/limit", "measured", "verdict"]
    cells = [row.split() for row in rows]
    assert ["tempo", "99.5", "BPM", "99.5", "BPM", "pass"] in cells
    assert rows[-1] == "seed 4"
    stages = [line.split(maxsplit=1)[1] for line in shown.err.splitlines()]
    assert stages == [
        "loading the model", "picture", "text", "denoising", "decoding", "verification", "writing",
    ]  # fmt: skip
    assert pipeline.calls[0]["prompt"] == "rain"


def test_steps_left_open_are_those_that_suit_the_model(tmp_path, pipeline, capsys):
    assert generate(tmp_path, "--prompt", "rain", "--json") == 0
    assert json.loads(capsys.readouterr().out)["request"]["steps"] == 5
    assert generate(tmp_path, "--prompt", "rain", "--steps", "8") == 0
    assert [call["steps"] for call in pipeline.calls] == [5, 8]


def test_a_model_that_is_not_there_is_told_by_its_option(tmp_path, pipeline, capsys):
    assert generate(tmp_path, "--prompt", "rain", "--model", "nope") == 2
    assert capsys.readouterr().err == (
        "melfusion generate: --model: there is no model 'nope'; those that are here: mini\n"
    )
    assert pipeline.calls == []


def test_json_is_one_object_with_everything(tmp_path, pipeline, capsys):
    assert generate(tmp_path, "--prompt", "rain", "--json") == 0
    clip = json.loads(capsys.readouterr().out)
    assert Path(clip["path"]).is_file()
    assert clip["timings"]["denoising"] == 0.3
    assert clip["take_seed"] == pipeline.calls[0]["seed"] == clip["request"]["seed"]


def test_files_go_here_when_no_folder_is_named(tmp_path, pipeline, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["generate", "--prompt", "rain", "--part", "drums", "--bars", "1"]) == 0
    assert Path(capsys.readouterr().out.splitlines()[0]).parent == tmp_path
    assert len(pipeline.calls) == 1


def test_a_picture_is_enough(tmp_path, pipeline, capsys):
    Image.new("RGB", (8, 8), "red").save(tmp_path / "My Cat.png")
    assert generate(tmp_path, "--image", str(tmp_path / "My Cat.png")) == 0
    assert Path(capsys.readouterr().out.splitlines()[0]).name.startswith("my-cat_drums_")
    assert pipeline.calls[0]["image"].mode == "RGB"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--prompt", "x", "--bpm", "nan"], "--bpm: must be a finite number"),
        (["--prompt", "x", "--bpm", "-3"], "--bpm: must lie between 20 and 300"),
        (["--prompt", "x", "--bpm", "fast"], "--bpm: must be a number"),
        (["--prompt", "x", "--bars", "10000"], "--bars: must lie between"),
        (["--prompt", "x", "--key", "H"], "--key: 'H' is not a key"),
        (["--prompt", "x", "--chords", "Am ?"], "--chords: '?' is not a chord"),
        (["--prompt", "x", "--part", "horns"], "--part: must be one of"),
        (["--prompt", "x", "--image-strength", "2"], "--image-strength: must lie between"),
        (["--prompt", ""], "--prompt: is empty and there is no picture"),
        ([], "--prompt: is empty and there is no picture"),
        (["--image", "none.png"], "--image: none.png does not exist"),
        (["--image", "/dev/zero"], "--image: /dev/zero is a device"),
        (["--image", "/"], "--image: / is a folder"),
        (["--colour", "red"], "unrecognized arguments: --colour red"),
    ],
)
def test_bad_input_is_one_line_and_status_2(tmp_path, pipeline, capsys, arguments, line):
    try:
        status = generate(tmp_path, *arguments)
    except SystemExit as left:
        status = left.code
    shown = capsys.readouterr()
    assert status == 2
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert line in shown.err
    assert list(tmp_path.iterdir()) == []
    assert pipeline.calls == []


def test_a_folder_that_cannot_be_written_is_one_sentence(pipeline, capsys):
    assert generate("/proc/self", "--prompt", "x") == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("melfusion generate: the loop could not be written to /proc/self:")
    assert len(pipeline.calls) == 1


def test_a_fault_is_one_line_too(tmp_path, monkeypatch, capsys):
    def broken(_model):
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr("melfusion.render.load", broken)
    assert generate(tmp_path, "--prompt", "x") == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.endswith("met a fault of its own, please report it: ZeroDivisionError: oh no")


def test_without_a_command_the_commands_are_named(capsys):
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_interrupt_ends_at_once_and_leaves_nothing(tmp_path):
    program = (
        "import sys, time; from melfusion import cli, render\n"
        "from tests.melfusion.known import KnownPipeline\n"
        "slow = KnownPipeline(lambda *_: (print('rendering', flush=True), time.sleep(60)))\n"
        "render.load = lambda model: slow\n"
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program, "generate", "--prompt", "x", "--out", tmp_path / "out"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stdout.readline() == "rendering\n"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 130
    assert said.splitlines()[-1] == "melfusion: interrupted"
    assert "Traceback" not in said
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.alone
def test_help_loads_nothing_heavy():
    program = (
        "import sys; from melfusion.cli import main\n"
        "try: main(['generate', '--help'])\n"
        "finally: print(sorted({'torch', 'scipy', 'PIL'} & set(sys.modules)))"
    )
    start = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert ended.stdout.splitlines()[-1] == "[]"
    assert "--image-strength 0-1" in ended.stdout
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize("command", ["evaluate", "train", "data"])
def test_every_command_explains_itself_without_torch(command):
    program = (
        "import sys; from melfusion.cli import main\n"
        f"try: main([{command!r}, '--help'])\n"
        "finally: print(sorted({'torch', 'scipy', 'matplotlib', 'jinja2'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.stdout.splitlines()[-1] == "[]", ended.stderr

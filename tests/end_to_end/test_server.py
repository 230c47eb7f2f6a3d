"""`melfusion-live` as its users run it: real processes, signals, kills and exit statuses."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psutil
import pytest

from server import app

ROOT = Path(__file__).parents[2]
LIVE = [sys.executable, str(ROOT / "tests" / "server" / "live.py")]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
PATIENCE_S = 60
SEEDED = ("--prompt", "warm", "--bars", "1", "--seed", "4")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def live(library: Path, tmp_path: Path) -> Run:
    """Runs the command line to its end, on the library, from a folder of the user's."""

    def run(
        *words: str, seconds: float = 0.1, folder: Path | None = library
    ) -> "subprocess.CompletedProcess[str]":
        where = ["--library", str(folder)] if folder else []
        return subprocess.run(
            [*LIVE, str(seconds), *words, *where],
            cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=PATIENCE_S,
        )  # fmt: skip

    return run


@contextmanager
def headless(
    library: Path, seconds: float = 0.1, port: int = 0
) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A server process and its port; killed at the end if it still runs."""
    words = ["--headless", "--library", str(library), "--port", str(port)]
    with subprocess.Popen(
        [*LIVE, str(seconds), *words], env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr
            listening = re.search(r"listening on 127.0.0.1:(\d+)", process.stderr.readline())
            assert listening
            yield process, int(listening[1])
        finally:
            process.kill()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def states(library: Path) -> list[str]:
    """The states of the jobs, as the table has them."""
    path = library / "library.sqlite3"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as database:
        try:
            return [row[0] for row in database.execute("SELECT state FROM jobs ORDER BY rowid")]
        except sqlite3.OperationalError:
            return []


def test_a_render_ends_with_the_path_and_a_table(live: Run, library: Path) -> None:
    done = live("render", *SEEDED)
    assert done.returncode == 0, done.stderr
    path, head, *rows = done.stdout.splitlines()
    assert Path(path).parent == library
    assert Path(path).is_file()
    assert head.split() == ["asked/limit", "measured", "verdict"]
    assert rows[0].split() == ["length", "88200", "samples", "88200", "samples", "pass"]
    progress = done.stderr.splitlines()
    assert progress[0] == "queued"
    assert progress[-1] == "done"
    assert any(line.startswith("denoising ") for line in progress)


def test_json_and_a_copy_and_the_same_file_again(live: Run, library: Path, tmp_path: Path) -> None:
    first, second = (
        json.loads(live("render", *SEEDED, "--json", "--out", str(tmp_path / "out")).stdout)
        for _ in range(2)
    )
    assert first["path"] == second["path"]
    copy = Path(first["path"])
    assert copy.parent == tmp_path / "out"
    assert copy.read_bytes() == (library / copy.name).read_bytes()
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    assert first["checks"][0]["got"] == 88200


def test_a_seed_that_is_not_given_is_drawn_and_said(live: Run, library: Path) -> None:
    said = [
        re.search(r"^seed +(\d+)", live("render", "--prompt", "x").stdout, re.MULTILINE)
        for _ in range(2)
    ]
    assert said[0]
    assert said[1]
    assert said[0][1] != said[1][1]
    assert len(list(library.glob("*.wav"))) == 2


def test_a_picture_is_named_by_its_whole_path(live: Run, tmp_path: Path) -> None:
    done = live("render", "--image", "sea.jpg", "--seed", "1")
    # The fake worker refuses pictures: the fail shows that it was told of one.
    assert done.returncode == 2
    with closing(sqlite3.connect(tmp_path / "library" / "library.sqlite3")) as database:
        (options,) = database.execute("SELECT options FROM jobs").fetchone()
    assert json.loads(options)["image"] == str(tmp_path / "sea.jpg")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["render"], "--prompt: is empty"),
        (["render", "--prompt", "x", "--bpm", "fast"], "--bpm: must be a number, not 'fast'"),
        (["render", "--prompt", "x", "--bpm", "nan"], "--bpm: must be a finite number"),
        (["render", "--prompt", "x", "--bpm", "-5"], "--bpm: must lie between"),
        (["render", "--prompt", "x", "--bars", "0"], "--bars: must lie between"),
        (["render", "--prompt", "x", "--bars", "10000"], "--bars: must lie between"),
        (["render", "--prompt", "x", "--bars", "1.5"], "--bars: must be a whole number"),
        (["render", "--prompt", "x", "--part", "cowbell"], "--part: must be one of"),
        (["render", "--prompt", "fail", "--seed", "1"], "--key: cannot be rendered"),
        (["render", "--prompt", "x", "--seed", "1", "--out", "/dev/null/x"], "--out: "),
        (["render", "--prompt", "x", "--server", "nowhere"], "--server: must be HOST:PORT"),
        (["render", "--prompt", "x", "--seed", "1", "--server", "127.0.0.1:9"], "server: "),
        (["render", "--frobnicate"], "--frobnicate"),
        (["--headless", "--port", "99999"], "--port: must be a port"),
        (["--headless", "--host", "0.0.0.0"], "--token"),
        (["--headless", "--host", "203.0.113.5", "--token", "t"], "host: 203.0.113.5"),
    ],
)
def test_bad_input_is_one_line_and_status_2(live: Run, words: list[str], says: str) -> None:
    done = live(*words)
    assert done.returncode == 2, done
    assert done.stdout == ""
    *progress, line = done.stderr.splitlines()
    assert line.startswith("melfusion-live")
    assert says in line
    assert all(re.match(r"seed \d|queued|rendering|failed", step) for step in progress), progress


def test_a_library_that_cannot_be_used_is_one_line(live: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for words in (["--headless"], ["render", *SEEDED]):
        done = live(*words, folder=tmp_path / "file" / "library")
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert "cannot be written to: Not a directory" in line


@pytest.mark.parametrize("words", [["--headless"], ["render", *SEEDED]])
def test_a_model_that_is_not_there_is_told_at_once(
    library: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["--model", "nope", "--library", str(library), *words]) == 2
    program = "melfusion-live render" if words[0] == "render" else "melfusion-live"
    assert capsys.readouterr().err == (
        f"{program}: --model: there is no model 'nope'; those that are here: mini\n"
    )


def test_a_model_that_is_not_one_is_one_line(library: Path, tmp_path: Path) -> None:
    # A folder of the user's that has the name of one of ours must not get in the way.
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "__init__.py").write_text("raise SystemExit('not this one')")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "model_index.json").write_text("{}")
    words = ["--model", "broken", "render", *SEEDED, "--library", str(library)]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "server", *words],
        cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 2
    *_, line = done.stderr.splitlines()
    assert re.match("melfusion-live render: worker: it cannot start: .*broken", line)
    assert "Traceback" not in done.stderr


def test_a_second_server_is_told_who_holds_the_library(live: Run, library: Path) -> None:
    with headless(library) as (process, port):
        second = live("--headless", "--port", "0")
        assert second.returncode == 2
        (line,) = second.stderr.splitlines()
        assert f"is held by process {process.pid}, which listens on port {port}" in line


def test_a_port_that_is_taken_is_said_and_another_offered(live: Run) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        done = live("--headless", "--port", str(port))
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert re.search(rf"port: {port} is in use by .*process {os.getpid()}.*try --port \d+", line)


def test_a_render_uses_the_server_that_holds_the_library(live: Run, library: Path) -> None:
    with headless(library) as (process, port):
        assert live("render", *SEEDED).returncode == 0
        named = live("render", *SEEDED, "--server", f"127.0.0.1:{port}", folder=None)
        assert named.returncode == 0
        assert process.poll() is None
    assert states(library) == ["done", "done"]


def rendering(library: Path, prompt: str, seconds: float) -> "subprocess.Popen[str]":
    """A render command at work; a server of its own would take `seconds` for a loop."""
    words = [str(seconds), "render", "--prompt", prompt, "--seed", "4", "--library", str(library)]
    return subprocess.Popen(
        [*LIVE, *words], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_render_outlives_the_server_that_another_one_started(library: Path) -> None:
    with rendering(library, "first", seconds=4) as first:
        until(lambda: states(library) == ["rendering"])
        with rendering(library, "second", seconds=0.1) as second:
            until(lambda: states(library) == ["rendering", "queued"])
            assert first.wait(PATIENCE_S) == 0
            _, errors = second.communicate(timeout=PATIENCE_S)
            assert second.returncode == 0, errors
    assert states(library) == ["done", "done"]
    assert sorted(path.name.split("_")[0] for path in library.glob("*.wav")) == ["first", "second"]


def test_renders_that_start_together_all_end_well(library: Path) -> None:
    with ExitStack() as stack:
        together = [stack.enter_context(rendering(library, name, 0.5)) for name in "abc"]
        for process in together:
            _, errors = process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0, errors
    assert states(library) == ["done"] * 3
    assert sorted(path.name[0] for path in library.glob("*.wav")) == ["a", "b", "c"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_in_order(library: Path, number: signal.Signals) -> None:
    with headless(library, seconds=30) as (process, _):
        until(lambda: psutil.Process(process.pid).children())
        (worker,) = psutil.Process(process.pid).children()
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        assert "Traceback" not in errors
        assert not worker.is_running()


def test_ctrl_c_cancels_the_job(library: Path) -> None:
    words = ["30", "render", *SEEDED, "--library", str(library)]
    with subprocess.Popen(
        [*LIVE, *words], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        until(lambda: states(library) == ["rendering"])
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert said == ""
    assert errors.splitlines()[-1] == "melfusion-live render: interrupted"
    assert "Traceback" not in errors
    assert states(library) == ["cancelled"]


def test_a_killed_server_loses_no_job_and_leaves_no_worker(library: Path, live: Run) -> None:
    with headless(library, seconds=30) as (process, port):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as foreign:
            # /melfusion/render 1 prompt warm, as any OSC program would send it.
            datagram = b"/melfusion/render\0\0\0,iss\0\0\0\0\0\0\0\1prompt\0\0warm\0\0\0\0"
            foreign.sendto(datagram, ("127.0.0.1", port))
            until(lambda: states(library) == ["rendering"])
        (worker,) = psutil.Process(process.pid).children()
        process.kill()
        process.wait()
        until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    assert states(library) == ["rendering"]
    assert list(library.glob("*.wav")) == []

    assert live("render", *SEEDED).returncode == 0
    assert states(library) == ["done", "done"]
    assert len(list(library.glob("warm_*.wav"))) == 2

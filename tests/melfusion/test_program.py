"""The outermost layer, in processes of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUFFERED = {**os.environ, "PYTHONPATH": str(ROOT)}
BUFFERED.pop("PYTHONUNBUFFERED", None)


def _run(folder: Path, main: str, **options: object) -> subprocess.Popen[str]:
    (folder / "inner.py").write_text(main)
    code = "import sys; from melfusion.program import run; sys.exit(run('prog', 'inner'))"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        env=BUFFERED,
        stderr=subprocess.PIPE,
        text=True,
        **{"stdout": subprocess.PIPE, **options},
    )


@pytest.mark.parametrize("leave", ["return 7", "raise SystemExit(7)", "import sys; sys.exit(7)"])
def test_the_status_is_that_of_the_inside(tmp_path: Path, leave: str) -> None:
    done = _run(tmp_path, f"def main():\n    print('hello')\n    {leave}\n")
    assert done.communicate(timeout=30) == ("hello\n", "")
    assert done.returncode == 7


def test_ctrl_c_while_it_is_still_importing_is_one_line(tmp_path: Path) -> None:
    process = _run(tmp_path, "print('importing', flush=True)\nimport time\ntime.sleep(30)\n")
    assert process.stdout
    assert process.stdout.readline() == "importing\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[1] == "prog: interrupted\n"
    assert process.returncode == 130


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_full_stdout_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = _run(tmp_path, "def main():\n    print('x')\n    return 0\n", stdout=full)
        told = process.communicate(timeout=30)[1]
    assert told == "prog: stdout cannot be written: No space left on device\n"
    assert process.returncode == 2


def test_who_closes_the_pipe_has_read_enough(tmp_path: Path) -> None:
    inner = "import sys\ndef main():\n    sys.stdin.read()\n    print('x')\n    return 0\n"
    process = _run(tmp_path, inner, stdin=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    process.stdin.close()
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait(30) == 0

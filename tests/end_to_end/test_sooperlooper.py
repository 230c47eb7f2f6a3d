"""A foreign looper plays what was rendered, in time with JACK's transport, and is recorded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ..server.transports.private import ROOT, measured

ATTEMPTS = 3

pytestmark = [
    pytest.mark.foreign("unshare", "util-linux"),
    pytest.mark.foreign("ip", "iproute2"),
    pytest.mark.foreign("jackd", "jackd2"),
    pytest.mark.foreign("sooperlooper", "sooperlooper"),
    pytest.mark.foreign("gcc", "gcc"),
]


@pytest.mark.timeout(300)
def test_sooperlooper_plays_our_loop_in_time_and_without_a_click(tmp_path: Path) -> None:
    asked = ["--prompt", "warm house", "--part", "drums", "--bpm", "123.4", "--bars", "1"]
    told = ["--rate", "48000", "--seed", "1", "--out", str(tmp_path), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "melfusion", "generate", *asked, *told],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loop = json.loads(done.stdout)
    for _ in range(ATTEMPTS):
        found = measured(
            str(Path(__file__).with_name("looper_scene.py")), loop["path"], "123.4", patience_s=90
        )
        if not found["xruns"] and found["rounds"]:
            break
    assert found["rounds"], "SooperLooper plays nothing"
    assert found["length"] == loop["samples"] == round(4 * 60 / 123.4 * 48000)
    assert found["tempo"] == pytest.approx(123.4, abs=0.01)
    assert set(found["rounds"]) == {found["length"]}
    # The joints are among what is compared: a click there would be far from the file.
    assert found["farthest"] < 1e-3 * found["loudest"]

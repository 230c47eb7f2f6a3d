"""The model that ships, behind a real server over real UDP: what a user is promised."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import pytest_asyncio
import soundfile

from melfusion.cli import main as melfusion
from melfusion.request import RenderRequest
from melfusion.wav import read_recipe
from server import app, protocol
from server.client import Client, FailError, connect

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
WORKER = [sys.executable, "-P", "-m", "server.worker", "mini"]
BASE = {"prompt": "warm house", "bpm": 124.0, "bars": 1, "key": "Am", "part": "bass", "seed": 3}
LONG, KILLED = ("long", "denoising"), ("killed", "denoising")

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("library")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(folder: Path) -> AsyncIterator[Client]:
    async with app.running(folder, WORKER) as (host, port), connect(host, port) as found:
        await found.request(protocol.Notify, 1)
        yield found


async def _render(client: Client, **options: object) -> Path:
    request = RenderRequest.check({**BASE, "attempts": 1, **options})
    return Path((await client.render(request)).path)


def _samples(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="int32")[0]


async def test_an_odd_loop_has_exactly_the_samples_of_the_formula(client: Client) -> None:
    path = await _render(client, bpm=87.31, metre="7/8", bars=3, rate=48000, part="full")
    assert soundfile.info(path).frames == round(3 * 7 * 4 / 8 * 60 / 87.31 * 48000)
    recipe = read_recipe(path)
    assert recipe is not None
    verdicts = {check["name"]: check["verdict"] for check in recipe["checks"]}
    assert verdicts["length"] == "pass"
    assert {"tempo", "key", "seam step", "first onset", "true peak", "loudness"} <= set(verdicts)


async def test_the_picture_is_heard_and_strength_zero_is_no_picture(client: Client) -> None:
    sunset, neon = str(EXAMPLES / "sunset.jpg"), str(EXAMPLES / "neon.jpg")
    without = _samples(await _render(client))
    shown = _samples(await _render(client, image=sunset))
    other = _samples(await _render(client, image=neon))
    nothing = _samples(await _render(client, image=sunset, image_strength=0.0))
    assert not np.array_equal(without, shown)
    assert not np.array_equal(shown, other)
    assert np.array_equal(without, nothing)


async def test_a_picture_alone_will_do(client: Client) -> None:
    path = await _render(client, prompt="", image=str(EXAMPLES / "stream.jpg"))
    assert path.name.startswith("stream_bass_124bpm_Amin_")


async def test_without_a_server_the_file_is_the_same_byte_for_byte(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = await _render(client)
    words = [f"--{name}={value}" for name, value in {**BASE, "attempts": 1}.items()]
    # In a thread of its own: the command knows nothing of a loop that runs.
    status = await asyncio.to_thread(
        melfusion, ["generate", *words, "--out", str(tmp_path), "--json"]
    )
    assert status == 0
    made = Path(json.loads(capsys.readouterr().out)["path"])
    assert made.name == path.name
    assert made.read_bytes() == path.read_bytes()


async def test_cancel_ends_a_render_within_a_step(client: Client, folder: Path) -> None:
    files = set(folder.iterdir())
    request = RenderRequest.check({**BASE, "steps": 100, "bars": 16, "part": "full"})
    with client.events() as events:
        rendering = asyncio.ensure_future(client.render(request, "long"))
        async for event in events:
            if isinstance(event, protocol.JobEvent) and (event.job, event.stage) == LONG:
                break
        asked = asyncio.get_running_loop().time()
        await client.request(protocol.Cancel, job="long")
        with pytest.raises(FailError, match="cancelled"):
            await rendering
    assert asyncio.get_running_loop().time() - asked < 10
    assert set(folder.iterdir()) == files


@pytest.mark.expect_log("the worker is lost")
async def test_a_killed_render_process_costs_nothing(client: Client) -> None:
    request = RenderRequest.check({**BASE, "steps": 30, "bars": 4, "attempts": 1, "seed": 9})
    with client.events() as events:
        rendering = asyncio.ensure_future(client.render(request, "killed"))
        async for event in events:
            if isinstance(event, protocol.JobEvent) and (event.job, event.stage) == KILLED:
                break
    workers = [p for p in psutil.Process().children() if "server.worker" in p.cmdline()]
    assert len(workers) == 1
    workers[0].kill()
    assert Path((await rendering).path).is_file()

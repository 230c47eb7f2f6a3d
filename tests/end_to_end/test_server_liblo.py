"""A foreign OSC implementation, liblo, has a loop rendered: oscsend asks, oscdump hears."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server import app

FAKE_WORKER = Path(__file__).parents[1] / "server" / "fake_worker.py"


pytestmark = [
    pytest.mark.foreign("oscsend", "liblo-tools"),
    pytest.mark.foreign("oscdump", "liblo-tools"),
]


@asynccontextmanager
async def oscdump(port: int) -> AsyncIterator[asyncio.StreamReader]:
    process = await asyncio.create_subprocess_exec(
        "oscdump", "-L", str(port), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        yield process.stdout
    finally:
        process.terminate()
        await process.wait()


async def oscsend(port: int, address: str, types: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        "oscsend", "localhost", str(port), address, types, *arguments
    )
    assert await process.wait() == 0


async def heard(lines: asyncio.StreamReader, words: str) -> str:
    """The first line of oscdump that holds `words`."""
    async with asyncio.timeout(20):
        while line := (await lines.readline()).decode():
            if words in line:
                return line
    raise AssertionError(f"oscdump ended before it heard {words}")


async def test_liblo_has_a_loop_rendered(library: Path, free_port: int) -> None:
    worker = [app.sys.executable, str(FAKE_WORKER)]
    async with app.running(library, worker) as (_, port), oscdump(free_port) as lines:
        reply_port = ("reply_port", str(free_port))
        hello = ""
        while not hello:  # until oscdump listens
            await oscsend(port, "/melfusion/hello", "isi", "1", *reply_port)
            try:
                hello = await asyncio.wait_for(heard(lines, "/melfusion/done"), 0.3)
            except TimeoutError:
                continue
        assert '/melfusion/done isisss 1 "/melfusion/hello" 1 "0.1.0"' in hello

        await oscsend(port, "/melfusion/notify", "iisi", "2", "1", *reply_port)
        await heard(lines, '/melfusion/done isii 2 "/melfusion/notify"')
        await oscsend(
            port, "/melfusion/render", "isssssfsi",
            "3", "prompt", "warm house", "key", "Am", "bpm", "123.4", *reply_port,
        )  # fmt: skip
        assert '"queued"' in await heard(lines, "/melfusion/job")
        assert '"rendering"' in await heard(lines, '"text"')
        assert "123.4" in await heard(lines, "/melfusion/clip ")
        done = await heard(lines, '/melfusion/done isss 3 "/melfusion/render"')
        (path,) = library.glob("warm-house_full_123.4bpm_Amin_*.wav")
        assert f'"{path}"' in done

        await oscsend(port, "/melfusion/render", "isfsi", "4", "bpm", "-5", *reply_port)
        fail = await heard(lines, "/melfusion/fail")
        print(hello, done, fail, sep="")
        assert "bpm" in fail

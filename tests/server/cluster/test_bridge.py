"""Two machines on this one: Ray's processes at 127.0.0.2, where the cluster begins, and at .3."""

import asyncio
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from melfusion.pool import TOKEN
from server import app
from server.protocol import ClipEvent, Fail, JobEvent, Message, Rendered

from ..conftest import Peer

QUICK = [sys.executable, "-P", str(Path(__file__).with_name("quick_bridge.py"))]
REAL = [sys.executable, "-P", "-m", "server.cluster.bridge"]
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "neon.jpg"
JOBS = 50
BEGIN_S = 150.0
"""How long Ray may take to start here: half a dozen processes that import much."""

pytestmark = [
    pytest.mark.alone,
    pytest.mark.timeout(500),
    pytest.mark.skipif(sys.platform != "linux", reason="only there all of 127/8 is this machine"),
]


class Ray:
    """What is of Ray on this machine while a test runs: all that has its folder for sockets."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)

    def processes(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("RAY_TMPDIR") == self._folder:
                    found.append(process)
            except psutil.Error:
                continue
        ours = psutil.Process()
        return [one for one in found if one != ours and one.status() != psutil.STATUS_ZOMBIE]

    def listens_on(self) -> set[str]:
        return {
            one.laddr.ip
            for process in self.processes()
            for one in process.net_connections("tcp")
            if one.status == psutil.CONN_LISTEN
        }

    async def is_gone(self) -> bool:
        until = time.monotonic() + 20
        while self.processes() and time.monotonic() < until:
            await asyncio.sleep(0.1)
        return not self.processes()


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ray]:
    # The path to a socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    monkeypatch.setenv("RAY_TMPDIR", str(folder))
    monkeypatch.setenv("RAY_worker_niceness", "0")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.delenv(TOKEN, raising=False)
    yield Ray(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Machine:
    """Another machine, which has joined at 127.0.0.3."""

    def __init__(self, where: str) -> None:
        words = ["worker", "--join", where, "--own", "127.0.0.3", "--places", "1"]
        self._process = subprocess.Popen([sys.executable, "-P", "-m", "server", *words])
        self.is_on = True

    def switch_off(self) -> None:
        """Nothing there says a last word."""
        all_of_it = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        for one in all_of_it:
            one.send_signal(signal.SIGKILL)
        self._process.wait()
        self.is_on = False


@pytest.fixture
def machines() -> Iterator[Callable[[str], Machine]]:
    made: list[Machine] = []

    def join(where: str) -> Machine:
        made.append(Machine(where))
        return made[-1]

    yield join
    for machine in made:
        if machine.is_on:
            machine.switch_off()


class Told:
    """What a client has been told of its jobs."""

    def __init__(self) -> None:
        self.answers: Counter[int] = Counter()
        self.clips: Counter[str] = Counter()
        self.states: dict[str, list[str]] = {}

    def hear(self, message: Message) -> None:
        assert not isinstance(message, Fail), message
        if isinstance(message, Rendered):
            self.answers[message.id] += 1
        if isinstance(message, ClipEvent):
            self.clips[message.clip] += 1
        if isinstance(message, JobEvent):
            states = self.states.setdefault(message.job, [])
            if states[-1:] != [message.state]:
                states.append(message.state)

    @property
    def now(self) -> Counter[str]:
        return Counter(states[-1] for states in self.states.values())


async def logged(caplog: pytest.LogCaptureFixture, words: str) -> None:
    async with asyncio.timeout(BEGIN_S):
        while words not in caplog.text:
            await asyncio.sleep(0.05)


async def test_fifty_jobs_are_each_done_once_though_a_machine_is_lost(
    ray: Ray,
    port: int,
    library: Path,
    peers: Callable[..., Peer],
    machines: Callable[[str], Machine],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv(TOKEN, "tested")
    caplog.set_level("INFO", "server.worker_host")
    where, told = f"127.0.0.2:{port}", Told()
    async with app.running(library, [*QUICK, "mini", where, "1"]) as address:
        await logged(caplog, "the worker is ready: clicks-1 on cpu")
        other = machines(where)
        await logged(caplog, "clicks-1 on cpu, 2 at a time")
        peer = peers(address)
        await peer.ask("/melfusion/notify", 1, 1)
        for number in range(JOBS):
            peer.send(
                "/melfusion/render", 100 + number, "prompt", "clicks", "seed", number, "key", "Am",
                "part", "drums", "bars", 1, "steps", 4, "attempts", 1, "job", f"j{number}",
            )  # fmt: skip
        while len(told.answers) < JOBS:
            told.hear(await peer.receive(60))
            if other.is_on and told.now["done"] >= 5 and told.now["rendering"] == 2:
                other.switch_off()

        # A cancel reaches another process within a step.
        peer.send("/melfusion/render", 7, "prompt", "clicks", "key", "Am", "steps", 100, "job", "c")
        await peer.until(JobEvent, job="c", stage="denoising")
        began = time.monotonic()
        peer.send("/melfusion/cancel", 8, "c")
        assert (await peer.until(Fail, id=7)).reason == "job: it was cancelled"
        assert time.monotonic() - began < 2.0

        # By now a late answer of the machine that was lost would have come.
        await peer.ask("/melfusion/notify", 9, 0)
        assert await peer.hears_nothing(1.0)
    assert not other.is_on
    assert len(told.answers) == len(told.clips) == len(list(library.glob("*.wav"))) == JOBS
    assert {*told.answers.values(), *told.clips.values()} == {1}
    assert all(states.count("done") == 1 for states in told.states.values())
    retried = [job for job, states in told.states.items() if states.count("rendering") == 2]
    assert len(retried) == 1
    assert await ray.is_gone()


async def generated(folder: Path, asked: dict[str, object]) -> Path:
    """The same loop, by a process that has nothing to do with clusters or with tests."""
    options = [f"--{name}={value}" for name, value in asked.items()]
    words = [sys.executable, "-m", "melfusion", "generate", *options, "--seed=0", "--out", folder]
    quiet = asyncio.subprocess.DEVNULL
    made = await asyncio.create_subprocess_exec(*map(str, words), stdout=quiet, stderr=quiet)
    assert await made.wait() == 0
    (path,) = folder.glob("*.wav")
    return path


async def written(folder: Path, where: str) -> None:
    """Has a cluster, or this machine, write training material, as `melfusion data` does."""
    code = (
        "import sys; from pathlib import Path; from melfusion.material import dataset, order;"
        "folder, where = sys.argv[1:];"
        "order.write_scenes(order.Order(Path(folder), 21), dataset.STEMS, 3, cluster=where)"
    )
    words = [sys.executable, "-c", code, str(folder), where]
    assert await (await asyncio.create_subprocess_exec(*words)).wait() == 0


async def test_over_ray_this_machine_gives_the_bytes_that_it_gives_without(
    ray: Ray,
    port: int,
    library: Path,
    peers: Callable[..., Peer],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv(TOKEN, "tested")
    where = f"127.0.0.1:{port}"
    asked = {"prompt": "warm house", "image": str(EXAMPLE), "bars": 1, "key": "Am",
             "part": "drums", "steps": 2, "attempts": 1}  # fmt: skip
    async with app.running(library, [*REAL, "mini", where]) as address:
        peer = peers(address)
        words = [word for pair in asked.items() for word in pair]
        peer.send("/melfusion/render", 2, *words, "job", "j")
        async with asyncio.timeout(BEGIN_S):
            while not isinstance(message := await peer.receive(BEGIN_S), Rendered):
                assert not isinstance(message, Fail), message
        listens_on = ray.listens_on()
        await written(tmp_path / "data", where)
    assert listens_on
    assert listens_on <= {"127.0.0.1", "::ffff:127.0.0.1"}
    assert await ray.is_gone()
    here = await generated(library.with_name("here"), asked)
    assert Path(message.path).name == here.name
    same = Path(message.path).read_bytes() == here.read_bytes()
    assert same  # of bytes that differ, pytest would work out for hours where

    await written(tmp_path / "alone", "")
    for folder in ("audio", "scenes"):
        files = {
            whose: {path.name: path.read_bytes() for path in (tmp_path / whose / folder).iterdir()}
            for whose in ("data", "alone")
        }
        same = files["data"] == files["alone"]
        assert same
        assert len(files["data"]) == (15 if folder == "audio" else 3)

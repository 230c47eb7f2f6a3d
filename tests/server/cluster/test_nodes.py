import subprocess
import sys
from contextlib import ExitStack

import pytest

from melfusion.pool import TOKEN, ClusterError
from server import app
from server.cluster import nodes
from server.cluster.nodes import DEFAULT_PORT, Where


def test_an_address_may_leave_the_port_open() -> None:
    assert Where.parse("127.0.0.1") == Where("127.0.0.1", DEFAULT_PORT)
    assert str(Where.parse("127.0.0.1:1234")) == "127.0.0.1:1234"
    assert Where.parse("localhost").is_loopback
    assert not Where.parse("127.0.0.2").is_loopback


@pytest.mark.parametrize("text", ["nowhere.invalid", "127.0.0.1:x", ":9332"])
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(ClusterError, match="is no address of a machine"):
        Where.parse(text)


def test_whose_an_address_is_decides_who_begins() -> None:
    assert Where("127.0.0.1").is_here
    assert not Where("192.0.2.77").is_here  # of no machine (RFC 5737)


def test_nobody_else_gets_in_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    with ExitStack() as cluster, pytest.raises(ClusterError, match=f"set {TOKEN}"):
        cluster.enter_context(nodes.begun(Where("192.0.2.77"), None))


def test_what_ray_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "secret")
    told = nodes.environment("192.0.2.77", places=1)
    assert (told["RAY_AUTH_MODE"], told["RAY_AUTH_TOKEN"]) == ("token", "secret")
    assert told["RAY_USAGE_STATS_ENABLED"] == "0"
    monkeypatch.setenv("RAY_worker_niceness", "0")
    assert nodes.environment("192.0.2.77")["RAY_worker_niceness"] == "0"


@pytest.mark.parametrize(
    ("places", "words"),
    [(None, []), (0, ["--num-cpus=0", "--num-gpus=0"]), (2, ['--resources={"melfusion": 2}'])],
)
def test_a_machine_says_how_much_it_takes_on(places: int | None, words: list[str]) -> None:
    assert nodes._share(places)[2:] == words


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--join", "nowhere.invalid"], "nowhere.invalid is no address of a machine"),
        (["--join", "127.0.0.1:1"], "nobody answers at 127.0.0.1:1"),
        (["--join", "127.0.0.1", "--places", "-1"], "must be a whole number, 0 or more"),
        ([], "the following arguments are required: --join"),
    ],
)
def test_what_a_worker_cannot_join_is_one_line(
    words: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = app.main(["worker", *words])
    except SystemExit as left:
        status = int(str(left.code))
    shown = capsys.readouterr()
    assert (status, shown.out) == (2, "")
    (told,) = shown.err.splitlines()
    assert told.startswith("melfusion-live worker: ")
    assert line in told


def test_without_ray_a_cluster_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(nodes, "find_spec", lambda _: None)
    assert app.main(["--headless", "--cluster", "start"]) == 2
    told = capsys.readouterr().err
    assert told == "melfusion-live: Ray is not installed: pip install 'melfusion-live[cluster]'\n"


def test_the_server_and_its_worker_do_without_ray() -> None:
    code = "import sys, server.app, server.worker, melfusion.cli; print('ray' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

"""What every test stands on: no unexpected log line passes, and ports and folders of its own."""

import logging
import os
import re
import shutil
import signal
import socket
from collections.abc import Generator, Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long examples take says how busy the machine is, and nothing of what is tested.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")


ALONE = ("jackd", "LinkHut", "Xvfb", "unshare")
"""Programs that tests share, or that keep time: what needs one of them has no test beside it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that is skipped fails: what it needs is to be installed there."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is printed of an exception elsewhere is none of Qt's; real-time programs run alone."""
    for item in items:
        if "gui" not in item.path.parts:
            item.add_marker("qt_no_exception_capture")
        if any(mark.args[0] in ALONE for mark in item.iter_markers("foreign")):
            item.add_marker("alone")


def pytest_configure() -> None:
    """Lets Ctrl-C reach what the tests start, also where they run in the background of a shell.

    Such a shell has its children ignore SIGINT, and they hand that on to theirs.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _foreign_programs(request: pytest.FixtureRequest) -> None:
    """Skips a test whose programs or libraries are not on this machine."""
    for mark in request.node.iter_markers("foreign"):
        program, package = mark.args
        if not shutil.which(program) and not find_library(program):
            pytest.skip(f"{program} is missing: on Debian, apt install {package}")


@pytest.fixture(autouse=True)
def _no_unexpected_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fails a test that logs a WARNING or worse which no `expect_log` mark announced.

    A mark whose pattern (a regular expression, searched for) matches no line fails it too.
    """
    yield
    patterns = [mark.args[0] for mark in request.node.iter_markers("expect_log")]
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    lines = [record.getMessage() for record in records if record.levelno >= logging.WARNING]
    unexpected = [line for line in lines if not any(re.search(p, line) for p in patterns)]
    missing = [p for p in patterns if not any(re.search(p, line) for line in lines)]
    assert not unexpected, f"unexpected log lines: {unexpected}"
    assert not missing, f"expected log lines that did not come: {missing}"


@pytest.fixture
def free_port() -> int:
    """A UDP port of 127.0.0.1 that nobody holds at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """An empty library folder."""
    folder = tmp_path / "library"
    folder.mkdir()
    return folder

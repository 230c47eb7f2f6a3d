"""What docs/osc-clients.md tells makers of surfaces to send, the server takes."""

import re
import shlex
from pathlib import Path

import pytest

from server import protocol
from server.protocol import Event, Request

PAGE = (Path(__file__).parents[2] / "docs" / "osc-clients.md").read_text(encoding="utf-8")
SENT = re.findall(r"`(/melfusion/[^`]* [^`]*)`", PAGE)
EVENTS = re.findall(r"^\| `(/melfusion/\S+)` \| `(.+?)` \|", PAGE, re.MULTILINE)


def test_the_page_has_its_tables() -> None:
    assert len(SENT) > 15
    assert len(EVENTS) > 5


@pytest.mark.parametrize("text", [text for text in SENT if text.split()[1].isdigit()])
def test_the_server_takes_what_the_page_has_sent(text: str) -> None:
    address, *words = shlex.split(text.replace("VALUE", "120" if "bpm" in text else "1"))
    arguments = [int(word) if word.isdigit() else word for word in words]
    assert isinstance(protocol.read(address, arguments), Request)


@pytest.mark.parametrize(("address", "names"), EVENTS)
def test_events_have_these_arguments_in_this_order(address: str, names: str) -> None:
    declared = protocol.TABLE[address]
    assert issubclass(declared, Event)
    there = [argument.name for argument in protocol.positional(declared)]
    assert there[: len(names.split())] == names.split()

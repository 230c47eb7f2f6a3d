"""Pictures put into words by a process of its own: by the real one, and by one that misbehaves."""

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from melfusion.request import RequestError
from server import looking
from server.looking import NOT_SEEN, Looking
from server.model_messages import Seen

from .conftest import Peer, children

SUNSET = Path(__file__).parents[2] / "docs" / "examples" / "sunset.jpg"


def saying(code: str) -> Looking:
    """One whose process runs that code."""
    return Looking([sys.executable, "-c", code], idle_s=0.2)


def seers() -> list[psutil.Process]:
    return [child for child in children() if "server.seer" in child.cmdline()]


async def test_a_picture_is_put_into_words(peer: Peer) -> None:
    peer.send("/melfusion/see", 1, str(SUNSET))
    answer = await peer.until(Seen, patience_s=looking.PATIENCE_S, id=1)
    assert answer.words.startswith("sunset, ")
    assert 0 < len(answer.words) <= 500
    fail = await peer.ask("/melfusion/see", 2, "/no/such.png")
    assert fail.reason == "image: /no/such.png does not exist"
    assert len(seers()) == 1


@pytest.mark.expect_log("what looks at pictures is lost")
@pytest.mark.parametrize(
    "code",
    [
        "raise SystemExit(3)",
        "print('nothing that is JSON', flush=True); input(); input()",
        "import json; print(json.dumps([1]), flush=True); input(); input()",
    ],
)
async def test_one_that_is_lost_is_told_and_started_again(code: str) -> None:
    made = saying(code)
    for _ in range(2):
        with pytest.raises(RequestError) as refused:
            await made.see("x.png")
        assert (refused.value.argument, refused.value.reason) == ("image", NOT_SEEN)
    assert not [child for child in children() if code in child.cmdline()]


@pytest.mark.expect_log("it does not answer")
async def test_one_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "PATIENCE_S", 0.3)
    with pytest.raises(RequestError):
        await saying("import time; time.sleep(60)").see("x.png")


async def test_it_stays_while_it_is_asked_and_ends_when_idle() -> None:
    code = (
        "import json, os, sys\n"
        "for line in sys.stdin:\n"
        "    print(json.dumps({'words': f'{json.loads(line)} {os.getpid()}'}), flush=True)"
    )
    made = saying(code)
    first, second = await asyncio.gather(made.see("a b.png"), made.see("ü.png"))
    assert first.startswith("a b.png ")
    assert second.startswith("ü.png ")
    assert first.split()[-1] == second.split()[-1]
    async with asyncio.timeout(10):
        while psutil.pid_exists(int(first.split()[-1])):
            await asyncio.sleep(0.05)
    assert (await made.see("c")).split()[-1] != first.split()[-1]
    await made.end()

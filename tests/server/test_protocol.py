from typing import Any

import pytest

from melfusion.request import RenderRequest, RequestError
from server import osc, protocol
from server.player_messages import MetersEvent, Mix, Play
from server.protocol import (
    Cancel,
    ClipEvent,
    Condition,
    Done,
    Fail,
    Hello,
    JobEvent,
    ListClips,
    Notify,
    Render,
    Rendered,
    Welcome,
)

MESSAGES = [
    Hello(1, token="secret", reply_port=9000),
    Notify(2, 1),
    Render(3, request=RenderRequest(prompt="a b", bpm=123.456789, bars=2, seed=7), job="j"),
    Cancel(4, "j"),
    ListClips(5, clip="c"),
    Done(4, Cancel.address),
    Welcome(1, Hello.address, 1, "0.1.0", "mini-1", "a b"),
    Condition(6, "/melfusion/status", 0, "ready", "", "mini", 3, 1, 0, 12.5),
    Rendered(3, Render.address, "c", "/x/y.wav"),
    Fail(-1, "/melfusion/x", "address: unknown"),
    JobEvent("j", "rendering", 0.5, 4.25, "denoising", "", "", "full", "x"),
    Play(7, "c", part="bass", quantum="loop", crossfade_ms=12.5),
    Mix(8, gain=0.25),
    MetersEvent(0.5, 0.0, 0.0, 0.0, 0.25, 0.5, 1.0),
    ClipEvent(
        "c",
        "/x",
        "full",
        123.4,
        4,
        "7/8",
        14.0,
        "A minor",
        "Am | F",
        6.8,
        1,
        "",
        "warm house",
        "",
        "2026-03-01T12:00:00Z",
        "",
        0,
        "",
        "{}",
    ),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_what_is_written_and_sent_is_read(message: protocol.Message) -> None:
    (raw,) = osc.decode(osc.encode(message.address, protocol.write(message)))
    assert protocol.read(raw.address, raw.arguments) == message


def test_every_message_of_the_table_has_words_for_everything() -> None:
    declared_at_all = [*protocol.REQUESTS, *protocol.REPLIES, *protocol.EVENTS]
    assert len(protocol.TABLE) == len(declared_at_all)  # no address twice
    for declared in protocol.TABLE.values():
        assert declared.__doc__
        arguments = protocol.positional(declared) + protocol.named(declared)
        assert all(argument.metadata["help"] for argument in arguments)
        assert len({argument.name for argument in arguments}) == len(arguments)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((3.0, 1.0), Notify(3, 1)),
        ((3, True), Notify(3, 1)),
        ((3, 0, "reply_port", 9000.0), Notify(3, 0, reply_port=9000)),
    ],
)
def test_whole_floats_and_flags_pass_for_ints(arguments: Any, expected: Notify) -> None:
    assert protocol.read("/melfusion/notify", arguments) == expected


def test_a_render_takes_the_options_of_a_request() -> None:
    read = protocol.read(
        "/melfusion/render", (3, "prompt", "x", "bars", 2.0, "job", "j", "bpm", 90, "reply_port", 7)
    )
    assert read == Render(3, request=RenderRequest("x", bars=2, bpm=90.0), job="j", reply_port=7)


@pytest.mark.parametrize(
    ("address", "arguments", "argument", "reason"),
    [
        ("/melfusion/frobnicate", (1,), "address", "unknown"),
        ("/foo", (), "address", "/melfusion/render"),
        ("/melfusion/notify", (), "id", "missing"),
        ("/melfusion/notify", (1,), "on", "missing"),
        ("/melfusion/notify", ("x", 1), "id", "number"),
        ("/melfusion/notify", (1.5, 1), "id", "whole"),
        ("/melfusion/notify", (1 << 40, 1), "id", "between"),
        ("/melfusion/notify", (1, 2), "on", "between"),
        ("/melfusion/notify", (1, float("nan")), "on", "number"),
        ("/melfusion/notify", (1, None), "on", "number"),
        ("/melfusion/notify", (1, b"x"), "on", "number"),
        ("/melfusion/cancel", (1, 5), "job", "text"),
        ("/melfusion/cancel", (1, "j" * 65), "job", "longer"),
        ("/melfusion/hello", (1, "token"), "token", "no value"),
        ("/melfusion/hello", (1, 5, 6), "arguments", "name"),
        ("/melfusion/hello", (1, "colour", "red"), "colour", "token"),
        ("/melfusion/hello", (1, "reply_port", 1, "reply_port", 2), "reply_port", "twice"),
        ("/melfusion/hello", (1, "reply_port", 70000), "reply_port", "between"),
        ("/melfusion/hello", (1, "reply_port", -1), "reply_port", "between"),
        ("/melfusion/render", (1, "prompt", "x", "bpm", float("nan")), "bpm", "finite"),
        ("/melfusion/render", (1, "prompt", "x", "bpm", "fast"), "bpm", "number"),
        ("/melfusion/render", (1, "prompt", "x", "bars", 0), "bars", "between"),
        ("/melfusion/render", (1, "prompt", "x", "bars", 10000), "bars", "between"),
        ("/melfusion/render", (1, "prompt", b"x"), "prompt", "text"),
        ("/melfusion/render", (1, "colour", "red"), "colour", "unknown"),
        ("/melfusion/render", (1,), "prompt", "picture"),
        ("/melfusion/render", (1, "prompt", "x", "key", "H"), "key", "not a key"),
    ],
)
def test_what_is_wrong_names_the_argument_and_the_reason(
    address: str, arguments: Any, argument: str, reason: str
) -> None:
    with pytest.raises(RequestError) as caught:
        protocol.read(address, arguments)
    assert caught.value.argument == argument
    assert reason in caught.value.reason


def test_a_reply_of_a_newer_server_may_say_more() -> None:
    assert protocol.read("/melfusion/fail", (1, "/a", "b", "more")) == Fail(1, "/a", "b")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), (-1, 5000)),
        ((7,), (7, 5000)),
        (("seven",), (-1, 5000)),
        ((7.0, "reply_port", 9000), (7, 9000)),
        ((7, "on", "reply_port"), (7, 5000)),
        ((7, "reply_port", "x"), (7, 5000)),
        ((7, "reply_port", 0), (7, 5000)),
        ((float("nan"), "reply_port", 70000), (-1, 5000)),
    ],
)
def test_an_envelope_is_read_as_far_as_it_can_be(arguments: Any, expected: Any) -> None:
    assert protocol.envelope(arguments, 5000) == expected

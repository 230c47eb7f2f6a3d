import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from server import osc

BUNDLE = b"#bundle\0" + b"\0\0\0\0\0\0\0\1"


def built(address: str, *arguments: tuple[str, object]) -> bytes:
    builder = OscMessageBuilder(address)
    for tag, value in arguments:
        builder.add_arg(value, tag)
    return builder.build().dgram


def element(content: bytes) -> bytes:
    return struct.pack(">i", len(content)) + content


MESSAGE = built("/a", ("i", 1))

ARGUMENTS = st.lists(
    st.one_of(
        st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
        st.tuples(st.just("d"), st.floats(allow_nan=False)),
        st.tuples(st.just("s"), st.text(st.characters(exclude_characters="\0", codec="utf-8"))),
    ),
    max_size=8,
)


@given(ARGUMENTS)
def test_what_is_encoded_is_decoded(arguments: list[tuple[str, object]]) -> None:
    (message,) = osc.decode(osc.encode("/melfusion/x", arguments))
    assert message.address == "/melfusion/x"
    for (tag, sent), received in zip(arguments, message.arguments, strict=True):
        assert received == (pytest.approx(sent, rel=1e-7) if tag == "d" else sent)
        assert type(received) is type(sent)


def mangled(draw: st.DrawFn) -> bytes:
    """A packet that was right until bytes of it were changed, cut or doubled."""
    parts = draw(st.lists(st.sampled_from([MESSAGE, BUNDLE + element(MESSAGE)]), max_size=4))
    packet = bytearray(draw(st.sampled_from([b"", BUNDLE])) + b"".join(map(element, parts)))
    for _ in range(draw(st.integers(0, 6))):
        if packet:
            packet[draw(st.integers(0, len(packet) - 1))] = draw(st.integers(0, 255))
    return bytes(packet[: draw(st.integers(0, len(packet)))])


@pytest.mark.alone
@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.composite(mangled)()))
def test_any_bytes_give_messages_or_an_osc_error_quickly(datagram: bytes) -> None:
    started_s = time.process_time()
    try:
        messages = osc.decode(datagram)
    except osc.OscError:
        messages = []
    assert time.process_time() - started_s < 0.1
    assert all(isinstance(message, osc.Message) for message in messages)


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\0\0\0\0",
        b"hello world!",
        b"/abc",
        MESSAGE[:-1],
        MESSAGE[:-4],
        BUNDLE[:12],
        BUNDLE + struct.pack(">i", -4) + MESSAGE,
        BUNDLE + struct.pack(">i", 0) + MESSAGE,
        BUNDLE + struct.pack(">i", 1 << 30) + MESSAGE,
        BUNDLE + element(b"nope"),
        BUNDLE + element(MESSAGE) * (osc.MAX_MESSAGES + 1),
        b"/a\0\0,s\0\0\xff\xfe\xfd\0",
        b"/\xff\0\0,i\0\0\0\0\0\1",
        b"/a\n\0,i\0\0\0\0\0\1",
        b"/a\0\0,b\0\0" + struct.pack(">i", -8),
        b"/a\0\0,b\0\0" + struct.pack(">i", 8) + b"1234",
        b"/a\0\0,Q\0\0\0\0\0\1",
        b"/a\0\0,[[\0",
        b"/a\0\0iiii\0\0\0\0",
        b"/a\0\0," + b"T" * (osc.MAX_ARGUMENTS + 2) + b"\0",
    ],
)
def test_what_is_no_osc_is_refused(datagram: bytes) -> None:
    with pytest.raises(osc.OscError):
        osc.decode(datagram)


def test_deep_nesting_is_refused() -> None:
    packet = MESSAGE
    for _ in range(2000):
        packet = BUNDLE + element(packet)
    with pytest.raises(osc.OscError, match="nested"):
        osc.decode(packet)
    packet = MESSAGE
    for _ in range(osc.MAX_DEPTH):
        packet = BUNDLE + element(packet)
    assert osc.decode(packet)[0].arguments == (1,)


@pytest.mark.alone
@pytest.mark.parametrize("filler", [b"\0", b"/", b"\0\0\0\4/ab\0", BUNDLE, element(BUNDLE)])
def test_the_longest_datagrams_are_dealt_with_quickly(filler: bytes) -> None:
    packet = (BUNDLE + filler * osc.MAX_DATAGRAM)[: osc.MAX_DATAGRAM // 4 * 4]
    started_s = time.process_time()
    with pytest.raises(osc.OscError):
        osc.decode(packet)
    assert time.process_time() - started_s < 0.2


@pytest.mark.parametrize("typed", [123.4, 87.31, 0.1, 1e-30, 3.4e38, -7.25, 0.0, 174.6])
def test_a_float32_is_the_decimal_that_was_typed(typed: float) -> None:
    (message,) = osc.decode(built("/a", ("f", typed)))
    assert message.arguments == (pytest.approx(typed, rel=1e-12),)


def test_a_double_is_left_alone() -> None:
    (message,) = osc.decode(built("/a", ("d", 123.4567890123)))
    assert message.arguments == (123.4567890123,)


def test_rarer_types_come_through_and_nan_too() -> None:
    (message,) = osc.decode(
        built("/a", ("T", True), ("N", None), ("b", b"xyz"), ("h", 1 << 40), ("f", float("nan")))
    )
    assert message.arguments[:4] == (True, None, b"xyz", 1 << 40)
    assert message.arguments[4] != message.arguments[4]


def test_a_bundle_says_when_it_is_due() -> None:
    due_s = time.time() + 1.5
    bundle = OscBundleBuilder(due_s)
    bundle.add_content(OscMessageBuilder("/later").build())
    (message,) = osc.decode(bundle.build().dgram)
    assert message.due_s == pytest.approx(due_s, abs=1e-3)
    assert osc.decode(MESSAGE)[0].due_s == 0


@pytest.mark.parametrize(
    ("tag", "value"),
    [("i", 1 << 31), ("s", "a\0b"), ("s", "\udcff"), ("f", 1e300), ("s", "x" * 70000)],
)
def test_what_cannot_be_sent_is_an_osc_error(tag: str, value: object) -> None:
    with pytest.raises(osc.OscError):
        osc.encode("/a", [(tag, value)])

"""Datagrams and OSC messages, guarded: any bytes give messages or an OscError, and quickly.

python-osc does the encoding and decoding. It trusts what it is given, though: a negative element
size makes it spin for ever, bad UTF-8 and deep nesting escape as other exceptions, and unknown type
tags shift the arguments behind them. So every datagram's structure is checked before it sees one.

Source: the OSC 1.0 specification, https://opensoundcontrol.stanford.edu/spec-1_0.html
"""

import math
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pythonosc.osc_message import ParseError as MessageError
from pythonosc.osc_message_builder import BuildError, OscMessageBuilder
from pythonosc.osc_packet import OscPacket, ParseError

MAX_DATAGRAM = 65507
"""Bytes that one UDP datagram can carry over IPv4."""

MAX_DEPTH = 4
MAX_MESSAGES = 64
MAX_ARGUMENTS = 128

_BUNDLE = b"#bundle\0"
_BUNDLE_HEAD = 16
_ARGUMENT_BYTES = {
    "i": 4, "f": 4, "h": 8, "d": 8, "t": 8, "r": 4, "m": 4, "T": 0, "F": 0, "N": 0,
}  # fmt: skip
_LARGEST_FLOAT32 = 3.4028234e38


class OscError(ValueError):
    """Bytes that are no OSC packet, or values that cannot be sent as one."""


@dataclass(frozen=True)
class Message:
    """One OSC message and when it is due.

    Attributes:
        address: the address pattern.
        arguments: int, float, str, bool, None, or the rarer types as python-osc gives them.
        due_s: when to act on it, in seconds since the Unix epoch; 0 for at once.
    """

    address: str
    arguments: tuple[Any, ...] = ()
    due_s: float = 0.0


def decode(datagram: bytes) -> list[Message]:
    """The messages of a datagram, in the order in which they are due.

    A float32 becomes the shortest decimal that stands for it, so that a tempo typed as 123.4 is
    123.4 here too and not 123.40000152587890625.

    Raises:
        OscError: the bytes are no OSC packet, or one beyond the limits above.
    """
    for number, message in enumerate(_messages(datagram)):
        if number == MAX_MESSAGES:
            raise OscError(f"more than {MAX_MESSAGES} messages in one datagram")
        _check_message(message)
    try:
        packet = OscPacket(datagram)
    except ParseError as error:
        raise OscError(str(error)) from None
    is_bundle = datagram.startswith(_BUNDLE)
    return [
        Message(
            timed.message.address,
            tuple(_as_typed(value) for value in timed.message.params),
            timed.time if is_bundle else 0.0,
        )
        for timed in packet.messages
    ]


def encode(address: str, arguments: Iterable[tuple[str, Any]]) -> bytes:
    """The datagram of one message.

    Args:
        address: the OSC address.
        arguments: type tag (i, f, d or s) and value of each.

    Raises:
        OscError: a value does not fit its tag, or the datagram is too long.
    """
    builder = OscMessageBuilder(address)
    try:
        for tag, value in arguments:
            if tag == "s" and "\0" in value:
                raise OscError(f"text with a NUL character: {value[:40]!r}")
            builder.add_arg(value, tag)
        datagram = bytes(builder.build().dgram)
    except (BuildError, MessageError, OverflowError) as error:
        raise OscError(f"{address} cannot be encoded: {error}") from None
    if len(datagram) > MAX_DATAGRAM:
        raise OscError(f"{address} is too long for a datagram: {len(datagram)} bytes")
    return datagram


def _messages(packet: bytes, depth: int = 0) -> Iterator[bytes]:
    """The messages of a packet, their bundles' sizes having been checked."""
    if not packet or len(packet) % 4:
        raise OscError("its length is not a multiple of 4")
    if not packet.startswith(_BUNDLE):
        yield packet
        return
    if depth == MAX_DEPTH or len(packet) < _BUNDLE_HEAD:
        raise OscError("a bundle that is cut off or nested too deeply")
    at = _BUNDLE_HEAD
    for _ in range(MAX_MESSAGES):
        if at == len(packet):
            return
        size = int.from_bytes(packet[at : at + 4], "big", signed=True)
        at += 4
        if not 0 < size <= len(packet) - at:
            raise OscError(f"a bundle element of {size} bytes")
        yield from _messages(packet[at : at + size], depth + 1)
        at += size
    if at < len(packet):
        raise OscError(f"a bundle of more than {MAX_MESSAGES} elements")


def _check_message(message: bytes) -> None:
    if not message.startswith(b"/"):
        raise OscError("neither a message nor a bundle")
    address, at = _string(message, 0)
    if not (address.isascii() and address.isprintable()):
        raise OscError("an address that is not printable ASCII")
    if at == len(message):
        return
    tags, at = _string(message, at)
    if not tags.startswith(",") or len(tags) > MAX_ARGUMENTS + 1:
        raise OscError("no type tags, or too many")
    for tag in tags[1:]:
        if tag == "s":
            _, at = _string(message, at)
        elif tag == "b":
            size = int.from_bytes(message[at : at + 4], "big", signed=True)
            if size < 0:
                raise OscError(f"a blob of {size} bytes")
            at += 4 + size + -size % 4
        elif tag in _ARGUMENT_BYTES:
            at += _ARGUMENT_BYTES[tag]
        else:
            raise OscError(f"an argument of unknown type {tag!r}")
        if at > len(message):
            raise OscError("an argument that is cut off")


def _string(message: bytes, start: int) -> tuple[str, int]:
    """The string at `start`, and where the next argument begins."""
    end = message.find(b"\0", start)
    if end < 0:
        raise OscError("a string without an end")
    try:
        return message[start:end].decode(), end // 4 * 4 + 4
    except UnicodeDecodeError:
        raise OscError("a string that is not UTF-8") from None


def _as_typed(value: Any) -> Any:
    """A float that float32 holds exactly, as the shortest decimal that it is the float32 of."""
    if not isinstance(value, float) or not math.isfinite(value) or abs(value) > _LARGEST_FLOAT32:
        return value
    single = struct.pack(">f", value)
    if struct.unpack(">f", single)[0] != value:
        return value
    shortened = (float(f"{value:.{digits}g}") for digits in range(6, 10))
    return next((short for short in shortened if struct.pack(">f", short) == single), value)

// OSC as udpsend and udpreceive do it: whole numbers as ints, others as floats, symbols as strings.
// Whole numbers that are large go as floats, too: the engine of Max's js may hold them as such.
"use strict";

const LARGE = 2 ** 30;

function isInt(value) {
  return Number.isInteger(value) && Math.abs(value) < LARGE;
}

function padded(text) {
  const bytes = Buffer.from(text + "\0");
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function number(value) {
  const bytes = Buffer.alloc(4);
  if (isInt(value)) {
    bytes.writeInt32BE(value);
  } else {
    bytes.writeFloatBE(value);
  }
  return bytes;
}

function tag(value) {
  return typeof value === "string" ? "s" : isInt(value) ? "i" : "f";
}

/** A datagram. */
function encode(address, values) {
  const body = values.map((value) => (typeof value === "string" ? padded(value) : number(value)));
  return Buffer.concat([padded(address), padded("," + values.map(tag).join("")), ...body]);
}

/** The address of a datagram, and its values. */
function decode(datagram) {
  let at = 0;
  const text = () => {
    const end = datagram.indexOf(0, at);
    const found = datagram.toString("utf8", at, end);
    at = end + 4 - (end % 4);
    return found;
  };
  const readers = {
    s: text,
    i: () => datagram.readInt32BE((at += 4) - 4),
    f: () => datagram.readFloatBE((at += 4) - 4),
  };
  const address = text();
  const tags = text().slice(1);
  return [address, ...Array.from(tags, (each) => readers[each]())];
}

module.exports = { encode, decode };

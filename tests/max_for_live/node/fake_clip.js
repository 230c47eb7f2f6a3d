// A clip of the fake set, as awkward as Live's: it warps in its own time, guesses a wrong tempo,
// loops only what is warped, and prints what it will not do.
"use strict";

const fs = require("fs");

const WARPS_AFTER_MS = 150;
const MARKED_AFTER_MS = 150; // from then on
const GUESS = 0.5; // of the right tempo, or so
const SHADOW = 1 / 32; // quarter notes behind the last marker, where Live's own one lies
const INTS = ["warping", "warp_mode", "looping", "color_index", "launch_quantization"];
const ENDS = ["loop_start", "loop_end"]; // there is one pair while it is looped, and one while not

/** Samples a second and the length in seconds of a WAV. */
function read_wav(path) {
  const bytes = fs.readFileSync(path);
  const found = { rate: 0, align: 0, seconds: 0 };
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (name === "fmt ") {
      found.rate = bytes.readUInt32LE(at + 12);
      found.align = bytes.readUInt16LE(at + 20);
    } else if (name === "data") {
      found.seconds = size / found.align / found.rate;
    }
    at += 8 + size + (size % 2);
  }
  return found;
}

class Clip {
  /**
   * @param {Object} set the fake set
   * @param {string} path of the WAV
   * @param {number} [start] in quarter notes, of one in the Arrangement
   */
  constructor(set, path, start) {
    const wav = read_wav(path);
    this.type = "Clip";
    this.set = set;
    this.seconds = wav.seconds;
    this.markers = [];
    this.marked = false;
    this.guessed = set.values.tempo * GUESS;
    this.placed = start !== undefined;
    this.looped = { loop_start: 0, loop_end: wav.seconds };
    this.values = {
      name: path.replace(/^.*\/|\.wav$/g, ""),
      file_path: path,
      color_index: 3,
      warping: 0,
      warp_mode: 0,
      looping: 0,
      loop_start: 0,
      loop_end: wav.seconds,
      start_marker: 0,
      end_marker: wav.seconds,
      launch_quantization: 0,
      start_time: start || 0,
      end_time: (start || 0) + (wav.seconds * set.values.tempo) / 60,
    };
  }

  overlaps(other) {
    const [one, two] = [this.values, other.values];
    return one.start_time < two.end_time && two.start_time < one.end_time;
  }

  /** What holds the ends of its loop, or, where it is not looped, its own. */
  ends() {
    return this.values.looping ? this.looped : this.values;
  }

  get(name) {
    if (name === "warp_markers") {
      const all = this.marked ? [...this.markers, this.shadow()] : [];
      return [JSON.stringify({ warp_markers: all })];
    }
    return [(ENDS.includes(name) ? this.ends() : this.values)[name]];
  }

  /** Live's own marker, behind all others, which carries the tempo on. */
  shadow() {
    const [before, last] = this.markers.slice(-2);
    const bps = last
      ? (last.beat_time - before.beat_time) / (last.sample_time - before.sample_time)
      : this.guessed / 60;
    const end = last || before || { beat_time: 0, sample_time: 0 };
    return { beat_time: end.beat_time + SHADOW, sample_time: end.sample_time + SHADOW / bps };
  }

  write(name, value) {
    const refusal = this.refusal(name, value);
    if (refusal) {
      this.set.print(`Live: ${name} ${value}: ${refusal}`);
    } else if (name === "warping" && +value !== this.values.warping) {
      setTimeout(() => this.warp(), WARPS_AFTER_MS);
    } else if (name === "name") {
      this.values.name = /^\d+(\.\d*)?$/.test(value) ? +value : value; // as Live reads text
    } else {
      (ENDS.includes(name) ? this.ends() : this.values)[name] = value;
      this.follow();
    }
  }

  /** One in the Arrangement is as long as its ends are apart, until it is looped. */
  follow() {
    const v = this.values;
    if (this.placed && v.warping && !v.looping) {
      v.end_time = v.start_time + v.loop_end - v.loop_start;
    }
  }

  refusal(name, value) {
    const v = { ...this.values, ...this.ends() };
    if (this.set.config.refuses === name) {
      return "it stays as it is";
    }
    if (INTS.includes(name) && !Number.isInteger(value)) {
      return "invalid value";
    }
    if (this.placed && name === "launch_quantization") {
      return "there is nothing to launch";
    }
    if (["looping", "warp_mode"].includes(name) && !v.warping) {
      return "the clip is not warped";
    }
    const ends = { loop_end: v.loop_start, end_marker: v.start_marker };
    if (name in ends && value <= ends[name]) {
      return "ends before it begins";
    }
    const starts = { loop_start: v.loop_end, start_marker: v.end_marker };
    return name in starts && value >= starts[name] ? "begins after its end" : "";
  }

  /** From now on it counts in quarter notes, at the tempo that is guessed. */
  warp() {
    const beats = (this.seconds * this.guessed) / 60;
    this.values.warping = 1;
    this.markers = [
      { beat_time: 0.1, sample_time: 0.05 },
      { beat_time: beats, sample_time: this.seconds },
    ];
    this.values.loop_end = this.looped.loop_end = this.values.end_marker = beats;
    this.follow();
    setTimeout(() => (this.marked = true), MARKED_AFTER_MS);
  }

  add_warp_marker({ beat_time, sample_time }) {
    if (this.set.config.stubborn) {
      return;
    }
    const before = this.markers.filter((marker) => marker.beat_time < beat_time).pop();
    const after = this.markers.find((marker) => marker.beat_time >= beat_time);
    const fits =
      sample_time >= 0 &&
      sample_time < this.seconds &&
      (!before || before.sample_time < sample_time) &&
      (!after || (after.beat_time > beat_time && after.sample_time > sample_time));
    if (!this.marked || !fits) {
      this.set.print(`Live: a warp marker cannot be at ${beat_time}, ${sample_time}`);
      return;
    }
    this.markers.push({ beat_time, sample_time });
    this.markers.sort((one, other) => one.beat_time - other.beat_time);
  }

  move_warp_marker(beat_time, distance) {
    const index = this.at(beat_time);
    const [before, after] = [this.markers[index - 1], this.markers[index + 1]];
    const to = beat_time + distance;
    if ((before && before.beat_time >= to) || (after && after.beat_time <= to)) {
      this.set.print(`Live: a warp marker cannot go from ${beat_time} to ${to}`);
    } else if (index >= 0) {
      this.markers[index].beat_time = to;
    }
  }

  remove_warp_marker(beat_time) {
    const index = this.at(beat_time);
    if (index >= 0 && this.markers.length > 1) {
      this.markers.splice(index, 1);
    }
  }

  at(beat_time) {
    const index = this.markers.findIndex((each) => Math.abs(each.beat_time - beat_time) < 1e-6);
    if (index < 0) {
      this.set.print(`Live: there is no warp marker at ${beat_time}`);
    }
    return index;
  }

  /** What a test looks at. */
  look() {
    return { ...this.values, ...this.ends(), markers: this.markers };
  }
}

module.exports = { Clip };

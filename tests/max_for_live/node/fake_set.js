// A set of Live's: what is in it, what Live does of itself, and what its user does.
"use strict";

const fs = require("fs");
const { Clip } = require("./fake_clip.js");
const { fatal } = require("./fake_max.js");

const TICK_MS = 20; // the position that Live tells moves in steps

const SONG = {
  tempo: 120,
  is_playing: 0,
  current_song_time: 0,
  signature_numerator: 4,
  signature_denominator: 4,
  root_note: 0,
  scale_name: "Major",
  scale_intervals: [0, 2, 4, 5, 7, 9, 11],
  scale_mode: 1,
  file_path: "",
};
const AUDIO = { has_audio_input: 1, is_frozen: 0, is_foldable: 0, playing_slot_index: -2 };

/** Anything of the set that only has values. */
class Item {
  constructor(type, values) {
    this.type = type;
    this.values = values;
  }

  get(name) {
    return [this.values[name]].flat();
  }
}

class FakeSet {
  /**
   * @param {Object} config `tracks`: name, and values that differ from those of an audio track,
   *   or `is_return`;
   *   `scenes`: names; `version`: of Live; `device`: index of the device's track; `song`: values;
   *   `most_scenes`: that this edition has; `thief`: a WAV that another device puts into the first
   *   slot that is to be filled; `stubborn`: whether warp markers cannot be changed; `refuses`: a
   *   property of clips that cannot; `selected_scene`: index of the one that is at first
   * @param {function(string): void} print where Live prints
   */
  constructor(config, print) {
    this.print = print;
    this.config = config;
    this.objects = [null];
    this.version = config.version || [12, 1, 5];
    this.changed = () => {};
    this.values = { ...SONG, ...config.song };
    this.metre_began = { bar: 0, quarters: 0 };
    this.type = "Song";
    this.add(this);
    this.app = this.add(new Item("Application", {}));
    this.view = this.add(new Item("Song.View", {}));
    this.scenes = config.scenes.map((name) => this.add(new Item("Scene", scene(name))));
    this.tracks = config.tracks.map((given) => this.add(new Item("Track", { ...AUDIO, ...given })));
    for (const track of this.tracks) {
      track.arrangement = [];
      track.slots = track.values.is_return ? [] : this.scenes.map(() => this.slot(track));
    }
    // The device is inside of a rack, as devices often are.
    this.rack = this.add(new Item("Device", { name: "Rack" }));
    this.chain = this.add(new Item("Chain", { name: "Chain" }));
    this.device = this.add(new Item("Device", { name: "MeLFusion Live" }));
    this.rack.parent = this.tracks[config.device || 0];
    this.chain.parent = this.rack;
    this.device.parent = this.chain;
    this.selected = null;
    this.selected_scene = this.scenes[config.selected_scene || 0];
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.ticked = process.hrtime.bigint();
  }

  get(name) {
    return [this.values[name]].flat();
  }

  add(object) {
    object.id = this.objects.length;
    this.objects.push(object);
    return object;
  }

  slot(track) {
    const slot = this.add(new Item("ClipSlot", { has_clip: 0 }));
    slot.parent = track;
    slot.clip = null;
    return slot;
  }

  tick() {
    const now = process.hrtime.bigint();
    const seconds = Number(now - this.ticked) / 1e9;
    this.ticked = now;
    if (this.values.is_playing) {
      const moved = (seconds * this.values.tempo) / 60;
      this.change(this, "current_song_time", this.values.current_song_time + moved);
    }
  }

  change(object, name, value) {
    object.values[name] = value;
    this.changed(object, name);
  }

  /** The user or the song changes something of the set's own. */
  change_song(name, value) {
    if (name.startsWith("signature_")) {
      const bars = Math.floor(this.bars_since_metre() + 1e-9);
      this.metre_began = {
        bar: this.metre_began.bar + bars,
        quarters: this.metre_began.quarters + bars * this.bar_quarters(),
      };
    }
    this.change(this, name, value);
  }

  bar_quarters() {
    return (this.values.signature_numerator * 4) / this.values.signature_denominator;
  }

  bars_since_metre() {
    return (this.values.current_song_time - this.metre_began.quarters) / this.bar_quarters();
  }

  /** Bar, beat, sixteenth and ticks, as Live counts them. */
  counted() {
    const bars = Math.floor(this.bars_since_metre() + 1e-9);
    const beat = 4 / this.values.signature_denominator;
    const start = this.metre_began.quarters + bars * this.bar_quarters();
    const into = this.values.current_song_time - start + 1e-9;
    const beats = Math.floor(into / beat);
    const sixteenths = Math.floor((into - beats * beat) * 4);
    const digits = (number, length) => String(number).padStart(length, "0");
    const bar = this.metre_began.bar + bars + 1;
    return `${digits(bar, 3)}.${digits(beats + 1, 2)}.${digits(sixteenths + 1, 2)}.000`;
  }

  create_scene() {
    if (this.scenes.length >= (this.config.most_scenes || Infinity)) {
      this.print("Live: create_scene: this edition has no more scenes");
      return;
    }
    this.scenes.push(this.add(new Item("Scene", scene(""))));
    for (const track of this.tracks) {
      track.slots.push(this.slot(track));
    }
    this.changed(this, "scenes");
  }

  /** Why a file cannot become a clip on a track; empty when it can. */
  refusal(track, path) {
    const { has_audio_input, is_frozen, is_foldable } = track.values;
    if (!has_audio_input || is_frozen || is_foldable) {
      return "the track takes no audio clips";
    }
    if (/\s/.test(path)) {
      return "a path with spaces comes in pieces";
    }
    return fs.existsSync(path) ? "" : "there is no such file";
  }

  create_in_slot(slot, path) {
    if (this.config.thief) {
      const thief = this.config.thief;
      this.config.thief = "";
      this.create_in_slot(slot, thief);
    }
    const reason = slot.clip ? "the slot is not empty" : this.refusal(slot.parent, path);
    if (reason) {
      this.print(`Live: create_audio_clip: ${reason}`);
      return;
    }
    slot.clip = this.add(new Clip(this, path));
    this.change(slot, "has_clip", 1);
  }

  create_in_arrangement(track, path, beats) {
    const reason = this.refusal(track, path);
    if (reason) {
      this.print(`Live: create_audio_clip: ${reason}`);
      return;
    }
    const clip = new Clip(this, path, beats);
    if (track.arrangement.some((each) => each.overlaps(clip))) {
      fatal("a clip in the Arrangement is overwritten");
    }
    track.arrangement.push(this.add(clip));
  }

  fire(slot) {
    const track = slot.parent;
    this.change(track, "playing_slot_index", track.slots.indexOf(slot));
  }

  launch(scene) {
    this.change(scene, "is_triggered", 1);
    setTimeout(() => this.change(scene, "is_triggered", 0), TICK_MS);
  }

  select_slot(track, index) {
    this.selected = this.tracks[track].slots[index];
  }

  select_scene(index) {
    this.selected_scene = this.scenes[index];
    this.changed(this.view, "selected_scene");
  }

  take_clip_away(track, index) {
    const slot = this.tracks[track].slots[index];
    this.objects[slot.clip.id] = null;
    slot.clip = null;
    this.change(slot, "has_clip", 0);
  }

  /** What a test looks at. */
  look() {
    return {
      song: this.values,
      scenes: this.scenes.map((each) => each.values.name),
      tracks: this.tracks.map((track) => ({
        ...track.values,
        slots: track.slots.map((slot) => slot.clip && slot.clip.look()),
        arrangement: track.arrangement.map((clip) => clip.look()),
      })),
    };
  }

  close() {
    clearInterval(this.timer);
  }
}

function scene(name) {
  return { name, is_triggered: 0 };
}

module.exports = { FakeSet };

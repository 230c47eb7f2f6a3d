// LiveAPI on a fake set: only names of lom.json are known, and the rules of Max for Live hold. Who
// breaks one, or uses a name that Live does not know, ends the program.
"use strict";

const { fatal, guarded } = require("./fake_max.js");
const LOM = require("./lom.json");

const LATER = { Clip: [], ClipSlot: ["create_audio_clip"], Track: ["create_audio_clip"] };
const SINCE_12 = ["scale_intervals", "scale_mode", "file_path"];
const SINCE_11 = ["arrangement_clips"];

/**
 * The LiveAPI of a set.
 * @param {Object} set a FakeSet
 * @param {{begun: boolean, apis: number}} device whether Live has said that it is ready; how many
 *   LiveAPIs it has made
 */
function makeLiveAPI(set, device) {
  const observers = new Set();
  let observing = 0;

  /** Tells an observer a value; what it does meanwhile is done in an observer's callback. */
  function call_back(api, values) {
    observing += 1;
    guarded(() => api.callback(values));
    observing -= 1;
  }

  set.changed = (object, name) => {
    for (const api of [...observers]) {
      if (api.object === object && api.observed === name) {
        call_back(api, [name, ...read(object, name)]);
      }
    }
  };

  const older = (since) => set.version.join(".").localeCompare(since, "en", { numeric: true }) < 0;

  /** The names of a kind that an object knows in this version of Live. */
  function names(object, kind) {
    const known = (object && LOM[object.type][kind]) || [];
    const later = [
      ...(older("12.0.5") && object ? LATER[object.type] || [] : []),
      ...(older("12") ? SINCE_12 : []),
      ...(older("11") ? SINCE_11 : []),
    ];
    return known.filter((name) => !later.includes(name));
  }

  function known(object, name, ...kinds) {
    return kinds.some((kind) => names(object, kind).includes(name));
  }

  const ids = (objects) => objects.flatMap((each) => ["id", each ? each.id : 0]);

  const CHILDREN = {
    canonical_parent: (object) => object.parent,
    clip: (slot) => slot.clip,
    view: () => set.view,
    highlighted_clip_slot: () => set.selected,
    selected_scene: () => set.selected_scene,
  };
  const LISTS = {
    tracks: () => set.tracks,
    scenes: () => set.scenes,
    clip_slots: (track) => track.slots,
    arrangement_clips: (track) => track.arrangement,
  };

  function read(object, name) {
    if (known(object, name, "children")) {
      return ids([CHILDREN[name](object)]);
    }
    return known(object, name, "lists") ? ids(LISTS[name](object)) : object.get(name);
  }

  const FUNCTIONS = {
    get_major_version: () => set.version[0],
    get_minor_version: () => set.version[1],
    get_bugfix_version: () => set.version[2],
    get_current_beats_song_time: () => set.counted(),
    create_scene: () => set.create_scene(),
    create_audio_clip: (object, ...values) =>
      object.type === "Track"
        ? set.create_in_arrangement(object, ...values)
        : set.create_in_slot(object, ...values),
    fire: (slot) => set.fire(slot),
    add_warp_marker: (clip, marker) => clip.add_warp_marker(marker),
    move_warp_marker: (clip, beat, distance) => clip.move_warp_marker(beat, distance),
    remove_warp_marker: (clip, beat) => clip.remove_warp_marker(beat),
  };

  /** The object at a path, or null. */
  function find(path) {
    const [root, ...steps] = path.split(" ");
    const roots = { live_set: set, live_app: set.app, this_device: set.device };
    if (root === "id") {
      return set.objects[+steps[0]] || null;
    }
    if (!(root in roots)) {
      fatal(`there is no path ${path}`);
    }
    let object = roots[root];
    for (const step of steps) {
      if (!known(object, step, "children")) {
        fatal(`${path}: ${object.type} has no ${step}`);
      }
      object = CHILDREN[step](object);
    }
    return object || fatal(`${path}: there is none, which Max prints each time`);
  }

  return class LiveAPI {
    constructor(...given) {
      device.apis += 1;
      if (!device.begun) {
        fatal("LiveAPI is used before the device is ready");
      }
      this.callback = typeof given[0] === "function" ? given.shift() : null;
      this.object = find(given[0]);
      this.observed = "";
      if (this.callback) {
        call_back(this, ["id", this.object ? this.object.id : 0]);
      }
    }

    /** The object, as long as it is there and knows the name. */
    knowing(name, ...kinds) {
      const object = this.there();
      if (!object) {
        set.print(`LiveAPI: ${name} of no valid object`);
      } else if (!known(object, name, ...kinds)) {
        fatal(`${object.type} has no ${name} among its ${kinds.join(", ")}`);
      }
      return object;
    }

    there() {
      return this.object && set.objects[this.object.id] === this.object ? this.object : null;
    }

    /** What it was made for: nobody tells it when that is gone. */
    get id() {
      return this.object ? String(this.object.id) : "0";
    }

    get type() {
      return this.there() ? this.object.type : "unknown";
    }

    get info() {
      const object = this.there();
      if (!object) {
        return "No object";
      }
      const kinds = { children: "child", lists: "children", reads: "property", writes: "property" };
      const lines = Object.entries({ ...kinds, functions: "function" }).flatMap(([kind, word]) =>
        names(object, kind).map((name) => `${word} ${name}${kind === "functions" ? "" : " value"}`),
      );
      return [`id ${this.id}`, `type ${this.type}`, ...lines, "done"].join("\n");
    }

    set property(name) {
      observers.delete(this);
      this.observed = name;
      if (name) {
        const object = this.knowing(name, "reads", "children", "lists", "writes");
        observers.add(this);
        call_back(this, [name, ...read(object, name)]);
      }
    }

    get(name) {
      const object = this.knowing(name, "reads", "writes", "children", "lists");
      return object ? read(object, name) : null;
    }

    set(name, value) {
      this.changes(`set ${name}`);
      const object = this.knowing(name, "writes");
      if (object) {
        object.write(name, value);
      }
    }

    call(name, ...values) {
      const object = this.knowing(name, "functions");
      if (!name.startsWith("get_")) {
        this.changes(name);
      }
      return object ? FUNCTIONS[name](object, ...values) : null;
    }

    changes(what) {
      if (observing) {
        fatal(`${what}: the set is changed in an observer's callback`);
      }
    }
  };
}

module.exports = { makeLiveAPI };

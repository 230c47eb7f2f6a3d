// Where a finished loop goes: the slot that is selected, the next free slot of the device's own
// track, or the Arrangement at the playhead. What is there already is never replaced.

var SELECTED = 0;
var FREE = 1;
var ARRANGEMENT = 2;
var NEW_SCENE = { wait: true }; // one has been made: look again

/** Slots that this device has filled, by id. */
var ours = {};

/** What has been looked at, by its path: Live remembers every LiveAPI for as long as it runs. */
var looked_at = {};

/**
 * @param {string} path
 * @returns {LiveAPI} always the same
 */
function at(path) {
  looked_at[path] = looked_at[path] || new LiveAPI(path);
  return looked_at[path];
}

/**
 * An object by its id, which it may go on telling when the object is gone; 0 is none.
 * @param {number} id
 * @returns {LiveAPI}
 */
function by_id(id) {
  return at("id " + id);
}

/**
 * What a property holds; nothing where Live only printed that it cannot be had.
 * @param {LiveAPI} api
 * @param {string} name
 * @returns {Array}
 */
function values_of(api, name) {
  return api.get(name) || [];
}

/**
 * A child of an object.
 * @param {LiveAPI} api
 * @param {string} name
 * @returns {LiveAPI}
 */
function child(api, name) {
  return by_id(+values_of(api, name)[1] || 0); // "id", 3
}

/**
 * @param {LiveAPI} api
 * @param {string} name of a list of children
 * @returns {Array<number>} their ids
 */
function list_of_ids(api, name) {
  var ids = [];
  var values = values_of(api, name); // "id", 3, "id", 4
  for (var i = 1; i < values.length; i += 2) {
    ids.push(+values[i]);
  }
  return ids;
}

function is_there(api) {
  return +api.id !== 0;
}

function text_of(api, name) {
  var values = values_of(api, name);
  return values.length ? String(values[0]) : "";
}

function number_of(api, name) {
  return +values_of(api, name)[0] || 0;
}

/** @returns {LiveAPI} the track that the device is on, also when it is inside of a rack */
function own_track() {
  var api = at("this_device");
  while (is_there(api) && api.type !== "Track") {
    api = child(api, "canonical_parent");
  }
  return api;
}

/** @returns {number} id of the slot that is selected now; 0 for none */
function selected_slot_id() {
  return +child(at("live_set view"), "highlighted_clip_slot").id;
}

/**
 * Why no audio clip can be on a track; empty where one can.
 * @param {LiveAPI} track
 */
function why_not_on(track) {
  var name = text_of(track, "name");
  if (number_of(track, "is_foldable")) {
    return name + " is a group: put the device on an audio track";
  }
  // Return tracks and the main one hear audio, but have no slots.
  if (!number_of(track, "has_audio_input") || !list_of_ids(track, "clip_slots").length) {
    return name + " is no audio track: put the device on one";
  }
  return number_of(track, "is_frozen") ? name + " is frozen: unfreeze it" : "";
}

/**
 * Where a loop goes now.
 * @param {Object} loop
 * @returns {Object} `track`, `slot` or `beats`, and `where`; or `reason`, which is `lasting` where
 *   nothing will change it; or NEW_SCENE
 */
function target_of(loop) {
  var job = loop.job;
  if (job.row) {
    return target_in_row(loop);
  }
  if (job.target === ARRANGEMENT) {
    return in_arrangement(own_track(), arrangement_beats(job), clips[loop.clip]);
  }
  if (job.target === SELECTED && !job.due_bar) {
    var then = by_id(job.selected);
    var first = is_there(then) ? in_slot(then) : null;
    return first && !first.reason ? first : in_slot(by_id(selected_slot_id()));
  }
  return in_free_slot(job, own_track());
}

function in_slot(slot) {
  if (!is_there(slot)) {
    return { reason: "no slot is selected: select an empty one" };
  }
  var track = child(slot, "canonical_parent");
  var reason = why_not_on(track);
  var where = text_of(track, "name") + ", slot ";
  where += list_of_ids(track, "clip_slots").indexOf(+slot.id) + 1;
  if (!reason && number_of(slot, "has_clip")) {
    reason = where + " holds a clip already: select an empty one";
  }
  return reason ? { reason: reason } : { track: +track.id, slot: +slot.id, where: where };
}

function in_free_slot(job, track) {
  var reason = why_not_on(track);
  if (reason) {
    return { reason: reason };
  }
  var slots = list_of_ids(track, "clip_slots");
  for (var i = 0; i < slots.length; i++) {
    if (is_free(slots[i])) {
      return in_slot(by_id(slots[i]));
    }
  }
  return new_scene(job, text_of(track, "name"));
}

/** Makes a scene, once for a job: some editions of Live have only so many. */
function new_scene(job, full) {
  if (job.scene_made) {
    return { reason: full + " has no free slot, and Live makes no more scenes: take a clip away" };
  }
  job.scene_made = true;
  song.api.call("create_scene", -1);
  return NEW_SCENE;
}

/** Whether a slot has no clip, and no loop is on its way there. */
function is_free(slot) {
  for (var i = 0; i < placing.length; i++) {
    if (placing[i].place && placing[i].place.slot === slot) {
      return false;
    }
  }
  return !number_of(by_id(slot), "has_clip");
}

/** The playhead; the next bar while it moves, and the bar that Auto wants. */
function arrangement_beats(job) {
  if (!song.playing && !job.due_bar) {
    return number_of(song.api, "current_song_time");
  }
  return start_of(Math.max(job.due_bar, bar_of(position_now()) + 1));
}

/** A place in the Arrangement; until it is warped, a clip is as long as its file lasts there. */
function in_arrangement(track, beats, told) {
  var reason = why_not_on(track);
  var taken = reason ? [] : arrangement_clips(track);
  var where = "Arrangement, bar " + bar_of(beats);
  var end = beats + Math.max(told.quarters, (told.seconds * song.bpm) / 60);
  for (var i = 0; i < taken.length && !reason; i++) {
    if (number_of(taken[i], "start_time") < end && beats < number_of(taken[i], "end_time")) {
      reason = text_of(track, "name") + " has no room in the Arrangement at bar ";
      reason += bar_of(beats) + ": move the playhead";
    }
  }
  return reason ? { reason: reason } : { track: +track.id, slot: 0, beats: beats, where: where };
}

function arrangement_clips(track) {
  return list_of_ids(track, "arrangement_clips").map(by_id);
}

// The key of a render: Live's own scale, any, or the one that is chosen on the device.

/** The modes that can be rendered, as semitones above the root. */
var MODES = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  locrian: [0, 1, 3, 5, 6, 8, 10],
  "harmonic minor": [0, 2, 3, 5, 7, 8, 11],
};

var LIVES_KEY = 0;
var ANY_KEY = 1;
var FIRST_ROOT = 2; // in the menu: C

/**
 * The key to ask for.
 * @returns {{key: string, note: string}} empty for any; what should be said of it
 */
function wanted_key() {
  if (settings.root === ANY_KEY) {
    return { key: "", note: "any key" };
  }
  if (settings.root !== LIVES_KEY) {
    var chosen = CONTROLS.root[settings.root] + " " + CONTROLS.mode[settings.mode];
    return { key: chosen, note: chosen };
  }
  if (!song.scale_on) {
    return { key: "", note: "any key (Live's scale is off)" };
  }
  var root = CONTROLS.root[FIRST_ROOT + song.root];
  var mode = song.scale.toLowerCase();
  if (MODES[mode]) {
    return { key: root + " " + mode, note: root + " " + mode };
  }
  var near = nearest_mode(song.intervals);
  if (!near) {
    return { key: "", note: "any key (nothing like " + root + " " + song.scale + " is known)" };
  }
  var key = root + " " + near;
  return { key: key, note: key + " (the nearest to " + root + " " + song.scale + ")" };
}

/**
 * The mode that a scale is most like.
 * @param {Array<number>} intervals the scale, as semitones above its root
 * @returns {string} the mode that lacks the fewest of its notes, one at most, and has its third
 *   where it can be had; or empty
 */
function nearest_mode(intervals) {
  var best = "";
  var least = 1.75;
  for (var mode in MODES) {
    var lacks = 0;
    for (var i = 0; i < intervals.length; i++) {
      lacks += MODES[mode].indexOf(+intervals[i]) < 0 ? 1 : 0;
      lacks += is_third(+intervals[i]) && MODES[mode].indexOf(+intervals[i]) < 0 ? 0.5 : 0;
    }
    if (lacks < least) {
      least = lacks;
      best = mode;
    }
  }
  return best;
}

function is_third(interval) {
  return interval === 3 || interval === 4;
}

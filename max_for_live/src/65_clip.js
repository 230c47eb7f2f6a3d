// What a clip should be: warped at its own tempo, looped from end to end, named and coloured. Each
// property is read first and set only where it is not as wanted, so that undo is not flooded.

/** Modes of warping: Beats for what is struck, Tones for one voice, Complex for many. */
var WARP_MODES = { drums: 0, bass: 1, chords: 4, lead: 1, full: 4 };
/** Colours of Live's palette, by part: red, blue, purple, yellow, green. */
var COLOURS = { drums: 14, bass: 22, chords: 24, lead: 17, full: 20 };
var ONE_BAR = 5; // as a clip counts launch quantisations
var CLOSE = 0.0005; // in quarter notes
var LONGEST_NAME = 60;

/**
 * Takes one step towards what a clip should be.
 * @param {Object} loop that the clip is of
 * @param {LiveAPI} clip
 * @param {boolean} patient whether to wait for what is not as wanted, or to go on without it
 * @returns {string} what was not as wanted; empty when all is
 */
function settle_clip(loop, clip, patient) {
  var told = clips[loop.clip];
  // Live warps in its own time, and loops only what is warped: one after the other.
  var wrong = set_where_wrong(clip, [["warping", 1]]);
  wrong = wrong || settle_markers(clip, told.quarters, told.seconds);
  var steps = wanted_of(loop, told);
  for (var i = 0; i < steps.length && !(wrong && patient); i++) {
    var also = set_where_wrong(clip, steps[i]);
    wrong = wrong || also;
  }
  if (wrong || loop.place.slot) {
    return wrong;
  }
  var quarters = number_of(clip, "end_time") - number_of(clip, "start_time");
  return is_close(quarters, told.quarters) ? "" : "length";
}

/** What a warped clip should be: lists of names and values, each set when the one before it is. */
function wanted_of(loop, told) {
  // Before it is looped: a clip in the Arrangement then stays as long as it was.
  var ends = [
    ["loop_start", 0],
    ["loop_end", told.quarters],
    ["start_marker", 0],
    ["end_marker", told.quarters],
  ];
  var name = loop.job.name.slice(0, LONGEST_NAME);
  var looks = [
    ["name", told.part === "full" ? name : name + " (" + told.part + ")"],
    ["color_index", COLOURS[told.part]],
  ];
  if (loop.place.slot) {
    looks.push(["launch_quantization", ONE_BAR]);
  }
  var mode = [["warp_mode", WARP_MODES[told.part]]];
  return [mode.concat(ends), [["looping", 1]], ends.concat(looks)];
}

/** Sets properties that are not as wanted; returns the first one's name, or empty. */
function set_where_wrong(clip, wanted_values) {
  var wrong = "";
  wanted_values.forEach(function (pair) {
    var is = values_of(clip, pair[0])[0];
    if (!is_as(is, pair[1])) {
      wrong = wrong || pair[0];
      clip.set(pair[0], pair[1]);
    }
  });
  return wrong;
}

/** Whether a value is as wanted; Live reads `1.50` as a number, and gives 1.5 back as a name. */
function is_as(is, wanted_value) {
  return String(is) === wanted_value || is_close(+is, +wanted_value);
}

function is_close(one, other) {
  return Math.abs(one - other) < CLOSE;
}

/**
 * Lays the warp markers on the line from the file's beginning to its end: Live guesses tempos.
 * @param {LiveAPI} clip
 * @param {number} quarters the length of the loop
 * @param {number} seconds the length of its file
 * @returns {string} "warp markers" when they were not there yet, or empty
 */
function settle_markers(clip, quarters, seconds) {
  var bps = quarters / seconds;
  var markers = markers_of(clip);
  // The last one is Live's own: it only carries the tempo on, and cannot be taken away.
  var own = markers.slice(0, -1);
  var wrong = own.filter(function (marker) {
    return !is_on_line(marker, bps);
  });
  if (own.length && !wrong.length && is_on_line(markers[own.length], bps)) {
    return "";
  }
  if (wrong.length && own.length > 1) {
    clip.call("remove_warp_marker", wrong[0].beat_time);
  } else if (wrong.length) {
    var to = wrong[0].sample_time * bps;
    clip.call("move_warp_marker", wrong[0].beat_time, to - wrong[0].beat_time);
  } else if (own.length) {
    // In the middle: one at the very end of the file might be refused.
    clip.call("add_warp_marker", { beat_time: quarters / 2, sample_time: seconds / 2 });
  }
  return "warp markers";
}

/** @returns {Array} a clip's warp markers; none until Live has made them */
function markers_of(clip) {
  try {
    return JSON.parse(String(clip.get("warp_markers"))).warp_markers;
  } catch (error) {
    return [];
  }
}

function is_on_line(marker, bps) {
  return is_close(marker.sample_time * bps, marker.beat_time);
}

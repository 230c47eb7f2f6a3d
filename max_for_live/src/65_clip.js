// What a clip should be: warped at its own tempo, looped from end to end, named and coloured. Each
// property is read first and set only where it is not as wanted, so that undo is not flooded.

/** Modes of warping: Beats for what is struck, Tones for one voice, Complex for many. */
var WARP_MODES = { drums: 0, bass: 1, chords: 4, lead: 1, full: 4 };
/** Colours of Live's palette, by part: red, blue, purple, yellow, green. */
var COLOURS = { drums: 14, bass: 22, chords: 24, lead: 17, full: 20 };
var ONE_BAR = 5; // as a clip counts launch quantisations
var CLOSE = 0.0005; // in quarter notes
var SLOWEST = 5 / 60; // quarter notes a second that Live allows between markers

/**
 * Takes one step towards what a clip should be.
 * @param {LiveAPI} clip
 * @param {Object} told what the server has told of it
 * @param {string} name
 * @param {boolean} patient whether to wait for warp markers, or to go on without them
 * @returns {string} what was not as wanted; empty when all is
 */
function settle_clip(clip, told, name, patient) {
  // Live warps in its own time, and loops only what is warped: one after the other.
  var warping = set_where_wrong(clip, [["warping", 1]]);
  var markers = warping ? "" : settle_markers(clip, told.quarters, told.seconds);
  if (warping || (markers && patient)) {
    return warping || markers;
  }
  return (
    set_where_wrong(clip, [
      ["warp_mode", WARP_MODES[told.part]],
      ["looping", 1],
    ]) ||
    set_where_wrong(clip, [
      ["loop_start", 0],
      ["loop_end", told.quarters],
      ["start_marker", 0],
      ["end_marker", told.quarters],
      ["name", told.part === "full" ? name : name + " (" + told.part + ")"],
      ["color_index", COLOURS[told.part]],
      ["launch_quantization", ONE_BAR],
    ]) ||
    markers
  );
}

/** Sets properties that are not as wanted; returns the first one's name, or empty. */
function set_where_wrong(clip, wanted_values) {
  var wrong = "";
  wanted_values.forEach(function (pair) {
    var is = clip.get(pair[0])[0];
    if (typeof pair[1] === "string" ? String(is) !== pair[1] : !is_close(+is, pair[1])) {
      wrong = wrong || pair[0];
      clip.set(pair[0], pair[1]);
    }
  });
  return wrong;
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
  var markers = JSON.parse(String(clip.get("warp_markers"))).warp_markers;
  var line = { quarters: quarters, end: seconds * times_a_second(clip, markers) };
  // The last one is Live's own: it only carries the tempo on, and cannot be taken away.
  var own = markers.slice(0, -1);
  var wrong = own.filter(function (marker) {
    return !is_on_line(marker, line);
  })[0];
  if (wrong && own.length > 1) {
    clip.call("remove_warp_marker", wrong.beat_time);
  } else if (wrong) {
    clip.call("move_warp_marker", wrong.beat_time, beat_on_line(wrong, line) - wrong.beat_time);
  } else if (!is_on_line(markers[markers.length - 1], line)) {
    clip.call("add_warp_marker", { beat_time: quarters, sample_time: line.end });
  } else {
    return "";
  }
  return "warp markers";
}

/** How many of the units that markers count time in make a second: 1, or the file's samples. */
function times_a_second(clip, markers) {
  var beats = markers[1].beat_time - markers[0].beat_time;
  var beats_a_unit = beats / (markers[1].sample_time - markers[0].sample_time);
  return beats_a_unit < SLOWEST ? +clip.get("sample_rate") : 1;
}

function beat_on_line(marker, line) {
  return (marker.sample_time / line.end) * line.quarters;
}

function is_on_line(marker, line) {
  return is_close(beat_on_line(marker, line), marker.beat_time);
}

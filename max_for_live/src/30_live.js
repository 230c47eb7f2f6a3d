// What Live does: tempo, metre, playing, position and scale are observed, and told to the server.
// Observers only note what they hear: in one, Live allows no change of the set.

var REPORT_MS = 300;
var JUMP_QUARTERS = 0.25; // a position that is further off has been jumped to

/** The song as it was last heard of; `downbeat` is where bar number `bar` begins. */
var song = {
  api: null,
  bpm: 120,
  playing: false,
  quarters: 0,
  at_ms: 0,
  numerator: 4,
  denominator: 4,
  downbeat: 0,
  bar: 1,
  root: 0,
  scale: "Major",
  intervals: [0, 2, 4, 5, 7, 9, 11],
  scale_on: true,
};

var watchers = [];
var report_task = null;

/**
 * Observes a property; what it is now is heard at once.
 * @param {string} path
 * @param {string} property
 * @param {function(Array): void} noted hears its values
 * @returns {LiveAPI}
 */
function watch(path, property, noted) {
  var api = new LiveAPI(function (values) {
    if (values[0] === property) {
      noted(values.slice(1));
    }
  }, path);
  api.property = property;
  watchers.push(api);
  return api;
}

function unwatch(api) {
  api.property = "";
  watchers.splice(watchers.indexOf(api), 1);
}

/** Begins to observe Live. */
function watch_live() {
  song.api = at("live_set");
  report_task = new Task(report_now);
  watch_song("tempo", "bpm", Number);
  watch_song("is_playing", "playing", is_on);
  watch_song("signature_numerator", "numerator", Number);
  watch_song("signature_denominator", "denominator", Number);
  watch_song("root_note", "root", Number);
  watch_song("scale_name", "scale", String);
  watch("live_set", "current_song_time", note_position);
  if (live_version()[0] >= 12) {
    watch("live_set", "scale_intervals", function (values) {
      song.intervals = values;
    });
    watch_song("scale_mode", "scale_on", is_on); // Live 11 has no switch for it
  }
  report_task.schedule(1);
}

function watch_song(property, name, kind) {
  watch("live_set", property, function (values) {
    song[name] = kind(values[0]);
    report_task.schedule(1);
  });
}

function is_on(value) {
  return +value === 1;
}

/** @returns {Array<number>} Live's version, such as 12, 1, 5 */
function live_version() {
  var app = at("live_app");
  return [
    +app.call("get_major_version"),
    +app.call("get_minor_version"),
    +app.call("get_bugfix_version"),
  ];
}

function note_position(values) {
  var expected = position_now();
  note_quarters(+values[0]);
  if (Math.abs(song.quarters - expected) > JUMP_QUARTERS) {
    report_task.schedule(1);
  }
}

function note_quarters(quarters) {
  song.quarters = quarters;
  song.at_ms = now_ms();
}

/** @returns {number} where Live is, in quarter notes */
function position_now() {
  var moved = song.playing ? ((now_ms() - song.at_ms) * song.bpm) / 60000 : 0;
  return song.quarters + moved;
}

/** @returns {number} a bar's length in quarter notes */
function bar_quarters() {
  return (song.numerator * 4) / song.denominator;
}

/**
 * @param {number} quarters
 * @returns {number} the bar that it lies in, the first is 1
 */
function bar_of(quarters) {
  return song.bar + Math.floor((quarters - song.downbeat) / bar_quarters() + 1e-6);
}

/**
 * @param {number} bar
 * @returns {number} where it begins, in quarter notes, as long as the metre stays
 */
function start_of(bar) {
  return song.downbeat + (bar - song.bar) * bar_quarters();
}

/** Reads where bars begin, for the metre may have changed on the way. */
function read_downbeat() {
  // Bar, beat, sixteenth and ticks, each counted from 1 but the ticks.
  var counted = String(song.api.call("get_current_beats_song_time")).split(".");
  var beat = parseInt(counted[1], 10) - 1;
  var sixteenth = parseInt(counted[2], 10) - 1;
  var into_bar = (beat * 4) / song.denominator + sixteenth / 4;
  // Bars begin on sixteenths, and we are between this one and the next.
  song.downbeat = Math.floor(song.quarters * 4 + 0.01) / 4 - into_bar;
  song.bar = parseInt(counted[0], 10);
}

/** Tells the server where Live is, by the clock of the moment at which that was read. */
function report_now() {
  report_task.schedule(REPORT_MS);
  note_quarters(number_of(song.api, "current_song_time"));
  read_downbeat();
  if (server.up) {
    tell("/melfusion/transport/host", [
      song.bpm,
      song.quarters,
      song.playing ? 1 : 0,
      song.numerator + "/" + song.denominator,
      (song.at_ms * 1000) % 2147483648,
      "downbeat",
      song.downbeat,
    ]);
  }
}

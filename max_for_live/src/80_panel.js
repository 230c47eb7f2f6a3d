// What is shown on the device. Only what is no parameter of Live's is set, and only when it
// changes: a parameter's value would be a step of undo each time.

var GREEN = [0.3, 0.75, 0.45, 1];
var AMBER = [0.95, 0.65, 0.2, 1];
var RED = [0.9, 0.35, 0.3, 1];

var shown = {};
var notice = ""; // what was said last; shown while nothing is under way

function show(name, text) {
  if (shown[name] !== text) {
    shown[name] = text;
    if (text === "") {
      outlet(0, name, "clear");
    } else {
      outlet(0, name, "set", text);
    }
  }
}

/** Says a sentence on the device. */
function say(sentence) {
  notice = sentence;
  show_progress();
}

function show_light(colour) {
  if (shown.colour !== colour) {
    shown.colour = colour;
    outlet(0, ["light", "textcolor"].concat(colour));
  }
}

/** Shows who the server is, and how it is. */
function show_server() {
  show("light", "\u25cf");
  if (!server.up) {
    show_light(RED);
    show("server", "no server: start melfusion-live");
  } else {
    var well = server.same_protocol && !server.trouble;
    show_light(well ? GREEN : AMBER);
    var name = "MeLFusion Live " + server.version;
    var has = server.model ? " with " + server.model : ", loading its model";
    show("server", name + (server.same_protocol ? has : ": update it and this device"));
  }
  show_progress();
}

/** Shows what is under way, or else what was said last. */
function show_progress() {
  var ids = Object.keys(jobs);
  if (ids.length) {
    var more = ids.length > 1 ? " (and " + (ids.length - 1) + " more)" : "";
    show("progress", progress_of(jobs[ids[0]]) + more);
  } else if (server.up && server.trouble) {
    show("progress", server.trouble);
  } else {
    show("progress", notice || idle());
  }
}

function idle() {
  var bpm = Math.round(song.bpm * 100) / 100;
  var metre = song.numerator + "/" + song.denominator;
  var lacks = server.up && is_model_missing() ? "; the server has no " + settings.model : "";
  return bpm + " BPM, " + metre + ", " + wanted_key().note + lacks;
}

function progress_of(job) {
  var texts = job.loops.map(state_of).join(", ");
  if (!server.up) {
    return texts + ": sent when there is a server: start melfusion-live";
  }
  var bars = bars_to_go(job);
  return bars ? texts + ", " + bars + (bars === 1 ? " bar" : " bars") + " to go" : texts;
}

var STATES = { asked: "asked for", queued: "queued", done: "ready", placed: "placed" };

function state_of(loop) {
  var part = part_name(loop.part);
  if (loop.state === "rendering") {
    return part + " " + Math.floor(loop.progress * 100) + " %";
  }
  if (loop.state === "failed" || (loop.state === "done" && loop.reason)) {
    return part + (loop.state === "failed" ? " failed: " : " is ready, but ") + loop.reason;
  }
  return part + " " + STATES[loop.state];
}

function part_name(part) {
  return part === "full" ? "Mix" : part.charAt(0).toUpperCase() + part.slice(1);
}

/** Bars that pass in Live until all is rendered, as far as the server can tell; else 0. */
function bars_to_go(job) {
  var seconds = 0;
  job.loops.forEach(function (loop) {
    if (loop.state === "queued" || loop.state === "rendering") {
      var passed = loop.state === "rendering" ? (now_ms() - loop.told_ms) / 1000 : 0;
      seconds += Math.max(0, loop.expected_s * (1 - loop.progress) - passed);
    }
  });
  return Math.ceil((seconds * song.bpm) / 60 / bar_quarters());
}

/** What came of a job, in a sentence. */
function outcome(job) {
  return job.loops
    .map(function (loop) {
      if (loop.state === "failed") {
        return part_name(loop.part) + " failed: " + loop.reason;
      }
      var placed_in = part_name(loop.part) + " is in " + loop.place.where;
      return loop.reason ? placed_in + ", but " + loop.reason : placed_in;
    })
    .join("; ");
}

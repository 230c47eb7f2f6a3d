// Jobs: what has been asked for, one loop or a row of four, until every loop of it has ended. The
// server never renders a job twice: it is asked again until it has answered, and tells it again.

var ACKNOWLEDGED_MS = 4000; // a request that the server has is repeated less often
var LONGEST_TEXTS = 640; // bytes of words, path and model: a packet has 1024 for all that is in it
var ROW = ["drums", "bass", "chords", "lead"];
var FIRST = "give words or drop a picture first";
var TOO_LONG = "words and the picture's path are too long together: shorten one of them";

/** Those that have not ended, by their id on the wire. */
var jobs = {};
/** Their loops, by the id of the job that the server has for each. */
var loops = {};

var instance = Math.floor(Math.random() * 4294967296).toString(16);
var jobs_made = 0;
var seed = Math.floor(Math.random() * WHOLE);
var usual_s = 0; // how long a render takes, as the server said last

/**
 * Asks for a loop or a row, as the device is set now.
 * @param {Array<string>} parts
 * @param {boolean} row whether it is a row of a scene, side by side
 * @param {number} [due_bar] the bar that Auto wants it on
 * @returns {Object} the job, or null where there is nothing to render
 */
function new_job(parts, row, due_bar) {
  var hindrance = why_not_rendered();
  if (hindrance) {
    say(due_bar ? "Auto: " + hindrance : hindrance);
    return null;
  }
  jobs_made += 1;
  seed = (seed + 1) % WHOLE;
  var job = {
    id: "live-" + instance + "-" + jobs_made,
    row: row,
    due_bar: due_bar || 0,
    name: settings.words || name_of(settings.picture).replace(/\.[^.]*$/, ""),
    target: settings.target,
    selected: selected_slot_id(),
    place: null,
    loops: [],
    request: null,
    acknowledged: false,
  };
  for (var i = 0; i < parts.length; i++) {
    var loop = new_loop(job, parts[i], row ? job.id + "-" + parts[i] : job.id);
    job.loops.push(loop);
    loops[loop.id] = loop;
  }
  jobs[job.id] = job;
  var asks_for = row ? ["scene", job.id] : ["part", parts[0], "job", job.id];
  job.request = ask(
    row ? "/melfusion/scene" : "/melfusion/render",
    wanted().concat(asks_for),
    function (done, values) {
      job_answered(job, done, values);
    },
    Infinity
  );
  show_progress();
  return job;
}

function new_loop(job, part, id) {
  return {
    id: id,
    job: job,
    part: part,
    state: "asked", // queued, rendering, done, placed, failed
    progress: 0,
    expected_s: 0,
    told_ms: now_ms(),
    clip: "",
    question: null,
    reason: "",
    place: null,
  };
}

/** Why nothing can be asked for as the device is set now; empty where it can. */
function why_not_rendered() {
  if (!settings.words && !settings.picture) {
    return FIRST;
  }
  var texts = settings.words + settings.picture + settings.model;
  return unescape(encodeURIComponent(texts)).length > LONGEST_TEXTS ? TOO_LONG : "";
}

/** @returns {Array} names and values of what both kinds of requests have in common */
function wanted() {
  var values = ["bpm", song.bpm, "bars", parseInt(CONTROLS.bars[settings.bars], 10)];
  values.push("metre", song.numerator + "/" + song.denominator, "seed", seed);
  var key = wanted_key().key;
  if (key) {
    values.push("key", key);
  }
  if (settings.words) {
    values.push("prompt", settings.words);
  }
  if (settings.picture) {
    values.push("image", settings.picture, "image_strength", settings.strength / 100);
  }
  if (settings.model) {
    values.push("model", settings.model);
  }
  return values;
}

/**
 * Cancels whatever has not ended. A loop that is finished stays in the library, and one that is on
 * its way into the set goes all the way.
 */
function cancel_jobs() {
  for (var id in jobs) {
    ask("/melfusion/cancel", [id], function () {});
    if (!jobs[id].loops.some(is_on_its_way)) {
      end_job(jobs[id]);
    }
  }
}

function is_on_its_way(loop) {
  return loop.place !== null && loop.state === "done";
}

/** Asks for all jobs once more as soon as can be. */
function hurry_jobs() {
  for (var id in jobs) {
    jobs[id].request.sent_ms = 0;
  }
}

function heard_job(event) {
  var loop = loops[event.job];
  if (!loop || loop.state === "placed" || loop.state === "failed") {
    return;
  }
  loop.job.request.every_ms = ACKNOWLEDGED_MS;
  loop.job.acknowledged = true;
  usual_s = event.expected_s || usual_s;
  if (event.state === "failed" || event.state === "cancelled") {
    loop_failed(loop, event.reason);
  } else if (event.state === "done") {
    loop_done(loop, event.clip);
  } else if (loop.state !== "done") {
    loop.state = event.state;
    loop.progress = event.progress;
    loop.expected_s = event.expected_s;
    loop.told_ms = now_ms();
  }
  show_progress();
}

function heard_scene_part(event) {
  var loop = loops[event.job];
  if (loop && event.clip) {
    loop_done(loop, event.clip);
  } else if (loop) {
    loop_failed(loop, event.reason);
  }
}

function job_answered(job, done, values) {
  var made = done ? (job.row ? values[0].split(" ") : [values[0]]) : [];
  for (var i = 0; i < job.loops.length; i++) {
    var loop = job.loops[i];
    if (done) {
      loop_done(loop, made[i]);
    } else if (loop.state !== "done" && loop.state !== "placed") {
      loop_failed(loop, values[0]);
    }
  }
}

/** A loop is in the library: it is placed as soon as the server has told what there is to it. */
function loop_done(loop, clip) {
  if (loop.state === "done" || loop.state === "placed" || loop.state === "failed") {
    return;
  }
  loop.state = "done";
  loop.clip = clip;
  if (clips[clip]) {
    place(loop);
  }
  show_progress();
}

function loop_failed(loop, reason) {
  if (loop.state === "placed" || loop.state === "failed") {
    return;
  }
  loop.state = "failed";
  loop.reason = reason;
  end_if_over(loop.job);
}

/** Ends a job when all its loops have ended, and says what came of it. */
function end_if_over(job) {
  for (var i = 0; i < job.loops.length; i++) {
    if (job.loops[i].state !== "placed" && job.loops[i].state !== "failed") {
      show_progress();
      return;
    }
  }
  if (jobs[job.id]) {
    say(outcome(job));
    end_job(job);
  }
}

function end_job(job) {
  job.ended = true;
  forget(job.request);
  for (var i = 0; i < job.loops.length; i++) {
    delete loops[job.loops[i].id];
    stop_placing(job.loops[i]);
    if (job.loops[i].question) {
      forget(job.loops[i].question);
    }
  }
  delete jobs[job.id];
  if (!Object.keys(jobs).length) {
    clips = {};
  }
  show_progress();
}

// Placing: a finished loop becomes a clip in the set. Live does some of it later and only prints
// what it will not do, so each step is looked at again by a later Task, and taken once more.

var STEP_MS = 100;
var LOOK_MS = 1000; // for a place, where there was none
var MOST_STEPS = 50; // until a clip should be as it is wanted
var MOST_CREATED = 3;
var TOO_OLD =
  "Live 12.0.5 or newer is needed to place clips: drag it from the window of MeLFusion Live";

/** Loops that are finished and not in the set yet. */
var placing = [];
var placing_task = null;

/** Has a loop placed whose clip the server has told of. */
function place(loop) {
  if (placing.indexOf(loop) < 0) {
    loop.place = null;
    loop.clip_id = 0;
    loop.steps = 0;
    loop.created = 0;
    loop.look_ms = 0;
    placing.push(loop);
    placing_task.schedule(1);
  }
}

function stop_placing(loop) {
  if (placing.indexOf(loop) >= 0) {
    placing.splice(placing.indexOf(loop), 1);
  }
}

/** Takes the next step with every loop. */
function place_on() {
  placing_task.schedule(STEP_MS);
  placing.slice().forEach(function (loop) {
    if (!loop.place) {
      create(loop);
    } else if (!loop.clip_id) {
      find_created(loop);
    } else {
      settle(loop);
    }
  });
  if (!placing.length) {
    placing_task.cancel();
  }
}

/** Makes the clip where it goes now, or says why that cannot be. */
function create(loop) {
  if (now_ms() - loop.look_ms < LOOK_MS) {
    return;
  }
  loop.look_ms = now_ms();
  if (!can(own_track(), "create_audio_clip")) {
    not_placed(loop, TOO_OLD, true);
    return;
  }
  var place = target_of(loop);
  if (place.wait) {
    loop.look_ms = 0;
    return;
  }
  if (place.reason) {
    not_placed(loop, place.reason, place.lasting);
    return;
  }
  loop.place = place;
  loop.steps = 0;
  loop.created += 1;
  if (place.slot) {
    by_id(place.slot).call("create_audio_clip", file_of(loop));
  } else {
    by_id(place.track).call("create_audio_clip", file_of(loop), place.beats);
  }
}

/** Its path with forward slashes: what Live is called with it reads as text. */
function file_of(loop) {
  return plain_path(clips[loop.clip].path);
}

/** Whether an object has a function: older versions of Live lack some. */
function can(api, name) {
  return new RegExp("(^|\\s)function " + name + "(\\s|$)").test(api.info);
}

/** Looks whether the clip has come, and is ours: another device may have been there first. */
function find_created(loop) {
  var file = name_of(file_of(loop));
  var found = loop.place.slot ? [clip_in(loop.place.slot)] : clips_at(loop.place);
  found = found.filter(function (clip) {
    return is_there(clip) && name_of(plain_path(text_of(clip, "file_path"))) === file;
  });
  loop.clip_id = found.length ? +found[0].id : 0;
  loop.steps += 1;
  if (loop.clip_id) {
    loop.steps = 0;
  } else if (loop.steps >= MOST_STEPS / 5) {
    loop.place = null;
    var given_up = loop.created >= MOST_CREATED;
    not_placed(loop, "Live did not take the file: drag it from MeLFusion Live's window", given_up);
  }
}

function clip_in(slot) {
  return child(by_id(slot), "clip");
}

function clips_at(place) {
  return arrangement_clips(by_id(place.track)).filter(function (clip) {
    return Math.abs(number_of(clip, "start_time") - place.beats) < 0.01;
  });
}

/** Makes the clip what it should be, step by step. */
function settle(loop) {
  var clip = new LiveAPI("id " + loop.clip_id); // a new one knows whether it is still there
  if (!is_there(clip)) {
    not_placed(loop, "its clip has been taken away before it was complete", true);
    return;
  }
  loop.steps += 1;
  var patient = loop.steps < MOST_STEPS / 2;
  var wrong = settle_clip(loop, clip, patient);
  if (!wrong || loop.steps >= MOST_STEPS) {
    var refused = "Live did not take its " + wrong.replace(/_/g, " ") + ": look at the clip";
    placed(loop, wrong ? refused : "");
  }
}

function placed(loop, reason) {
  loop.state = "placed";
  loop.reason = reason;
  if (loop.place.slot) {
    ours[loop.place.slot] = true;
  }
  tell_placed(loop, 1, loop.place.where, reason);
  stop_placing(loop);
  end_if_over(loop.job);
}

/** Says why a loop is not placed; unless that is lasting, it is tried again. */
function not_placed(loop, reason, lasting) {
  if (loop.reason !== reason) {
    loop.reason = reason;
    tell_placed(loop, 0, "", reason);
  }
  if (lasting) {
    stop_placing(loop);
    loop_failed(loop, reason);
  }
  show_progress();
}

function tell_placed(loop, is_placed, where, reason) {
  // A server of before this request refuses it, which changes nothing.
  ask("/melfusion/placed", [loop.clip, is_placed, where, reason], function () {});
}

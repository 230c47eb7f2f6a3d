// Auto: while Live plays, a new variation every so many bars. Each is asked for when the one before
// it is due, for a bar that it can be rendered for in time. It is placed in the next free slot or
// in the Arrangement; where the track plays a loop of ours in Session view, the variation is
// launched in the bar before it is due.

var SLACK = 1.3; // a render may take longer than the last ones
var SLACK_S = 3; // until it is asked for, placed and made a loop

/** The variation that is on its way, and the bar that it is due on. */
var next_take = { job: null, due_bar: 0 };

/** Looked at four times a second. */
function keep_auto() {
  var every = parseInt(CONTROLS.auto[settings.auto], 10) || 0;
  if (!every || !song.playing) {
    next_take.job = null;
    next_take.due_bar = 0;
    return;
  }
  var here = position_now();
  launch_in_time(here);
  if (is_awaited(here, every)) {
    return;
  }
  next_take.due_bar = next_due_bar(here, every);
  next_take.job = new_job([wanted_part()], false, next_take.due_bar);
}

/** Whether a variation is on its way, or the last one not due yet. */
function is_awaited(here, every) {
  if (next_take.job && !next_take.job.ended) {
    return true;
  }
  var bars_left = next_take.due_bar - bar_of(here);
  return bars_left > 0 && bars_left <= 2 * every + bars_to_render();
}

/** The next bar that a variation is due on and can be rendered for. */
function next_due_bar(here, every) {
  var earliest = bar_of(here) + bars_to_render();
  return Math.ceil((earliest - 1) / every) * every + 1;
}

/** @returns {number} how many bars pass while a loop is rendered */
function bars_to_render() {
  var quarters = ((usual_s * SLACK + SLACK_S) * song.bpm) / 60;
  return Math.ceil(quarters / bar_quarters());
}

/** Ends it: the menu as well, so that it does not begin again. */
function end_auto() {
  if (settings.auto) {
    settings.auto = 0;
    show("auto", 0);
  }
}

function launch_in_time(here) {
  var placed = next_take.job && next_take.job.ended ? next_take.job.loops[0].place : null;
  if (!placed || !placed.slot || next_take.job.launched || bar_of(here) < next_take.due_bar - 1) {
    return;
  }
  next_take.job.launched = true;
  var track = by_id(placed.track);
  var playing = number_of(track, "playing_slot_index");
  if (playing >= 0 && ours[list_of_ids(track, "clip_slots")[playing]]) {
    by_id(placed.slot).call("fire");
  }
}

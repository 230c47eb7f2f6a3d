// Where the loops of a row go: side by side, each on its part's track. A part's track is the first
// audio track whose name holds the part's name, such as "Bass line"; parts without one take the
// device's own track and the audio tracks to its right, in the order drums, bass, chords, lead.

/**
 * Where one loop of a row goes: where all of them go is settled once, when the first is finished.
 * @param {Object} loop
 * @returns {Object} as target_of says
 */
function target_in_row(loop) {
  var row = loop.job.place || row_of(loop.job);
  if (row.reason || row.wait) {
    return row;
  }
  loop.job.place = row;
  if (!row.tracks[loop.part]) {
    var reason = "there is no audio track for it: add one to the right, or name one " + loop.part;
    return { reason: reason, lasting: true };
  }
  var track = by_id(row.tracks[loop.part]);
  if (loop.job.target === ARRANGEMENT) {
    return in_arrangement(track, row.beats, clips[loop.clip]);
  }
  return in_slot(by_id(list_of_ids(track, "clip_slots")[row.index] || 0));
}

/** The part's tracks, and the row of slots or the place in the Arrangement. */
function row_of(job) {
  var tracks = part_tracks(job);
  if (job.target === ARRANGEMENT) {
    return { tracks: tracks, beats: arrangement_beats(job) };
  }
  var slots = slots_of(tracks);
  if (job.target === SELECTED) {
    return selected_row(job, tracks, slots);
  }
  var rows = list_of_ids(song.api, "scenes").length;
  for (var index = 0; index < rows; index++) {
    if (!taken_in_row(slots, index)) {
      return { tracks: tracks, index: index };
    }
  }
  return new_scene(job, "the set");
}

/** The row that was selected when it was asked for; where that is not empty, the one now. */
function selected_row(job, tracks, slots) {
  var taken = "no slot is selected: select one in an empty row";
  var selected = [job.selected, selected_slot_id()];
  for (var i = 0; i < selected.length; i++) {
    var slot = by_id(selected[i]);
    if (is_there(slot)) {
      var index = list_of_ids(child(slot, "canonical_parent"), "clip_slots").indexOf(selected[i]);
      taken = taken_in_row(slots, index);
      if (!taken) {
        return { tracks: tracks, index: index };
      }
    }
  }
  return { reason: taken };
}

/** @returns {Object} part -> ids of its track's slots, of the parts that have one */
function slots_of(tracks) {
  var slots = {};
  for (var part in tracks) {
    if (tracks[part]) {
      slots[part] = list_of_ids(by_id(tracks[part]), "clip_slots");
    }
  }
  return slots;
}

/** What is in the way in a row; empty when all slots of it are free. */
function taken_in_row(slots, index) {
  for (var part in slots) {
    if (!is_free(slots[part][index])) {
      var track = child(by_id(slots[part][index]), "canonical_parent");
      return text_of(track, "name") + " holds a clip in this row already: select an empty row";
    }
  }
  return "";
}

/** @returns {Object} part -> id of its track; 0 where there is none */
function part_tracks(job) {
  var usable = list_of_ids(song.api, "tracks").filter(function (id) {
    return !why_not_on(by_id(id));
  });
  var own = +own_track().id;
  var right = usable.slice(Math.max(0, usable.indexOf(own)));
  var tracks = {};
  job.loops.forEach(function (loop) {
    tracks[loop.part] = take(usable, right, function (id) {
      var name = text_of(by_id(id), "name").toLowerCase();
      return name.indexOf(loop.part) >= 0;
    });
  });
  job.loops.forEach(function (loop) {
    tracks[loop.part] = tracks[loop.part] || take(right, usable, function () {
      return true;
    });
  });
  return tracks;
}

/** Takes the first fitting id out of both lists; 0 when there is none. */
function take(ids, others, fits) {
  for (var i = 0; i < ids.length; i++) {
    var id = ids[i];
    if (fits(id)) {
      ids.splice(i, 1);
      if (others.indexOf(id) >= 0) {
        others.splice(others.indexOf(id), 1);
      }
      return id;
    }
  }
  return 0;
}

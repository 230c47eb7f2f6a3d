// Live's scenes may carry a picture and words in their names: `[img:sunset.jpg] warm dub`. When one
// is selected or launched, the device is set to it; scenes without a picture leave it as it is.

var IN_NAME = /^(.*?)\[img:\s*([^\]]+?)\s*\](.*)$/;

var scene_watchers = {}; // by the scene's id
var scene_task = null;
var watch_scenes_task = null;
var scene_wanted = 0; // id of the scene that was selected or launched last

/** Begins to observe which scene is selected, and which are launched. */
function watch_scene_names() {
  scene_task = new Task(take_scene);
  watch_scenes_task = new Task(watch_launches);
  scene_wanted = +child(at("live_set view"), "selected_scene").id;
  take_picture_again();
  watch("live_set view", "selected_scene", function (values) {
    var selected = +values[values.length - 1]; // "id", 3
    if (selected !== scene_wanted) {
      scene_wanted = selected;
      scene_task.schedule(1);
    }
  });
  watch("live_set", "scenes", function () {
    watch_scenes_task.schedule(1);
  });
}

function watch_launches() {
  var ids = list_of_ids(song.api, "scenes");
  for (var id in scene_watchers) {
    if (ids.indexOf(+id) < 0) {
      unwatch(scene_watchers[id]);
      delete scene_watchers[id];
    }
  }
  ids.forEach(function (id) {
    scene_watchers[id] = scene_watchers[id] || watch_launch(id);
  });
}

function watch_launch(id) {
  return watch("id " + id, "is_triggered", function (values) {
    if (is_on(values[0])) {
      scene_wanted = id;
      scene_task.schedule(1);
    }
  });
}

/** Sets the device to the scene that was selected or launched last. */
function take_scene() {
  var scene = read_scene();
  if (scene) {
    settings.words = scene.words;
    show("words", scene.words);
    take_picture(scene.picture);
  }
}

/**
 * Live keeps the words that a scene has set, but no picture except one that was dropped: where the
 * set is opened with that scene selected, its picture is taken again. Words of the user's own stay.
 */
function take_picture_again() {
  var scene = read_scene();
  if (scene && scene.words === settings.words && (scene.words || !settings.picture)) {
    take_picture(scene.picture);
  }
}

/** @returns {{words: string, picture: string}} what the scene's name says; null if no picture */
function read_scene() {
  var scene = by_id(scene_wanted);
  var found = is_there(scene) ? IN_NAME.exec(text_of(scene, "name")) : null;
  return found && { words: one_line(found[1] + " " + found[3]), picture: plain_path(found[2]) };
}

function take_picture(name) {
  var picture = find_picture(name);
  set_picture(picture);
  if (!picture) {
    show("picture_name", "not found: " + name_of(name));
    say(name_of(name) + " is not in " + searched(name) + ": drop the picture here");
  }
}

/** @returns {string} the path of a picture, wherever it is found; empty when it is nowhere */
function find_picture(name) {
  var paths = is_whole(name)
    ? [name]
    : picture_folders().map(function (folder) {
        return folder + "/" + name;
      });
  return paths.filter(is_file)[0] || "";
}

/** Where pictures are looked for that are named without a folder. */
function picture_folders() {
  var folders = [];
  if (new RegExp("(^|\\s)property file_path(\\s|$)").test(song.api.info)) {
    folders.push(folder_of(plain_path(text_of(song.api, "file_path")))); // since Live 12
  }
  if (settings.folder) {
    folders.push(settings.folder);
  }
  return folders.filter(is_whole);
}

function searched(name) {
  var folders = is_whole(name) ? [folder_of(name)] : picture_folders();
  return folders.join(" or ") || "any folder that is known (save the set)";
}

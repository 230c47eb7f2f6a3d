// Live's scenes may carry a picture and words in their names: `[img:sunset.jpg] warm dub`. When one
// is selected or launched, the device is set to it; scenes without a picture leave it as it is.

var IN_NAME = /^(.*?)\[img:\s*([^\]]+?)\s*\](.*)$/;

var scene_watchers = [];
var scene_task = null;
var watch_scenes_task = null;
var scene_wanted = 0; // id of the scene that was selected or launched last

/** Begins to observe which scene is selected, and which are launched. */
function watch_scene_names() {
  scene_task = new Task(take_scene);
  watch_scenes_task = new Task(watch_launches);
  watch("live_set view", "selected_scene", function (values) {
    scene_wanted = +values[1];
    scene_task.schedule(1);
  });
  watch("live_set", "scenes", function () {
    watch_scenes_task.schedule(1);
  });
}

function watch_launches() {
  scene_watchers.forEach(unwatch);
  scene_watchers = list_of_ids(song.api, "scenes").map(function (id) {
    return watch("id " + id, "is_triggered", function (values) {
      if (is_on(values[0])) {
        scene_wanted = id;
        scene_task.schedule(1);
      }
    });
  });
}

/** Sets the device to the scene that was selected or launched last. */
function take_scene() {
  var scene = new LiveAPI("id " + scene_wanted);
  var found = is_there(scene) ? IN_NAME.exec(text_of(scene, "name")) : null;
  if (!found) {
    return;
  }
  settings.words = (found[1] + " " + found[3]).replace(/\s+/g, " ").trim();
  show("words", settings.words);
  var picture = find_picture(plain_path(found[2]));
  set_picture(picture);
  if (!picture) {
    show("picture_name", "not found: " + name_of(found[2]));
    say(name_of(found[2]) + " is not in " + searched(found[2]) + ": drop the picture here");
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
  var folders = is_whole(plain_path(name)) ? [folder_of(plain_path(name))] : picture_folders();
  return folders.join(" or ") || "any folder that is known (save the set)";
}

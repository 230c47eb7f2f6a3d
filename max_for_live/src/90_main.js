// What the object hears: settings as `name value`, presses as `name 1`, `begin` when Live is ready,
// and the server's messages, whose selector is their address.

autowatch = 0;
inlets = 1;
outlets = 3;

var TICK_MS = 250;

/** As the device is set: menus by their index. `folder` is where the last picture came from. */
var settings = {
  picture: "",
  folder: "",
  words: "",
  part: 0,
  bars: 2,
  root: 0,
  mode: 1,
  strength: 100,
  target: 1,
  auto: 0,
  port: MELFUSION.port,
  model: "",
};

var begun = false;
var tick_task = null;

var EVENTS = {
  "/melfusion/job": heard_job,
  "/melfusion/clip": heard_clip,
  "/melfusion/model": heard_model,
  "/melfusion/scene/part": heard_scene_part,
};

var HEARD = {
  picture: function (values) {
    var path = plain_path(values.join(" "));
    set_picture(is_whole(path) ? path : "");
    settings.folder = settings.picture ? folder_of(settings.picture) : settings.folder;
  },
  words: function (values) {
    settings.words = one_line(values.join(" "));
    delete shown.words; // the user's own text is there now
  },
  auto: function (values) {
    settings.auto = values[0];
    delete shown.auto;
  },
  port: function (values) {
    outlet(1, "port", values[0]);
    settings.port = values[0];
    reconnect();
  },
  model: function (values) {
    settings.model = values.join(" ");
    show_models();
  },
  models: function (values) {
    choose_model(values[0]);
  },
  clear: pressed(function () {
    set_picture("");
  }),
  render: pressed(function () {
    new_job([wanted_part()], false);
  }),
  row: pressed(function () {
    new_job(ROW, true);
  }),
  cancel: pressed(function () {
    end_auto();
    cancel_jobs();
    say("Cancelled.");
  }),
};

/** A button sends 1 when it is pressed and 0 when it is released. */
function pressed(act) {
  return function (values) {
    if (begun && values[0] === 1) {
      act();
    }
  };
}

/** Max calls this with every message for which there is no function of its name. */
function anything() {
  var values = arrayfromargs(arguments);
  if (messagename.charAt(0) === "/") {
    heard(messagename, values);
  } else if (HEARD[messagename]) {
    HEARD[messagename](values);
    show_progress();
  } else if (settings[messagename] !== undefined) {
    settings[messagename] = values[0];
    show_progress();
  }
}

/** Live is ready: from now on it may be asked. Max calls this by its name. */
function begin() {
  if (begun) {
    return;
  }
  begun = true;
  show("stamp", BUILD);
  outlet(2, "port", server.port);
  placing_task = new Task(place_on);
  watch_live();
  watch_scene_names();
  tick_task = new Task(tick);
  tick_task.interval = TICK_MS;
  tick_task.repeat();
  show_models();
  show_server();
}

function tick() {
  keep_wire();
  keep_clips();
  keep_auto();
  show_progress();
}

/** Max calls this when the device is taken away: too late to send anything. */
function notifydeleted() {
  if (begun) {
    [tick_task, report_task, placing_task, scene_task, watch_scenes_task].forEach(function (task) {
      task.cancel();
    });
    watchers.slice().forEach(unwatch);
    begun = false;
  }
}

function set_picture(path) {
  settings.picture = path;
  show("picture_name", name_of(path));
}

function one_line(text) {
  return text.replace(/\s+/g, " ").trim();
}

function wanted_part() {
  return settings.part === 0 ? "full" : CONTROLS.part[settings.part].toLowerCase();
}

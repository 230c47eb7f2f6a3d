// Which model renders: the server's own, or one of those on its machine. A choice is kept with the
// set by its name, whatever server there will be: the script says it to what keeps it, and hears it
// from there, as it does when a set is opened or a choice undone.

var THE_SERVERS = "As the server has it";
var LOOK_AGAIN = "Look again";

/** Names of the models on the server's machine; null until it has told them. */
var models_here = null;
/** What it has told since it was asked last: name -> 1 where the model is there. */
var models_told = {};
/** The models behind the menu's items, by name; empty for the server's own. */
var offered = [];

/** Asks which models there are. */
function ask_for_models() {
  models_told = {};
  var request = ask("/melfusion/models/list", [], function (done, values) {
    if (done && Object.keys(models_told).length < values[0]) {
      asked[request.id] = request; // some were lost on the way: it is asked again
    } else if (done) {
      models_here = Object.keys(models_told).filter(function (name) {
        return models_told[name];
      });
      show_models();
    }
  });
}

function heard_model(event) {
  models_told[event.name] = event.here;
}

/** Has what the user has chosen in the menu kept. */
function choose_model(index) {
  if (index >= offered.length) {
    ask_for_models();
    show_models();
  } else if (offered[index]) {
    outlet(0, "model", "text", offered[index]);
  } else {
    outlet(0, "model", "text");
  }
}

/** Whether the model that is chosen is not on the server's machine, as far as that is known. */
function is_model_missing() {
  return settings.model && models_here && models_here.indexOf(settings.model) < 0;
}

/** Shows the models, and which is chosen: it stays in the menu where it is not there. */
function show_models() {
  offered = [""].concat(models_here || []);
  if (offered.indexOf(settings.model) < 0) {
    offered.push(settings.model);
  }
  var items = offered.map(item_of).concat(LOOK_AGAIN);
  if (shown.models !== items.join("\n")) {
    shown.models = items.join("\n");
    outlet(0, "models", "clear");
    items.forEach(function (item) {
      // Word by word: around one that holds spaces Max shows quotation marks.
      outlet(0, ["models", "append"].concat(item.match(/\S+/g)));
    });
  }
  outlet(0, "models", "set", offered.indexOf(settings.model));
}

function item_of(name) {
  if (name && name === settings.model && is_model_missing()) {
    return name + " (not here)";
  }
  return name || THE_SERVERS;
}

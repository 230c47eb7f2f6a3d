// What the server tells of finished loops: the file, the tempo, the length. It says so of itself
// when one is finished, and is asked where that was not heard.

/** What the server has told of clips, by id; emptied when nothing is waited for. */
var clips = {};

function heard_clip(event) {
  if (!Object.keys(loops).length) {
    return;
  }
  event.recipe = "";
  clips[event.clip] = event;
  for (var id in loops) {
    if (loops[id].state === "done" && loops[id].clip === event.clip) {
      place(loops[id]);
    }
  }
}

/** Asks for what has not been told of finished loops: looked at four times a second. */
function keep_clips() {
  for (var id in loops) {
    if (loops[id].state === "done" && !clips[loops[id].clip] && !loops[id].question) {
      ask_for_clip(loops[id]);
    }
  }
}

function ask_for_clip(loop) {
  var values = ["clip", loop.clip, "recipes", 0];
  loop.question = ask(
    "/melfusion/clips/list",
    values,
    function (told, counts) {
      loop.question = null;
      if (!told || counts[0] === 0) {
        loop_failed(loop, "its clip is not in the library any more: render it once more");
      }
    },
    Infinity
  );
}

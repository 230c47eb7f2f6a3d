// Runs the device's script in the fake of Max and Live: `node host.js SCRIPT`. The first line on
// stdin is the configuration, as JSON; each other line is what the user does in Live, or `look`.
// Each is answered with one line. Whatever the script does wrong ends the program with status 1.
"use strict";

const fs = require("fs");
const readline = require("readline");
const vm = require("vm");
const { FakeMax } = require("./fake_max.js");
const { FakeSet } = require("./fake_set.js");
const { makeLiveAPI } = require("./fake_live.js");

function start(config) {
  const max = new FakeMax(config);
  const set = new FakeSet(config.live, (sentence) => max.print(sentence));
  const device = { begun: false, apis: 0 };
  const script = vm.createContext({ ...max.globals, LiveAPI: makeLiveAPI(set, device) });
  max.run(script, fs.readFileSync(process.argv[2], "utf8"));
  return {
    message(name, ...values) {
      device.begun = device.begun || name === "begin";
      max.message(name, values);
    },
    choose: (menu, item) => max.choose(menu, item),
    song: (name, value) => set.change_song(name, value),
    select: (track, slot) => set.select_slot(track, slot),
    select_scene: (index) => set.select_scene(index),
    create_scene: () => set.create_scene(),
    launch: (index) => set.launch(set.scenes[index]),
    fire: (track, slot) => set.fire(set.tracks[track].slots[slot]),
    take_away: (track, slot) => set.take_clip_away(track, slot),
    track: (index, name, value) => set.change(set.tracks[index], name, value),
    look: () => ({
      ...set.look(),
      panel: max.panel,
      light: max.light,
      menus: max.menus,
      kept: max.kept,
      posted: max.posted,
      sent: max.sent,
      port: max.port,
      tasks: max.tasks.size,
      apis: device.apis,
    }),
  };
}

let user = null;
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const words = JSON.parse(line);
  const said = user ? user[words[0]](...words.slice(1)) : void (user = start(words));
  process.stdout.write(JSON.stringify({ said: said === undefined ? null : said }) + "\n");
});
process.stdin.on("close", () => process.exit(0));

// Max around a script of its js object: what the script may call, with real UDP, strictly.
//
// What Max would do wrong without a word ends the whole program here: values that no message can
// hold, controls that are not there, a function that throws. What Max only prints is printed.
"use strict";

const dgram = require("dgram");
const fs = require("fs");
const vm = require("vm");
const osc = require("./osc.js");

const LONGEST_PACKET = 1024;

/** Ends the program: the script has done what must not be done. */
function fatal(reason) {
  fs.writeSync(1, JSON.stringify({ fatal: String(reason) }) + "\n");
  process.exit(1);
}

/** Runs a function of the script's. */
function guarded(run) {
  try {
    return run();
  } catch (error) {
    return fatal(error.stack);
  }
}

/** Datagrams are lost by chance, which is the same in every run. */
class Chance {
  constructor(seed) {
    this.state = seed;
  }

  happens(share) {
    this.state = (this.state * 1103515245 + 12345) % 2147483648;
    return this.state / 2147483648 < share;
  }
}

class FakeMax {
  /**
   * @param {{controls: string[], menus?: string[], keepers?: string[], lose_out?: number,
   *   lose_in?: number, random?: number}} config what the patcher shows; its menus that the script
   *   fills, and what only keeps a text; the shares of datagrams that are lost; what the script
   *   draws first
   */
  constructor(config) {
    this.config = config;
    this.posted = [];
    this.panel = {};
    this.light = null;
    this.menus = named(config.menus, () => ({ items: [], shown: -1 }));
    this.kept = named(config.keepers, () => []);
    this.sent = [];
    this.server = null;
    this.port = null;
    this.chance = new Chance(1);
    this.sender = dgram.createSocket("udp4");
    this.receiver = null;
    this.tasks = new Set();
    this.script = null;
    this.deleted = false;
    this.globals = this.makeGlobals();
  }

  makeGlobals() {
    const max = this;
    return {
      messagename: "",
      post: (...words) => void max.posted.push(words.join(" ")),
      error: (...words) => void max.posted.push("error: " + words.join(" ")),
      arrayfromargs: (values) => Array.from(values),
      outlet: (number, ...values) => max.outlet(number, values.flat()),
      Task: makeTask(max),
      File: FakeFile,
    };
  }

  /** Loads the script, whose first chance may be laid down. */
  run(script, text) {
    this.script = script;
    const math = vm.runInContext("Math", script);
    const random = math.random;
    let drawn = this.config.random === undefined;
    math.random = () => (drawn ? random() : ((drawn = true), this.config.random));
    guarded(() => vm.runInContext(text, script));
  }

  print(sentence) {
    this.posted.push(sentence);
  }

  /** A message to the js object: a function of its name, or else anything(). */
  message(name, values) {
    this.deleted = this.deleted || name === "notifydeleted";
    guarded(() => {
      this.script.messagename = name;
      const named = this.script[name];
      (typeof named === "function" ? named : this.script.anything).apply(this.script, values);
    });
  }

  outlet(number, values) {
    if (this.deleted) {
      fatal(`outlet ${number} of a deleted object`);
    }
    for (const value of values) {
      if (typeof value !== "string" && !Number.isFinite(value)) {
        fatal(`outlet ${number} is sent ${value} in ${JSON.stringify(values)}`);
      }
    }
    [() => this.show(values), () => this.udpsend(values), () => this.udpreceive(values)][number]();
  }

  show([name, message, ...values]) {
    if (this.menus[name]) {
      this.fill(name, message, values);
    } else if (this.kept[name]) {
      this.keep(name, message, values);
    } else if (!this.config.controls.includes(name)) {
      fatal(`there is no control ${name} that shows anything`);
    } else if (name === "light" && message === "textcolor" && values.length === 4) {
      this.light = values;
    } else if (message === "set" && values.length === 1 && values[0] !== "") {
      this.panel[name] = values[0];
    } else if (message === "clear" && !values.length) {
      this.panel[name] = "";
    } else {
      fatal(`${name} does not understand ${message} ${values}`);
    }
  }

  /** A umenu, whose items come word by word; the first is shown until another is set. */
  fill(name, message, values) {
    const menu = this.menus[name];
    if (message === "clear" && !values.length) {
      this.menus[name] = { items: [], shown: -1 };
    } else if (message === "append" && values.length && values.every(isWord)) {
      menu.items.push(values.join(" "));
      menu.shown = Math.max(menu.shown, 0);
    } else if (message === "set" && values.length === 1 && menu.items[values[0]] !== undefined) {
      menu.shown = values[0];
    } else {
      fatal(`the menu ${name} does not understand ${message} ${values}`);
    }
  }

  /** A pattr, which takes any message for what it is to keep, and says it at once. */
  keep(name, message, values) {
    if (message !== "text" || values.length > 1 || values[0] === "") {
      fatal(`${name} would keep ${message} ${values}`);
    }
    this.kept[name].push(values[0] || "");
    this.message(name, values);
  }

  /** The user chooses in a menu. */
  choose(name, item) {
    const menu = this.menus[name];
    menu.shown = menu.items.indexOf(item);
    if (menu.shown < 0) {
      fatal(`${item} is not among ${menu.items}`);
    }
    this.message(name, [menu.shown]);
  }

  udpsend([address, ...values]) {
    if (address === "port") {
      this.server = values[0];
      return;
    }
    if (this.server === null) {
      fatal("udpsend is to send before it has been told the port");
    }
    this.sent.push([address, ...values]);
    const datagram = osc.encode(address, values);
    if (datagram.length > LONGEST_PACKET) {
      fatal(`a packet of ${datagram.length} bytes: ${address}`);
    }
    if (!this.chance.happens(this.config.lose_out || 0)) {
      this.sender.send(datagram, this.server, "127.0.0.1");
    }
  }

  /** Listens on another port; where that is taken, Max prints it and hears nothing. */
  udpreceive([message, port]) {
    if (message !== "port" || !Number.isInteger(port)) {
      fatal(`udpreceive does not understand ${message} ${port}`);
    }
    if (this.receiver) {
      this.receiver.close();
    }
    const receiver = dgram.createSocket("udp4");
    this.receiver = receiver;
    this.port = port;
    receiver.on("error", () => {
      this.print(`udpreceive: port ${port} is taken`);
      receiver.close();
      if (this.receiver === receiver) {
        this.receiver = null;
      }
    });
    receiver.on("message", (datagram) => {
      if (this.script && !this.chance.happens(this.config.lose_in || 0)) {
        const [address, ...values] = osc.decode(datagram);
        this.message(address, values);
      }
    });
    receiver.bind(port, "127.0.0.1");
  }
}

/** A value for each name. */
function named(names, make) {
  return Object.fromEntries((names || []).map((name) => [name, make()]));
}

/** Whether a value is shown as it is: around what has spaces there are quotation marks. */
function isWord(value) {
  return typeof value === "string" && /^\S+$/.test(value);
}

/** Max's Task: runs later, never at once. */
function makeTask(max) {
  return class Task {
    constructor(run, owner = null, ...values) {
      if (typeof run !== "function") {
        fatal("a Task needs a function");
      }
      this.run = () => guarded(() => run.apply(owner, values));
      this.interval = 500;
      this.running = false;
      this.timer = null;
    }

    schedule(delay = 0) {
      this.cancel();
      this.begin();
      this.timer = setTimeout(() => {
        this.end();
        this.run();
      }, delay);
    }

    repeat(times = -1, delay = 0) {
      this.cancel();
      this.begin();
      const again = (left, wait) => {
        this.timer = setTimeout(() => {
          again(left - 1, this.interval);
          if (left === 1) {
            this.cancel();
          }
          this.run();
        }, wait);
      };
      again(times, delay);
    }

    begin() {
      this.running = true;
      max.tasks.add(this);
    }

    end() {
      this.running = false;
      max.tasks.delete(this);
    }

    cancel() {
      clearTimeout(this.timer);
      this.end();
    }
  };
}

/** Max's File, as far as it tells whether a file can be read. */
class FakeFile {
  constructor(path, access = "read") {
    this.isopen = access === "read" && fs.existsSync(path) && fs.statSync(path).isFile();
  }

  close() {
    this.isopen = false;
  }
}

module.exports = { FakeMax, fatal, guarded };

// The wire to the server: requests until they are answered, a reply port of our own, and the
// heartbeat. All goes out as one list, the address first; nothing is ever waited for.

var HELLO_MS = 1000;
var HEARTBEAT_MS = 5000;
var SILENCE_MS = 2 * HEARTBEAT_MS + HELLO_MS; // two heartbeats without an answer
var AGAIN_MS = 1500; // a request that nobody has answered is sent again
var MOST_TIMES = 20; // one that does not matter for ever
var FIRST_PORT = 20000;
var PORTS = 20000;
var SLOW_MS = 1000; // an answer may come so much later than others
var WHOLE = 16777216; // below it, whole numbers stay what they are where Max sends them as floats

/** What is known of the server. A reply port is proven once something has arrived on it. */
var server = {
  up: false,
  port: any_port(),
  proven: false,
  hellos: 0,
  heard_ms: 0,
  said_ms: 0,
  version: "",
  model: "",
  same_protocol: true,
  trouble: "",
  began_ms: 0,
};

/** Requests that wait for their answer, by id; another instance's ids begin elsewhere. */
var asked = {};
var last_id = Math.floor((Math.random() * WHOLE) / 2);
var last_ms = 0;

/** @returns {number} milliseconds that never go back, though the computer's clock may */
function now_ms() {
  last_ms = Math.max(last_ms, new Date().getTime());
  return last_ms;
}

/**
 * Sends a request once, whether or not it is heard.
 * @param {string} address
 * @param {Array} values what follows the id
 * @returns {number} its id
 */
function tell(address, values) {
  last_id += 1;
  send(address, last_id, values);
  return last_id;
}

/**
 * Sends a request, again and again until it is answered.
 * @param {string} address
 * @param {Array} values what follows the id
 * @param {function(boolean, Array): void} answered is told whether it was done, and what came: the
 *   answer's values, or the reason
 * @param {number} [times] how often it is sent at most
 * @returns {Object} the request; `every_ms` may be changed
 */
function ask(address, values, answered, times) {
  var request = {
    id: last_id + 1,
    address: address,
    values: values,
    answered: answered,
    left: (times || MOST_TIMES) - 1,
    every_ms: AGAIN_MS,
    sent_ms: now_ms(),
  };
  asked[request.id] = request;
  tell(address, values);
  return request;
}

/**
 * Takes no answer to a request any more.
 * @param {Object} request
 */
function forget(request) {
  delete asked[request.id];
}

function send(address, id, values) {
  outlet(1, [address, id].concat(values, ["reply_port", server.port]));
}

function any_port() {
  return FIRST_PORT + Math.floor(Math.random() * PORTS);
}

/** Hears answers on another port: this one may be another instance's, or the system's own. */
function listen_elsewhere() {
  server.port = any_port();
  outlet(2, "port", server.port);
}

/** Begins anew: another server, or none yet. */
function reconnect() {
  server.up = false;
  server.said_ms = 0;
  server.hellos = 0;
  show_server();
}

/** Keeps the connection: looked at four times a second. */
function keep_wire() {
  var now = now_ms();
  if (server.up && now - server.heard_ms > SILENCE_MS) {
    reconnect();
  }
  if (now - server.said_ms >= (server.up ? HEARTBEAT_MS : HELLO_MS)) {
    server.said_ms = now;
    if (server.up) {
      tell("/melfusion/status", []);
    } else {
      say_hello();
    }
  }
  if (server.up) {
    for (var id in asked) {
      send_again(asked[id], now);
    }
  }
}

/** Says hello; another port is tried after 1, 2, 4, 8 ... hellos without any answer. */
function say_hello() {
  if (server.hellos && !server.proven && (server.hellos & (server.hellos - 1)) === 0) {
    listen_elsewhere();
  }
  server.hellos += 1;
  tell("/melfusion/hello", []);
}

function send_again(request, now) {
  if (now - request.sent_ms < request.every_ms) {
    return;
  }
  if (request.left <= 0) {
    forget(request);
    return;
  }
  request.left -= 1;
  request.sent_ms = now;
  send(request.address, request.id, request.values);
}

/**
 * Names the values of a message.
 * @param {Array<string>} names
 * @param {Array} values
 * @returns {Object}
 */
function named(names, values) {
  var by_name = {};
  for (var i = 0; i < names.length; i++) {
    by_name[names[i]] = values[i];
  }
  return by_name;
}

/**
 * Hears a message of the server's.
 * @param {string} address
 * @param {Array} values
 */
function heard(address, values) {
  server.heard_ms = now_ms();
  server.proven = true;
  if (address === "/melfusion/done" || address === "/melfusion/fail") {
    heard_answer(address === "/melfusion/done", values[0], values[1], values.slice(2));
  } else if (EVENTS[address]) {
    EVENTS[address](named(MELFUSION.messages[address].arguments, values));
  }
}

function heard_answer(done, id, address, values) {
  var request = asked[id];
  if (request && request.address === address) {
    forget(request);
    request.answered(done, values);
  } else if (address === "/melfusion/hello") {
    heard_hello(done, values);
  } else if (address === "/melfusion/status" && done) {
    heard_status(named(MELFUSION.messages[address].done, values));
  }
}

function heard_hello(done, values) {
  if (!done) {
    show("server", values[0]);
    return;
  }
  var welcome = named(MELFUSION.messages["/melfusion/hello"].done, values);
  if (server.up) {
    return;
  }
  server.up = true;
  server.version = welcome.version;
  server.model = welcome.model;
  server.began_ms = now_ms(); // at the latest
  server.same_protocol = welcome.protocol === MELFUSION.protocol;
  server.said_ms = 0; // asks how it is at once
  acquaint();
  show_server();
}

/** A server that knows nobody yet: is to tell of events and models, and is asked for all jobs. */
function acquaint() {
  ask("/melfusion/notify", [1, "clips", 0], function () {});
  ask_for_models();
  hurry_jobs();
}

function heard_status(condition) {
  var began_ms = now_ms() - condition.uptime_s * 1000;
  if (began_ms > server.began_ms + SLOW_MS) {
    acquaint(); // it has been started again
  }
  server.began_ms = began_ms;
  server.model = condition.model;
  server.trouble = condition.trouble;
  show_server();
}

// Optimism, rollback, resending, merging and reloading of the browser's store, against a small room.
import assert from "node:assert/strict";
import test from "node:test";

import { hash } from "../../static/js/live/reduce.js";
import { Store } from "../../static/js/live/store.js";
import { Kept, Room } from "./room.js";
import { History } from "../../static/js/board/undo.js";

const TP = { id: "tp_1", kind: "touchpoint", title: "Waits", notes: "", felt: 0 };
function person(room, client) {
  const outbox = new Kept();
  const store = new Store({ client, outbox });
  store.welcome({ epoch: "ep", applied: {} });
  store.snapshot(room.snapshot());
  return { store, outbox, heard: [], ...listen(store) };
}
function listen(store) {
  const said = [];
  for (const type of ["refused", "overruled", "need", "text"]) store.addEventListener(type, (event) => said.push([type, event.detail]));
  return { said };
}
const send = (room, store, by) => store.ready().map((frame) => room.do(frame, by)).filter(Boolean);
const hear = (room, store) => store.events(room.since(store.seq));

test("a change shows at once and is saved when its event comes back", () => {
  const room = new Room([TP]);
  const { store, outbox } = person(room, "a");
  const id = store.submit("touchpoint.change", { id: "tp_1", felt: 2 });
  assert.equal(store.get("tp_1").felt, 2);
  assert.equal(store.confirmed.get("tp_1").felt, 0);
  assert.deepEqual([...outbox.rows.keys()], [id]);
  send(room, store);
  hear(room, store);
  assert.equal(store.confirmed.get("tp_1").felt, 2);
  assert.equal(store.pending.length + outbox.rows.size, 0);
});

test("a refused command leaves everything as if never issued, and keeps the words", () => {
  const room = new Room([TP]);
  const { store, outbox, said } = person(room, "a");
  const before = hash(store.records);
  store.submit("touchpoint.change", { id: "tp_1", felt: 2 });
  const write = store.write("tp_1", "notes", "my words");
  for (const frame of store.ready()) store.refused({ id: frame.id, code: "forbidden", message: "Not yours." });
  assert.equal(hash(store.records), before);
  assert.equal(said.filter(([type]) => type === "refused").length, 2);
  assert.deepEqual(outbox.stuck.map(({ command, words }) => [command.id, words]), [[write, "my words"]]);
});

test("what was built on a refused addition falls with it", () => {
  const room = new Room();
  const { store, outbox } = person(room, "a");
  const add = store.submit("touchpoint.add", { id: "tp_2", title: "New" }, { guess: { kind: "touchpoint", notes: "" } });
  store.write("tp_2", "notes", "typed into it");
  store.ready();
  store.refused({ id: add, code: "forbidden", message: "No." });
  assert.equal(store.pending.length, 0);
  assert.equal(store.records.size, 0);
  assert.match(outbox.stuck.map(({ words }) => words).join(), /New[^]*typed into it/);
});

test("busy and rate are sent again with the same id", () => {
  const room = new Room([TP]);
  const { store } = person(room, "a");
  const id = store.submit("touchpoint.change", { id: "tp_1", felt: 1 });
  store.ready();
  store.refused({ id, code: "busy", message: "Later." });
  assert.deepEqual(store.ready().map((frame) => frame.id), [id]);
});

test("V2 who lost is told", () => {
  const room = new Room([TP]);
  const { store, said } = person(room, "a");
  store.submit("touchpoint.change", { id: "tp_1", felt: 1 });
  send(room, store, "u1");
  room.do({ t: "command", id: "b-1", name: "touchpoint.change", data: { id: "tp_1", felt: -2 } }, "u2");
  hear(room, store);
  assert.deepEqual(said.find(([type]) => type === "overruled")[1], { id: "tp_1", property: "felt", by: "u2", value: -2 });
});

test("P22 what was sent before a cut is sent again and applied once", () => {
  const room = new Room([TP]);
  const { store } = person(room, "a");
  store.write("tp_1", "notes", "hello");
  send(room, store);
  store.unsend();
  const [answer] = send(room, store);
  assert.equal(answer.t, "done");
  hear(room, store);
  store.done(answer);
  assert.equal(store.get("tp_1").notes, "hello");
  assert.equal(store.pending.length, 0);
});

test("P21 a hole is asked for, never guessed", () => {
  const room = new Room([TP]);
  const { store, said } = person(room, "a");
  for (let i = 0; i < 3; i += 1) room.do({ t: "command", id: `b-${i}`, name: "touchpoint.change", data: { id: "tp_1", felt: i } });
  store.events(room.since(1));
  assert.deepEqual(said, [["need", { since: 0 }]]);
  hear(room, store);
  assert.equal(store.seq, 3);
});

test("a reload with a write in flight and a buffer behind it keeps both, once", () => {
  const room = new Room([TP]);
  const { store, outbox } = person(room, "a");
  store.write("tp_1", "notes", "first ");
  const [inFlight] = store.ready();
  store.write("tp_1", "notes", "first second");
  room.do({ t: "command", id: "b-1", name: "touchpoint.write", data: { id: "tp_1", field: "notes", rev: 0, delta: ["BB "] } });
  room.do(inFlight); // arrived, but the page was gone before the answer
  const again = person(room, "b");
  const fresh = new Store({ client: "c", outbox: again.outbox });
  const { said } = listen(fresh);
  fresh.adopt(outbox.load());
  fresh.welcome({ epoch: "ep", applied: room.applied([inFlight.id]) });
  fresh.snapshot(room.snapshot());
  assert.deepEqual(fresh.ready(), []);
  fresh.events(room.since(said.find(([type]) => type === "need")[1].since));
  send(room, fresh);
  hear(room, fresh);
  assert.equal(room.records.get("tp_1").notes, "BB first second");
  assert.equal(hash(fresh.records), hash(room.records));
});

let seed = 7;
const random = (n) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * n);
};

/** Three people type, set and add at once over links that delay, cut and reload. */
function schedule(round) {
  const room = new Room([TP, { ...TP, id: "tp_2" }]);
  const people = ["a", "b", "c"].map((name) => ({ name, loads: 0, marks: 0, wire: [], back: [] }));
  const open = (one) => {
    one.loads += 1;
    const kept = one.outbox?.load() ?? [];
    one.outbox ??= new Kept();
    one.store = new Store({ client: `${one.name}${one.loads}`, outbox: one.outbox });
    one.store.addEventListener("need", ({ detail }) => one.back.push({ need: detail.since ?? 0 }));
    one.store.adopt(kept);
    one.fresh = true;
    join(one);
  };
  const join = (one) => {
    one.wire = [];
    one.back = [];
    one.store.unsend();
    one.store.welcome({ epoch: "ep", applied: room.applied(one.store.pending.map((command) => command.id)) });
    if (one.fresh || (!one.store.mending && random(4) === 0)) one.store.snapshot(room.snapshot());
    else one.store.events(room.since(one.store.since));
    one.fresh = false;
  };
  const type = (one) => {
    const record = one.store.get(random(2) ? "tp_1" : "tp_2");
    if (one.store.catchingUp(record.id, "notes")) return;
    one.marks += 1;
    const at = random(record.notes.length + 1);
    one.store.write(record.id, "notes", `${record.notes.slice(0, at)}<${one.name}${one.marks}>${record.notes.slice(at)}`);
  };
  const deliver = (one) => {
    const frame = one.wire.shift();
    if (frame) one.back.push(room.do(frame, one.name));
  };
  const answer = (one) => {
    const reply = one.back.shift();
    if (reply?.need !== undefined) one.store.events(room.since(reply.need));
    else if (reply?.t) one.store[reply.t](reply);
    else if (room.seq > one.store.seq) one.store.events(room.since(one.store.seq));
  };
  const steps = [type, type, (one) => one.wire.push(...one.store.ready()), deliver, deliver, answer, answer,
    (one) => one.store.submit("touchpoint.change", { id: "tp_1", felt: random(5) - 2 }),
    (one) => random(6) === 0 && join(one), (one) => random(12) === 0 && open(one)];
  people.forEach(open);
  for (let i = 0; i < 120; i += 1) steps[random(steps.length)](people[random(3)]);
  for (let i = 0; i < 400 && people.some((one) => one.store.pending.length || one.store.seq < room.seq); i += 1) {
    for (const one of people) [steps[2], deliver, answer].forEach((step) => step(one));
  }
  for (const one of people) {
    assert.equal(one.store.pending.length, 0, `round ${round}: ${one.name} has something left over`);
    assert.equal(hash(one.store.records), hash(room.records), `round ${round}: ${one.name} sees something else`);
    for (let mark = 1; mark <= one.marks; mark += 1) {
      const times = [...room.records.values()].map((r) => r.notes.split(`<${one.name}${mark}>`).length - 1);
      assert.ok(times[0] + times[1] <= 1, `round ${round}: ${one.name}${mark} is there ${times} times`);
    }
  }
  const typed = people.reduce((sum, one) => sum + one.marks, 0);
  const kept = [...room.records.values()].reduce((sum, record) => sum + record.notes.split(">").length - 1, 0);
  assert.equal(kept, typed, `round ${round}: ${typed} marks typed, ${kept} kept`);
}

test("P22, V4 over 1500 schedules of typing, cuts and reloads everybody ends with the same words, each once", () => {
  for (let round = 0; round < 1500; round += 1) schedule(round);
});

test("what goes together goes out in one frame, and falls together", () => {
  const room = new Room([TP, { ...TP, id: "tp_2" }]);
  const { store, outbox, said } = person(room, "a");
  const before = hash(store.records);
  const ids = store.submitAll(["tp_1", "tp_2"].map((id) => ["touchpoint.change", { id, felt: 2 }]), { tx: "a-t1" });
  assert.deepEqual(outbox.load().map((command) => command.tx), ["a-t1", "a-t1"]);
  assert.deepEqual(store.ready().map((frame) => [frame.t, frame.tx, frame.commands.length]), [["commands", "a-t1", 2]]);
  store.refused({ id: ids[0], code: "forbidden", message: "Not yours." });
  assert.equal(hash(store.records), before);
  assert.equal(store.pending.length, 0);
  assert.equal(said.filter(([type]) => type === "refused").length, 1);
});

test("one step of many is taken back in groups that fit a frame", () => {
  const { store } = person(new Room([TP]), "a");
  const steps = new History(store);
  steps.did(store.submitAll(Array.from({ length: 120 }, (_, n) => ["touchpoint.change", { id: "tp_1", severity: (n % 5) + 1 }])));
  store.window = 1000; // everything is on the wire
  store.ready();
  assert.ok(steps.undo());
  const groups = store.ready();
  assert.deepEqual(groups.map((frame) => frame.commands.length), [50, 50, 20]);
  assert.equal(new Set(groups.map((frame) => frame.tx)).size, 3);
});

// What I did and the server has not confirmed yet: shown at once, kept in the outbox, sent in order, sent again with the
// same id after a cut, given up with its words when it is refused. The half of live/store.js that faces the person.
import { random } from "./ids.js";
import { predict } from "./predict.js";
import { chain, note } from "./typing.js";

const WINDOW = 60; // commands on the wire without an answer; fewer after the server asked for patience
const MOST = 60_000; // bytes of one frame

export class Pending extends EventTarget {
  /** `client`: unique to this page load. `nameless`: ids tell nobody which commands came from one page. `outbox`: keep(command), forget(id), stick(command, why, words). */
  constructor({ client, outbox, nameless = false }) {
    super();
    this.client = client;
    this.nameless = nameless;
    this.outbox = outbox;
    this.confirmed = new Map();
    this.records = new Map();
    this.pending = [];
    this.seq = null;
    this.count = 0;
    this.window = WINDOW;
  }

  // -- what I do -------------------------------------------------------------------------------
  /** Ask for something and show it at once. `guess`: what an added or moved record will look like. */
  submit(name, data, { guess, tx } = {}) { return this.submitAll([[name, data, guess]], { tx })[0]; }

  /** Several at once: [name, data, guess] each. With `tx` they stand or fall together. */
  submitAll(calls, { tx } = {}) {
    const commands = calls.map(([name, data, guess]) => {
      return { id: this.nextId(), name, data, guess, tx, at: Date.now() };
    });
    this.#wait(...commands);
    return commands.map((command) => command.id);
  }

  nextId() {
    this.count += 1;
    return this.nameless ? random(20) : `${this.client}-${this.count}`;
  }

  /** A text should now read `value`. */
  write(id, field, value) {
    const record = this.records.get(id);
    if (!record || this.catchingUp(id, field)) return null;
    const write = note(this.pending, record, field, value, (delta, after) => {
      const data = { id, field };
      return { id: this.nextId(), name: `${record.kind}.write`, data, delta, after, rev: this.seq, at: Date.now() };
    });
    if (!write) return null;
    this.#wait(write);
    for (const part of chain(this.pending, id, field)) this.at(part, this.seq);
    return write.id;
  }

  /** True while what I typed before a reload is being placed: for that moment the text can only be read. */
  catchingUp(id, field) { return chain(this.pending, id, field).some((write) => write.stale || write.blind); }

  /** Take back what never left this device. False when the server may know of it. */
  cancel(id) {
    const command = this.pending.find((command) => command.id === id);
    if (!command || command.tried) return false;
    this.drop([command]);
    return true;
  }

  /** Commands that waited through a reload. */
  adopt(commands) {
    for (const command of commands) this.pending.push({ ...command, sent: false, blind: false, stale: Boolean(command.delta) });
    this.tell("pending");
  }

  #wait(...commands) {
    for (const command of commands) {
      if (!this.pending.includes(command)) this.pending.push(command);
      this.outbox?.keep(command);
    }
    this.show(commands.map((command) => command.data.id));
    this.tell("pending");
    this.tell("flush");
  }

  // -- what goes out ---------------------------------------------------------------------------
  /** Frames to send now, oldest first. A write waits for the one before it in the same text. */
  ready() {
    const [out, huge] = [[], []];
    const waits = new Set(this.pending.map((command) => command.id));
    let room = this.window - this.pending.filter((command) => command.sent).length;
    for (const command of this.pending) {
      if (room <= 0) break;
      if (command.sent || command.stale || waits.has(command.after)) continue;
      const group = command.tx ? this.pending.filter((other) => other.tx === command.tx) : [command];
      const calls = group.map((member) => ({ id: member.id, name: member.name, data: this.#wire(member) }));
      if (new Blob([JSON.stringify(calls)]).size > MOST) {
        huge.push(group);
        continue;
      }
      for (const member of group) Object.assign(member, { sent: true, tried: true });
      for (const member of group) this.outbox?.keep(member);
      room -= group.length;
      out.push(command.tx ? { t: "commands", tx: command.tx, commands: calls } : { t: "command", ...calls[0] });
    }
    for (const group of huge) this.giveUp(group, { code: "too_big", message: "This is more than can be sent at once. Send it in parts." });
    return out;
  }

  #wire(command) {
    if (!command.delta) return command.data;
    if (!command.blind) command.rev = this.seq; // its delta was moved over everything up to here
    return { ...command.data, rev: command.rev, delta: command.delta };
  }

  /** The socket is gone: what was on the wire may or may not have arrived, and will be sent again. */
  unsend() {
    for (const command of this.pending) command.sent = false;
  }

  /** The server is short of breath: fewer at once, a little more with every answer. */
  pace(faster) {
    this.window = faster ? Math.min(WINDOW, this.window + 1) : Math.max(4, Math.floor(this.window / 2));
  }

  // -- giving up and showing --------------------------------------------------------------------
  giveUp(group, frame) {
    const lost = new Set(group);
    for (const other of this.pending) { // what was built on it falls with it
      const built = (base) => other.after === base.id || (base.name.endsWith(".add") && other.data.id === base.data.id);
      if ([...lost].some(built)) lost.add(other);
    }
    const commands = [...lost];
    const said = commands.map((command) => wordsOf(command, this.records.get(command.data.id))).filter(Boolean);
    const words = [...new Set(said)].join("\n");
    if (words) this.outbox?.stick(commands[0], frame.message, words);
    this.drop(commands, { stuck: words ? commands[0] : null });
    this.tell("refused", { commands, frame, words });
  }

  /** A write was confirmed: the one behind it now stands on a text that includes it. */
  knows({ data: { id, field } }, seq) {
    for (const write of chain(this.pending, id, field)) this.at(write, seq);
  }

  at(write, seq) {
    write.rev = seq;
    this.outbox?.keep(write);
  }

  drop(commands, { quiet = false, stuck = null } = {}) {
    if (!commands.length) return;
    this.pending = this.pending.filter((command) => !commands.includes(command));
    for (const command of commands) if (command !== stuck) this.outbox?.forget(command.id);
    if (quiet) return;
    this.show(commands.map((command) => command.data.id));
    this.tell("pending");
    this.tell("flush");
  }

  show(ids, events = []) {
    const changed = new Set();
    for (const id of ids) {
      let record = this.confirmed.get(id);
      for (const command of this.pending) if (command.data.id === id) record = predict(record, command);
      if (record) this.records.set(id, record);
      else this.records.delete(id);
      changed.add(id);
    }
    this.tell("change", { ids: changed, events });
  }

  tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }
}

/** What somebody would have to type again if this command came to nothing. */
function wordsOf(command, record) {
  if (command.delta) return record?.[command.data.field] ?? command.delta.filter((entry) => typeof entry === "string").join("");
  return ["title", "name", "text", "reason"].map((key) => command.data[key]).filter((text) => typeof text === "string").join("\n");
}

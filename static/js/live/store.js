// The room as this page knows it: what the server confirmed, and over it what I did that is not confirmed yet.
// Pure logic, no network and no page: live/socket.js feeds it frames, the board reads `records` and listens.
//
// Tells (CustomEvent): "change" {ids, events} · "text" {id, field, delta}, what others typed, for carets ·
// "pending" · "refused" {commands, frame, words} · "overruled" {id, property, by, value} · "need" {since} · "flush".
import { predict } from "./predict.js";
import { reduce, touched } from "./reduce.js";
import { chain, mend, note, textChanges, weave } from "./typing.js";

const WINDOW = 60; // commands on the wire without an answer
const REGRET = 10_000; // ms after an acknowledged change in which somebody else's is told as overruling it

export class Store extends EventTarget {
  /** `client`: unique to this page load. `outbox`: keep(command), forget(id), stick(command, why, words). */
  constructor({ client, outbox }) {
    super();
    this.client = client;
    this.outbox = outbox;
    this.confirmed = new Map();
    this.records = new Map();
    this.pending = [];
    this.seq = null;
    this.epoch = null;
    this.count = 0;
    this.mine = new Map();
    this.applied = {};
  }

  get(id) { return this.records.get(id); }
  all(kind) { return [...this.records.values()].filter((record) => record.kind === kind); }

  /** From where to be told what happened (`hello`, `need`). */
  get since() { return this.mending ? this.mending.since : this.seq; }

  // -- what I do -------------------------------------------------------------------------------
  /** Ask for something and show it at once. `guess`: what an added or moved record will look like. */
  submit(name, data, { guess, tx } = {}) {
    this.count += 1;
    const command = { id: `${this.client}-${this.count}`, name, data, guess, tx, at: Date.now() };
    this.#wait(command);
    return command.id;
  }

  /** A text should now read `value`. */
  write(id, field, value) {
    const record = this.records.get(id);
    if (!record || this.catchingUp(id, field)) return null;
    const write = note(this.pending, record, field, value, (delta, after) => {
      this.count += 1;
      const data = { id, field };
      return { id: `${this.client}-${this.count}`, name: `${record.kind}.write`, data, delta, after, rev: this.seq, at: Date.now() };
    });
    if (!write) return null;
    this.#wait(write);
    for (const part of chain(this.pending, id, field)) this.#at(part, this.seq);
    return write.id;
  }

  /** True while what I typed before a reload is being placed: for that moment the text can only be read. */
  catchingUp(id, field) { return chain(this.pending, id, field).some((write) => write.stale || write.blind); }

  /** Take back what never left this device. False when the server may know of it. */
  cancel(id) {
    const command = this.pending.find((command) => command.id === id);
    if (!command || command.tried) return false;
    this.#drop([command]);
    return true;
  }

  /** Commands that waited through a reload. */
  adopt(commands) {
    for (const command of commands) this.pending.push({ ...command, sent: false, blind: false, stale: Boolean(command.delta) });
    this.#tell("pending");
  }

  #wait(command) {
    if (!this.pending.includes(command)) this.pending.push(command);
    this.outbox?.keep(command);
    this.#show([command.data.id]);
    this.#tell("pending");
    this.#tell("flush");
  }

  // -- what goes out ---------------------------------------------------------------------------
  /** Frames to send now, oldest first. A write waits for the one before it in the same text. */
  ready() {
    const out = [];
    const waits = new Set(this.pending.map((command) => command.id));
    let room = WINDOW - this.pending.filter((command) => command.sent).length;
    for (const command of this.pending) {
      if (room <= 0) break;
      if (command.sent || command.stale || waits.has(command.after)) continue;
      const group = command.tx ? this.pending.filter((other) => other.tx === command.tx) : [command];
      for (const member of group) Object.assign(member, { sent: true, tried: true });
      for (const member of group) this.outbox?.keep(member);
      room -= group.length;
      const calls = group.map((member) => ({ id: member.id, name: member.name, data: this.#wire(member) }));
      out.push(command.tx ? { t: "commands", tx: command.tx, commands: calls } : { t: "command", ...calls[0] });
    }
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

  // -- what comes in ---------------------------------------------------------------------------
  welcome({ epoch, applied }) {
    if (this.epoch !== epoch) this.seq = null;
    this.epoch = epoch;
    this.applied = applied ?? {};
  }

  snapshot({ seq, records }) {
    const before = new Set(this.records.keys());
    this.confirmed = new Map(Object.entries(records));
    this.seq = seq;
    this.#drop(this.pending.filter((command) => this.applied[command.id] <= seq && !this.#followed(command)), { quiet: true });
    for (const command of this.pending) command.stale = Boolean(command.delta) && command.rev !== seq;
    const lost = this.pending.filter((command) => command.stale);
    if (this.mending) this.#tooOld(lost);
    this.mending = !this.mending && lost.length ? { since: Math.min(...lost.map((command) => command.rev)), reach: seq } : null;
    this.#show(new Set([...before, ...this.confirmed.keys(), ...this.pending.map((command) => command.data.id)]));
    if (this.mending) this.#tell("need", { since: this.mending.since });
    this.#tell("flush");
  }

  events(frame) {
    if (this.mending && !this.#mend(frame)) return;
    if (this.seq === null || frame.seq > this.seq + 1) {
      this.#tell("need", { since: this.since });
      return;
    }
    const ids = new Set();
    const fresh = frame.events.filter((event) => event.seq > this.seq);
    for (const event of fresh) {
      const own = this.pending.find((command) => command.id === event.id);
      if (!own) this.#weave(event);
      reduce(this.confirmed, event);
      if (own) this.#drop([own], { quiet: true });
      if (own?.delta) this.#knows(own, event.seq);
      this.#watch(event, own);
      for (const id of touched(event)) ids.add(id);
    }
    this.seq = Math.max(this.seq, frame.to);
    if (ids.size || fresh.length) this.#show(ids, fresh);
    this.#tell("pending");
    this.#tell("flush");
  }

  /** Applied before. The event came with a snapshot or with what was caught up. */
  done({ id }) {
    const own = this.pending.find((command) => command.id === id);
    if (!own) return;
    this.#drop([own], { quiet: true });
    if (own.delta) this.#knows(own, this.seq);
    this.#show([own.data.id]);
    this.#tell("pending");
    this.#tell("flush");
  }

  refused(frame) {
    const command = this.pending.find((command) => command.id === frame.id || command.tx === frame.id);
    if (!command) return;
    const group = command.tx ? this.pending.filter((other) => other.tx === command.tx) : [command];
    const maker = this.pending.find((other) => other.data.id === command.data.id && other.name.endsWith(".add"));
    const tooEarly = frame.code === "unknown" && maker && maker !== command;
    if (frame.code === "busy" || frame.code === "rate" || tooEarly) {
      for (const other of group) other.sent = false; // same id, in a moment
      this.#tell("pause");
      return;
    }
    this.#giveUp(group, frame);
  }

  #giveUp(group, frame) {
    const lost = new Set(group);
    for (const other of this.pending) { // what was built on it falls with it
      const built = (base) => other.after === base.id || (base.name.endsWith(".add") && other.data.id === base.data.id);
      if ([...lost].some(built)) lost.add(other);
    }
    const commands = [...lost];
    const words = commands.map((command) => wordsOf(command, this.records.get(command.data.id))).filter(Boolean).join("\n");
    if (words) for (const command of commands) this.outbox?.stick(command, frame.message, words);
    this.#drop(commands, { stuck: Boolean(words) });
    this.#tell("refused", { commands, frame, words });
  }

  // -- inside ----------------------------------------------------------------------------------
  /** A write was confirmed: the one behind it now stands on a text that includes it. */
  #knows({ data: { id, field } }, seq) {
    for (const write of chain(this.pending, id, field)) this.#at(write, seq);
  }

  #at(write, seq) {
    write.rev = seq;
    this.outbox?.keep(write);
  }

  #followed(command) { return this.pending.some((other) => other.after === command.id); }

  #weave(event) {
    for (const { id, field, delta } of textChanges(event, this.confirmed)) {
      const writes = chain(this.pending, id, field).filter((write) => !write.stale && !write.blind);
      const shown = weave(writes, delta, event.seq);
      for (const write of writes) this.outbox?.keep(write);
      this.#tell("text", { id, field, delta: shown });
    }
  }

  /** False while the answer to `need` is still on its way; what else comes meanwhile comes again with it. */
  #mend(frame) {
    const { since, reach } = this.mending;
    if (frame.seq > since + 1) return false;
    const applied = mend(this.pending, frame, reach);
    this.#drop(this.pending.filter((command) => applied.includes(command.id)), { quiet: true });
    this.mending.since = frame.to;
    if (frame.to < reach) return false;
    this.mending = null;
    const writes = this.pending.filter((command) => command.delta);
    for (const write of writes) this.outbox?.keep(write);
    this.#show(writes.map((write) => write.data.id));
    return true;
  }

  /** The log does not reach back to where these were typed. The server can still place the first of each text. */
  #tooOld(writes) {
    for (const write of writes) Object.assign(write, { stale: false, blind: true });
    const rest = writes.filter((write) => write.after);
    if (rest.length) this.#giveUp(rest, { code: "conflict", message: "This text changed too much while you were away." });
  }

  #drop(commands, { quiet = false, stuck = false } = {}) {
    if (!commands.length) return;
    this.pending = this.pending.filter((command) => !commands.includes(command));
    if (!stuck) for (const command of commands) this.outbox?.forget(command.id);
    if (quiet) return;
    this.#show(commands.map((command) => command.data.id));
    this.#tell("pending");
    this.#tell("flush");
  }

  /** V2: who lost is told. Lost is a change of mine that somebody's other value replaced moments later. */
  #watch(event, own) {
    for (const [id, values] of Object.entries(event.patch ?? {})) {
      for (const [property, value] of Object.entries(values)) {
        const key = `${id}.${property}`;
        const mine = this.mine.get(key);
        if (own) this.mine.set(key, { at: Date.now() });
        else if (mine && this.mine.delete(key) && Date.now() - mine.at < REGRET && property !== "order") {
          this.#tell("overruled", { id, property, by: event.by, value });
        }
      }
    }
  }

  #show(ids, events = []) {
    const changed = new Set();
    for (const id of ids) {
      let record = this.confirmed.get(id);
      for (const command of this.pending) if (command.data.id === id) record = predict(record, command);
      if (record) this.records.set(id, record);
      else this.records.delete(id);
      changed.add(id);
    }
    this.#tell("change", { ids: changed, events });
  }

  #tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }
}

/** What somebody would have to type again if this command came to nothing. */
function wordsOf(command, record) {
  if (command.delta) return record?.[command.data.field] ?? command.delta.filter((entry) => typeof entry === "string").join("");
  return ["title", "name", "text", "reason"].map((key) => command.data[key]).filter((text) => typeof text === "string").join("\n");
}

// The room as this page knows it: what the server confirmed, and over it what I did that is not confirmed yet.
// Pure logic, no network and no page: live/socket.js feeds it frames, the board reads `records` and listens.
//
// Tells (CustomEvent): "change" {ids, events} · "text" {id, field, delta}, what others typed, for carets ·
// "pending" · "refused" {commands, frame, words} · "overruled" {id, property, by, value} · "need" {since} · "flush".
import { Pending } from "./pending.js";
import { reduce, touched } from "./reduce.js";
import { chain, mend, textChanges, weave } from "./typing.js";

const REGRET = 10_000; // ms after an acknowledged change in which somebody else's is told as overruling it

export class Store extends Pending {
  constructor(options) {
    super(options);
    this.epoch = null;
    this.mine = new Map();
    this.applied = {};
  }

  get(id) { return this.records.get(id); }
  all(kind) { return [...this.records.values()].filter((record) => record.kind === kind); }

  /** From where to be told what happened (`hello`, `need`). */
  get since() { return this.mending ? this.mending.since : this.seq; }

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
    this.drop(this.pending.filter((command) => this.applied[command.id] <= seq && !this.#followed(command)), { quiet: true });
    for (const command of this.pending) command.stale = Boolean(command.delta) && command.rev !== seq;
    const lost = this.pending.filter((command) => command.stale);
    if (this.mending) this.#tooOld(lost);
    this.mending = !this.mending && lost.length ? { since: Math.min(...lost.map((command) => command.rev)), reach: seq } : null;
    this.show(new Set([...before, ...this.confirmed.keys(), ...this.pending.map((command) => command.data.id)]));
    if (this.mending) this.tell("need", { since: this.mending.since });
    this.tell("flush");
  }

  events(frame) {
    if (this.mending && !this.#mend(frame)) return;
    if (this.seq === null || frame.seq > this.seq + 1) {
      this.tell("need", { since: this.since });
      return;
    }
    const ids = new Set();
    const fresh = frame.events.filter((event) => event.seq > this.seq);
    for (const event of fresh) {
      const own = this.pending.find((command) => command.id === event.id);
      if (!own) this.#weave(event);
      reduce(this.confirmed, event);
      if (own) {
        this.drop([own], { quiet: true });
        this.pace(true);
      }
      if (own?.delta) this.knows(own, event.seq);
      this.#watch(event, own);
      for (const id of touched(event)) ids.add(id);
    }
    this.seq = Math.max(this.seq, frame.to);
    if (ids.size || fresh.length) this.show(ids, fresh);
    this.tell("pending");
    this.tell("flush");
  }

  /** Applied before. The event came with a snapshot or with what was caught up. */
  done({ id }) {
    const own = this.pending.find((command) => command.id === id);
    if (!own) return;
    this.drop([own], { quiet: true });
    if (own.delta) this.knows(own, this.seq);
    this.show([own.data.id]);
    this.tell("pending");
    this.tell("flush");
  }

  refused(frame) {
    const command = this.pending.find((command) => command.id === frame.id || command.tx === frame.id);
    if (!command) return;
    const group = command.tx ? this.pending.filter((other) => other.tx === command.tx) : [command];
    const maker = this.pending.find((other) => other.data.id === command.data.id && other.name.endsWith(".add"));
    const tooEarly = frame.code === "unknown" && maker && maker !== command;
    if (frame.code === "busy" || frame.code === "rate" || tooEarly) {
      for (const other of group) other.sent = false; // same id, in a moment
      this.pace(false);
      this.tell("pause");
      return;
    }
    this.giveUp(group, frame);
  }

  // -- inside ----------------------------------------------------------------------------------
  #followed(command) { return this.pending.some((other) => other.after === command.id); }

  #weave(event) {
    for (const { id, field, delta } of textChanges(event, this.confirmed)) {
      const writes = chain(this.pending, id, field).filter((write) => !write.stale && !write.blind);
      const shown = weave(writes, delta, event.seq);
      for (const write of writes) this.outbox?.keep(write);
      this.tell("text", { id, field, delta: shown });
    }
  }

  /** False while the answer to `need` is still on its way; what else comes meanwhile comes again with it. */
  #mend(frame) {
    const { since, reach } = this.mending;
    if (frame.seq > since + 1) return false;
    const applied = mend(this.pending, frame, reach);
    this.drop(this.pending.filter((command) => applied.includes(command.id)), { quiet: true });
    this.mending.since = frame.to;
    if (frame.to < reach) return false;
    this.mending = null;
    const writes = this.pending.filter((command) => command.delta);
    for (const write of writes) this.outbox?.keep(write);
    this.show(writes.map((write) => write.data.id));
    return true;
  }

  /** The log does not reach back to where these were typed. The server can still place the first of each text. */
  #tooOld(writes) {
    for (const write of writes) Object.assign(write, { stale: false, blind: true });
    const rest = writes.filter((write) => write.after);
    if (rest.length) this.giveUp(rest, { code: "conflict", message: "This text changed too much while you were away." });
  }

  /** V2: who lost is told. Lost is a change of mine that somebody's other value replaced moments later. */
  #watch(event, own) {
    for (const [id, values] of Object.entries(event.patch ?? {})) {
      for (const [property, value] of Object.entries(values)) {
        const key = `${id}.${property}`;
        const mine = this.mine.get(key);
        if (own) this.mine.set(key, { at: Date.now() });
        else if (mine && this.mine.delete(key) && Date.now() - mine.at < REGRET && property !== "order") {
          this.tell("overruled", { id, property, by: event.by, value });
        }
      }
    }
  }

}

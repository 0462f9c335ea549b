// A room in thirty lines: what the server promises to a store (order, exactly once, V4), for schedules that a real
// server would need hours for. The real one is driven by the browser tests.
import { apply, transform } from "../../static/js/live/delta.js";
import { reduce } from "../../static/js/live/reduce.js";

export class Room {
  constructor(records = []) {
    this.log = [];
    this.records = new Map(records.map((record) => [record.id, record]));
    this.horizon = 0;
  }
  get seq() { return this.log.length; }
  snapshot() { return { seq: this.seq, records: Object.fromEntries(this.records) }; }
  since(seq) { return { seq: seq + 1, to: this.seq, events: this.log.slice(seq) }; }
  applied(ids) {
    return Object.fromEntries(this.log.filter((event) => ids.includes(event.id)).map((event) => [event.id, event.seq]));
  }
  /** Carry out one command frame of `by`. Returns a refusal, a `done`, or nothing: then the log has grown. */
  do(frame, by = "u1") {
    const calls = frame.t === "commands" ? frame.commands : [frame];
    for (const call of calls) {
      const known = this.log.find((event) => event.id === call.id);
      if (known) return { t: "done", id: call.id, seq: known.seq };
      const change = this.change(call);
      if (!change) return { t: "refused", id: call.id, code: "unknown", message: "Gone." };
      const event = { seq: this.seq + 1, id: call.id, name: call.name, by, at: 0, ...change };
      this.log.push(event);
      reduce(this.records, event);
    }
    return null;
  }
  change({ name, data }) {
    const [kind, verb] = name.split(".");
    const { id, after, ...values } = data;
    if (verb === "add") return { put: [{ id, kind, title: "", notes: "", ...values }] };
    if (!this.records.has(id)) return null;
    if (verb === "remove") return { remove: [id] };
    if (verb !== "write") return { patch: { [id]: values } };
    let { delta } = data;
    for (const event of this.log.slice(data.rev)) {
      for (const text of event.text ?? []) if (text.id === id && text.field === data.field) delta = transform(delta, text.delta, false);
    }
    apply(this.records.get(id)[data.field], delta); // throws when the store sent a change that does not fit
    return { text: [{ id, field: data.field, delta }] };
  }
}

/** What an outbox keeps, in memory: copies, as IndexedDB makes them. */
export class Kept {
  constructor() {
    this.rows = new Map();
    this.stuck = [];
  }
  keep(command) { this.rows.set(command.id, structuredClone(command)); }
  forget(id) { this.rows.delete(id); }
  stick(command, why, words) {
    this.rows.delete(command.id);
    this.stuck.push({ command, why, words });
  }
  load() { return [...this.rows.values()].map((row) => structuredClone(row)); }
}

// Typing that merges (V4). Each text has at most two waiting writes: one that the server may already have, and a
// buffer that gathers what is typed until that one is answered. Whatever others type is woven into both.
import { compose, diff, tidy, transform } from "./delta.js";

const is = (command, id, field) => command.delta && command.data.id === id && command.data.field === field;
export const chain = (pending, id, field) => pending.filter((command) => is(command, id, field));

/** Others changed a text under my waiting writes: move mine over theirs. Returns theirs moved over mine,
 *  which is what happens to the text on my screen. `seq`: up to where my writes now know the text. */
export function weave(writes, delta, seq) {
  let theirs = delta;
  for (const write of writes) {
    const mine = write.delta;
    write.delta = transform(mine, theirs, false);
    write.rev = seq;
    theirs = transform(theirs, mine, true);
  }
  return theirs;
}

/** Note that a text should read `value`. Returns the write that says so, or null when nothing changed. */
export function note(pending, record, field, value, make) {
  const delta = diff(record[field], value);
  if (!delta.length) return null;
  const last = chain(pending, record.id, field).at(-1);
  if (last && !last.tried && !last.stale) {
    last.delta = compose(last.delta, delta); // never left this device: one write is enough
    return last;
  }
  return make(delta, last?.id);
}

/** What an event does to texts, whole records included. */
export function textChanges(event, records) {
  const changes = [...(event.text ?? [])];
  for (const record of event.put ?? []) {
    const old = records.get(record.id);
    for (const field of Object.keys(old ?? {})) {
      if (typeof old[field] === "string" && typeof record[field] === "string" && old[field] !== record[field]) {
        changes.push({ id: record.id, field, delta: diff(old[field], record[field]) });
      }
    }
  }
  return changes;
}

/** A snapshot took the place of the events between a write and now (after a reload, or long offline). The events are
 *  asked for once more and woven in; `reach` is the snapshot's seq. Returns the ids of writes found to be applied. */
export function mend(pending, frame, reach) {
  const applied = [];
  const stale = () => pending.filter((command) => command.stale && !applied.includes(command.id));
  for (const event of frame.events.filter((event) => event.seq <= reach)) {
    const own = stale().find((command) => command.id === event.id);
    if (own) {
      applied.push(own.id);
      for (const next of stale()) if (next.after === own.id) next.rev = event.seq;
    }
    for (const { id, field, delta } of own ? [] : event.text ?? []) {
      weave(stale().filter((command) => is(command, id, field) && command.rev < event.seq), delta, event.seq);
    }
  }
  if (frame.to >= reach) {
    for (const command of stale()) {
      command.stale = false;
      command.rev = reach;
      command.delta = tidy(command.delta);
    }
  }
  return applied;
}

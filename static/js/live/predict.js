// What a command of mine will do to its record, shown before the server has said so.
// Every command speaks of one record (`data.id`), so a record as shown is the confirmed one with my waiting
// commands applied in order; a refusal just takes one of them out again.
import { apply } from "./delta.js";

const verbs = {
  add: (record, { data, guess }) => record ?? { ...guess, ...plain(data) },
  set: (record, { data, guess }) => ({ ...guess, ...record, ...plain(data) }),
  change: (record, { data }) => record && { ...record, ...plain(data) },
  move: (record, { data, guess }) => record && { ...record, ...plain(data), ...guess },
  remove: () => undefined,
  write: (record, { data, delta, stale, blind }) => {
    if (!record || stale || blind) return record; // made against a text that is not at hand
    return { ...record, [data.field]: apply(record[data.field], delta) };
  },
};

/** The data of a command without what is no property: `after` is a wish, the order key in `guess` is the answer. */
function plain(data) {
  const { after, ...values } = data;
  return values;
}

export function predict(record, command) {
  const verb = verbs[command.name.split(".")[1]];
  return verb ? verb(record, command) : record;
}

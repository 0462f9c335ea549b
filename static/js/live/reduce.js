// What events do to records (P11, P13). The whole of it: snapshot + event = the next snapshot (P24).
import { apply } from "./delta.js";

/** Apply one event to a Map of id → record. Records are replaced, never changed: a kept one stays as it was. */
export function reduce(records, event) {
  for (const record of event.put ?? []) records.set(record.id, record);
  for (const [id, values] of Object.entries(event.patch ?? {})) {
    if (records.has(id)) records.set(id, { ...records.get(id), ...values });
  }
  for (const { id, field, delta } of event.text ?? []) {
    const record = records.get(id);
    if (record) records.set(id, { ...record, [field]: apply(record[field], delta) });
  }
  for (const id of event.remove ?? []) records.delete(id);
  return records;
}

/** The ids an event speaks of. */
export function touched(event) {
  return [
    ...(event.put ?? []).map((record) => record.id),
    ...Object.keys(event.patch ?? {}),
    ...(event.text ?? []).map((change) => change.id),
    ...(event.remove ?? []),
  ];
}

/** JSON with sorted keys and no blanks: json.dumps(…, sort_keys=True, separators=(",", ":"), ensure_ascii=False). */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** FNV-1a, 32 bits, over the UTF-8 bytes of the canonical JSON of {id: record}: eight hexadecimal digits. */
export function hash(records) {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(canonical(Object.fromEntries(records)))) h = Math.imul(h ^ byte, 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}

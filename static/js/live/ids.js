// Ids are made here, so that a touchpoint can be pencilled while offline (V1): two letters, "_", 80 random bits.
const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

export function random(length) {
  let out = "";
  while (out.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 252 && out.length < length) out += DIGITS[byte % 36]; // 252 = 7 × 36: no digit comes up more often
    }
  }
  return out;
}

export const newId = (prefix) => `${prefix}_${random(16)}`;

/** A place between two order keys for the moment until the server says the real one (V5). */
export function between(before = "", after) {
  let key = "";
  for (let i = 0; i < 40; i += 1) {
    const low = i < before.length ? DIGITS.indexOf(before[i]) : 0;
    const high = after !== undefined && i < after.length ? DIGITS.indexOf(after[i]) : 36;
    if (high - low > 1) return key + DIGITS[(low + high) >> 1];
    key += DIGITS[low];
    if (high > low) after = undefined; // already below it: only `before` binds from here on
  }
  return key;
}

/** Order keys are compared by code unit, never by the reader's language. */
export const byOrder = (a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.id < b.id ? -1 : 1);

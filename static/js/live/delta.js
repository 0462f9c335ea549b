// Text changes that merge: the browser's half of live/text.py, entry by entry the same (V3, V4 of docs/protocol.md).
// A delta is a list: a positive integer keeps that many characters, a string is inserted, a negative integer
// deletes; what follows the last entry is kept. Characters are Unicode code points, never UTF-16 units.

const split = (text) => (/[\ud800-\udfff]/.test(text) ? Array.from(text) : text.split(""));
export const size = (text) => (/[\ud800-\udfff]/.test(text) ? Array.from(text).length : text.length);

/** The one canonical form: nothing empty, neighbours joined, inserts before deletes, no last keep. */
export function tidy(delta) {
  const out = [];
  for (const entry of delta) {
    if (entry === 0 || entry === "") continue;
    const last = out.at(-1);
    if (typeof entry === "string") {
      const at = typeof last === "number" && last < 0 ? out.length - 1 : out.length;
      if (typeof out[at - 1] === "string") out[at - 1] += entry;
      else out.splice(at, 0, entry);
    } else if (typeof last === "number" && last > 0 === entry > 0) {
      out[out.length - 1] += entry;
    } else {
      out.push(entry);
    }
  }
  while (typeof out.at(-1) === "number" && out.at(-1) > 0) out.pop(); // "1" > 0 too: typed digits are no numbers
  return out;
}

/** The text after the delta. Throws RangeError when it keeps or deletes past the end. */
export function apply(text, delta) {
  const from = split(text);
  const out = [];
  let at = 0;
  for (const entry of delta) {
    if (typeof entry === "string") {
      out.push(entry);
      continue;
    }
    if (entry > 0) out.push(from.slice(at, at + entry).join(""));
    at += Math.abs(entry);
    if (at > from.length) throw new RangeError(`the change reaches character ${at} of a text of ${from.length}`);
  }
  out.push(from.slice(at).join(""));
  return out.join("");
}

/** The delta that takes `apply(text, delta)` back to `text`. */
export function invert(delta, text) {
  const from = split(text);
  const out = [];
  let at = 0;
  for (const entry of delta) {
    if (typeof entry === "string") out.push(-size(entry));
    else if (entry > 0) out.push(entry);
    else out.push(from.slice(at, at - entry).join(""));
    if (typeof entry === "number") at += Math.abs(entry);
  }
  return tidy(out);
}

/** The shortest single replacement that turns `old` into `new`. */
export function diff(old, now) {
  const a = split(old);
  const b = split(now);
  const most = Math.min(a.length, b.length);
  let start = 0;
  let end = 0;
  while (start < most && a[start] === b[start]) start += 1;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return tidy([start, b.slice(start, b.length - end).join(""), start + end - a.length]);
}

/** Walks a delta in pieces; the end is an endless keep. */
class Reader {
  constructor(delta) {
    this.delta = delta;
    this.at = 0;
    this.entry = delta[0];
  }
  next() {
    this.at += 1;
    this.entry = this.delta[this.at];
  }
  get inserts() { return typeof this.entry === "string"; }
  get length() { return this.entry === undefined ? Infinity : Math.abs(this.entry); }
  insert() {
    const text = this.entry;
    this.next();
    return text;
  }
  /** Consume n characters of the old text: n when they are kept, -n when they are deleted. */
  take(n) {
    if (this.entry === undefined) return n;
    const kept = this.entry > 0;
    const left = Math.abs(this.entry) - n;
    if (left) this.entry = kept ? left : -left;
    else this.next();
    return kept ? n : -n;
  }
}

/** `delta` as it must read after `over` was applied to the text both were made against. `first`: whose insert
 *  stays left when both insert at the same place, true for `delta`. The server's order is the tie-break. */
export function transform(delta, over, first) {
  const mine = new Reader(delta);
  const theirs = new Reader(over);
  const out = [];
  while (mine.entry !== undefined) {
    if (mine.inserts && (first || !theirs.inserts)) out.push(mine.insert());
    else if (theirs.inserts) out.push(size(theirs.insert()));
    else {
      const n = Math.min(mine.length, theirs.length);
      const take = mine.take(n);
      if (theirs.take(n) > 0) out.push(take); // what they deleted is gone: neither kept nor deleted again
    }
  }
  return tidy(out);
}

/** One delta that does what `first` and then `second` do. */
export function compose(first, second) {
  const a = new Reader(first);
  const b = new Reader(second);
  const out = [];
  while (a.entry !== undefined || b.entry !== undefined) {
    if (b.inserts) out.push(b.insert());
    else if (!a.inserts && a.entry < 0) out.push(a.take(-a.entry));
    else if (a.inserts) {
      const text = split(a.entry); // b walks over text that a inserted: it keeps or deletes some of it
      const n = Math.min(text.length, b.length);
      if (b.take(n) > 0) out.push(text.slice(0, n).join(""));
      if (n < text.length) a.entry = text.slice(n).join("");
      else a.next();
    } else {
      const n = Math.min(a.length, b.length);
      a.take(n);
      out.push(b.take(n));
    }
  }
  return tidy(out);
}

/** Where a caret at code point `at` stands after somebody else's delta: their insert at the caret goes before it. */
export function follow(at, delta) {
  return size(apply("x".repeat(at), clip(delta, at)));
}

function clip(delta, most) {
  const out = [];
  let at = 0;
  for (const entry of delta) {
    if (typeof entry === "string") {
      out.push(entry);
      continue;
    }
    const n = Math.min(Math.abs(entry), most - at);
    out.push(entry > 0 ? n : -n);
    at += n;
    if (n < Math.abs(entry)) break;
  }
  return out;
}

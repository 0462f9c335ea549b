// The text merge of the browser: pure, and equal to live/text.py (tests/live compares both on the same traces).
import assert from "node:assert/strict";
import test from "node:test";

import { apply, compose, diff, follow, invert, size, tidy, transform } from "../../static/js/live/delta.js";

let seed = 20240601;
const random = (n) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * n);
};
const LETTERS = [..."ab1-0 é∆𝒳😀\n"]; // digits and signs too: a typed "-1" is a text, not a number
const word = (most) => Array.from({ length: random(most + 1) }, () => LETTERS[random(LETTERS.length)]).join("");

function delta(text) {
  const out = [];
  for (let left = size(text); left > 0; ) {
    const n = 1 + random(left);
    const what = random(3);
    if (what === 0) out.push(word(3));
    else {
      out.push(what === 1 ? n : -n);
      left -= n;
    }
  }
  return tidy([...out, word(3)]);
}

test("V3 a delta counts code points, not UTF-16 units", () => {
  assert.equal(apply("a😀b", [2, "X"]), "a😀Xb");
  assert.equal(apply("a😀b", [1, -1]), "ab");
  assert.deepEqual(diff("a😀b", "a😁b"), [1, "😁", -1]);
  assert.throws(() => apply("ab", [3]), RangeError);
});

test("tidy has one form for equal changes", () => {
  assert.deepEqual(tidy([1, -2, "x", -1, 0, "", 3]), [1, "x", -3]);
  assert.deepEqual(tidy(["a", "b", 4]), ["ab"]);
});

test("typed digits are text", () => {
  assert.deepEqual(diff("a", "a1"), [1, "1"]);
  assert.deepEqual(compose(["-1"], [2, "0"]), ["-10"]);
});

test("V4 at the same place the earlier arrival stays left", () => {
  assert.deepEqual(transform(["mine"], ["theirs"], false), [6, "mine"]);
  assert.deepEqual(transform(["mine"], ["theirs"], true), ["mine"]);
});

test("diff, invert and compose do what they say", () => {
  for (let i = 0; i < 3000; i += 1) {
    const a = word(12);
    const first = delta(a);
    const b = apply(a, first);
    const second = delta(b);
    assert.equal(apply(b, invert(first, a)), a);
    assert.equal(apply(a, diff(a, b)), b);
    assert.equal(apply(a, compose(first, second)), apply(b, second));
  }
});

test("the diamond closes: a then b' = b then a'", () => {
  for (let i = 0; i < 5000; i += 1) {
    const text = word(12);
    const [a, b] = [delta(text), delta(text)];
    assert.equal(apply(apply(text, a), transform(b, a, false)), apply(apply(text, b), transform(a, b, true)));
  }
});

test("a caret follows what others type before it", () => {
  assert.equal(follow(3, [1, "xy"]), 5);
  assert.equal(follow(3, [-2]), 1);
  assert.equal(follow(3, [3, "after it goes before the caret"]), 3 + 30);
  assert.equal(follow(3, [4, "later"]), 3);
});

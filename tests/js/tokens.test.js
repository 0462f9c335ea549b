// Contrast of every pair of tokens that stand on each other, in both themes (WCAG 2.2: 4.5 for text, 3 for edges).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const css = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
const HEX = "#([0-9a-f]{3,6})";

function token(name, theme) {
  const both = css.match(new RegExp(`--${name}:\\s*light-dark\\(${HEX},\\s*${HEX}\\)`));
  const one = css.match(new RegExp(`--${name}:\\s*${HEX};`));
  assert.ok(both || one, `there is no token --${name}`);
  const hex = both ? both[theme === "light" ? 1 : 2] : one[1];
  return hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
}

function luminance(hex) {
  const [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const TEXT = [
  ...["paper", "canvas", "surface", "surface-2"].flatMap((ground) => ["text", "text-2", "text-3", "ink", "good", "warn", "bad"].map((ink) => [ink, ground])),
  ["on-ink", "ink"], ["on-ink", "ink-hover"], ["text", "ink-soft"], ["ink", "ink-soft"], ["text-2", "ink-soft"],
  ...["good", "warn", "bad"].flatMap((meaning) => [[meaning, `${meaning}-soft`], ["text", `${meaning}-soft`]]),
  ["text-2", "warn-soft"], ["on-mark", "mark"], ["on-pencil", "pencil"], ["on-bad-solid", "bad-solid"], ["surface", "good"],
  ["on-toast", "toast"], ["on-toast", "toast-2"],
  ...Array.from({ length: 12 }, (_, i) => [`on-dept-${i + 1}`, `dept-${i + 1}`]),
];
const EDGE = [
  ...["paper", "canvas", "surface"].flatMap((ground) => ["line-2", "focus", "graphite", "felt-n2", "felt-n1", "felt-z", "felt-p1", "felt-p2"].map((edge) => [edge, ground])),
  ...["surface", "canvas"].flatMap((ground) => Array.from({ length: 12 }, (_, i) => [`dept-${i + 1}`, ground])),
  ["toast-focus", "toast"],
];

for (const theme of ["light", "dark"]) {
  for (const [pairs, least, what] of [[TEXT, 4.5, "text"], [EDGE, 3, "edge"]]) {
    test(`${theme}: every ${what} has a contrast of ${least} or more`, () => {
      const poor = pairs.map(([a, b]) => [`${a} on ${b}`, contrast(token(a, theme), token(b, theme))]).filter(([, ratio]) => ratio < least);
      assert.deepEqual(poor, []);
    });
  }
}

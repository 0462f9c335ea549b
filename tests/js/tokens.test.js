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

// Colour distance in OKLab (Ottosson 2020), as typical eyes see it and as full colour-vision deficiency does (Machado,
// Oliveira and Fernandes 2009, severity 1, on linear light). 0.02 is just noticeable; 0.05 is told apart easily.
const VISION = {
  typical: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
const LMS = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]];
const LAB = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]];
const times = (matrix, v) => matrix.map((row) => row.reduce((sum, n, i) => sum + n * v[i], 0));

function oklab(hex, vision) {
  const linear = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const seen = times(VISION[vision], linear).map((v) => Math.min(1, Math.max(0, v)));
  return times(LAB, times(LMS, seen).map(Math.cbrt));
}

const apart = (a, b, vision) => Math.hypot(...oklab(a, vision).map((n, i) => n - oklab(b, vision)[i]));

for (const theme of ["light", "dark"]) {
  test(`${theme}: any two departments are told apart, whatever one's colour vision`, () => {
    const names = Array.from({ length: 12 }, (_, i) => `dept-${i + 1}`);
    const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b]));
    for (const vision of Object.keys(VISION)) {
      const near = pairs.map(([a, b]) => [`${a} and ${b}, ${vision}`, apart(token(a, theme), token(b, theme), vision)]).filter(([, distance]) => distance < 0.07);
      assert.deepEqual(near, []);
    }
  });

  test(`${theme}: how bad and how good it felt is told apart, whatever one's colour vision`, () => {
    for (const vision of Object.keys(VISION)) {
      for (const [bad, good] of [["felt-n2", "felt-p2"], ["felt-n2", "felt-p1"], ["felt-n1", "felt-p1"], ["bad", "good"]]) {
        const distance = apart(token(bad, theme), token(good, theme), vision);
        assert.ok(distance >= 0.05, `${bad} and ${good}, ${vision}: ${distance.toFixed(3)}`);
      }
    }
  });
}

test("the distance is that of the reference", () => {
  assert.ok(Math.abs(apart("ffffff", "000000", "typical") - 1) < 0.001);
  assert.ok(Math.abs(apart("0b6e55", "0b6e55", "deutan")) < 1e-9);
  assert.ok(Math.abs(oklab("ff0000", "typical")[0] - 0.628) < 0.001); // Ottosson's published value for red
});

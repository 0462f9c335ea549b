// Small pictures of a curve in lists: <div class="mini" data-felt="-1,,2," data-intended="1,1,2,">.
import { drawCurve } from "./curve.js";

const MOST = 20; // more points than that are drawn as averages
const numbers = (text) => (text ?? "").split(",").slice(0, -1).map((n) => (n === "" ? null : Number(n)));

function calm(all) {
  const step = Math.ceil(all.length / MOST);
  const parts = Array.from({ length: Math.ceil(all.length / step) || 0 }, (_, i) => all.slice(i * step, (i + 1) * step).filter((n) => n !== null));
  return parts.map((part) => (part.length ? part.reduce((sum, n) => sum + n, 0) / part.length : null));
}

for (const box of document.querySelectorAll(".mini[data-felt]")) {
  const [felt, intended] = [calm(numbers(box.dataset.felt)), calm(numbers(box.dataset.intended))];
  const points = felt.map((n, i) => [i, [{ id: "", title: "", felt: n, intended: intended[i], quotes: 0 }]]);
  drawCurve(box, new Map(points), { compact: true });
  box.firstElementChild?.setAttribute("aria-hidden", "true");
}

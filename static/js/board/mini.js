// Small pictures of a curve in lists: <div class="mini" data-felt="-1,,2," data-intended="1,1,2,">. Where the stages'
// names stand under it, data-stages="2,1," says how many of these are in each: one point a stage, in the middle of it.
import { drawCurve } from "./curve.js";

const MOST = 20; // more points than that are drawn as averages
const numbers = (text) => (text ?? "").split(",").slice(0, -1).map((n) => (n === "" ? null : Number(n)));

function calm(all, stages) {
  const step = Math.ceil(all.length / MOST);
  const sizes = stages.length ? stages : Array(Math.ceil(all.length / step) || 0).fill(step);
  let at = 0;
  const parts = sizes.map((size) => all.slice(at, (at += size)).filter((n) => n !== null));
  return parts.map((part) => (part.length ? part.reduce((sum, n) => sum + n, 0) / part.length : null));
}

for (const box of document.querySelectorAll(".mini[data-felt]")) {
  const stages = numbers(box.dataset.stages);
  const [felt, intended] = [box.dataset.felt, box.dataset.intended].map((text) => calm(numbers(text), stages));
  const points = felt.map((n, i) => [i, [{ id: "", title: "", felt: n, intended: intended[i], quotes: 0 }]]);
  drawCurve(box, new Map(points), { compact: true });
  box.firstElementChild?.setAttribute("aria-hidden", "true");
}

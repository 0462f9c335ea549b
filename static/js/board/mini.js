// Small pictures of a curve in lists: <div class="mini" data-felt="-1,,2," data-intended="1,1,2,">.
import { drawCurve } from "./curve.js";

const numbers = (text) => (text ?? "").split(",").slice(0, -1).map((n) => (n === "" ? null : Number(n)));

for (const box of document.querySelectorAll(".mini[data-felt]")) {
  const intended = numbers(box.dataset.intended);
  const points = numbers(box.dataset.felt).map((felt, i) => [i, [{ id: "", title: "", felt, intended: intended[i], quotes: 0 }]]);
  drawCurve(box, new Map(points), { compact: true });
  box.firstElementChild?.setAttribute("aria-hidden", "true");
}

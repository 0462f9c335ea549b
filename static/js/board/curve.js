// The emotion curve: felt (drawn, twice, like a pencil) against intended (thin dashes), the gap between them shaded.
// Nothing is measured: paths live in a stretched 1000 × 100 box with strokes that do not scale, dots and notes in per
// cent. So it needs no redraw when the window changes, and prints right at any size.
import { svg } from "./dom.js";
import { plural, short } from "./words.js";

const scatter = (seed) => () => (seed = (seed * 16807) % 2147483647) / 2147483647;
let drawn = 0; // clip paths need names that no other curve on the page has
const pc = (n) => `${n.toFixed(2)}%`;

/** A smooth path through points that never overshoots (monotone in x). `wobble`: how shaky the hand is. */
export function smooth(points, wobble = 0, seed = 3) {
  const random = scatter(seed);
  const y = (n) => (n + wobble * (random() * 2 - 1)).toFixed(2);
  if (points.length < 2) return "";
  const slopes = points.map(([x, v], i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!before || !after || (v - before[1]) * (after[1] - v) <= 0) return 0;
    return (after[1] - before[1]) / (after[0] - before[0]);
  });
  const parts = [`M${points[0][0].toFixed(1)} ${y(points[0][1])}`];
  for (let i = 1; i < points.length; i += 1) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    const third = (x1 - x0) / 3;
    parts.push(`C${(x0 + third).toFixed(1)} ${y(y0 + slopes[i - 1] * third)} ${(x1 - third).toFixed(1)} ${y(y1 - slopes[i] * third)} ${x1.toFixed(1)} ${y(y1)}`);
  }
  return parts.join("");
}

/** Points of the curve: one a touchpoint, or one a stage when there are too many to tell apart. */
export function pointsOf(columns, height) {
  const all = [...columns.values()];
  const crowded = all.flat().length > 6 * all.length;
  const points = all.flatMap((list, i) => {
    const rated = list.filter((touchpoint) => touchpoint.felt !== null || touchpoint.intended !== null);
    if (!rated.length) return [];
    if (crowded) return [averaged(rated, ((i + 0.5) / all.length) * 100)];
    return list.map((touchpoint, k) => ({ x: ((i + (k + 0.5) / list.length) / all.length) * 100, touchpoint, ...touchpoint }));
  });
  return points.map((point) => ({ ...point, y: height(point.felt), w: height(point.intended) }));
}

/** The stage's mean, weighted by how many customers spoke, and the span from its worst to its best. */
function averaged(list, x) {
  const mean = (name) => {
    const rated = list.filter((touchpoint) => touchpoint[name] !== null);
    const weight = rated.reduce((sum, touchpoint) => sum + touchpoint.quotes + 1, 0);
    return rated.length ? rated.reduce((sum, touchpoint) => sum + touchpoint[name] * (touchpoint.quotes + 1), 0) / weight : null;
  };
  const felt = list.map((touchpoint) => touchpoint.felt).filter((n) => n !== null);
  const worst = list.reduce((a, b) => ((b.felt ?? 9) < (a.felt ?? 9) ? b : a));
  return { x, touchpoint: worst, felt: mean("felt"), intended: mean("intended"), span: felt.length ? [Math.max(...felt), Math.min(...felt)] : null };
}

/** Draw into an element. `compact`: the strip for travelling on a phone, the picture in a list. */
export function drawCurve(box, columns, { compact = false } = {}) {
  const key = `c${(drawn += 1)}`;
  const pad = compact ? 16 : 20; // above and below there is room for the words of the best and the lowest
  const height = (v) => (v === null ? null : pad + ((2 - v) * (100 - 2 * pad)) / 4);
  const points = pointsOf(columns, height);
  const felt = points.filter((point) => point.y !== null);
  const wanted = points.filter((point) => point.w !== null);
  box.toggleAttribute("data-empty", !felt.length && !wanted.length);
  const best = (sign) => felt.reduce((p, q) => (sign * (q.y - p.y) > 0 || (q.y === p.y && q.touchpoint.quotes > p.touchpoint.quotes) ? q : p), felt[0]);
  const [low, high] = [best(1), best(-1)];
  const flat = !low || low.y === high.y || Boolean(low.span); // a mean has no one touchpoint to name
  const words = flat ? "" : ` Lowest: ${low.touchpoint.title}. Best: ${high.touchpoint.title}.`;
  box.replaceChildren(svg("svg.curve__svg", { width: "100%", height: "100%", role: "img", "aria-label": `Emotion curve, felt against intended.${words}` },
    ...(compact ? [] : [2, 1, 0, -1, -2].map((v) => svg(v ? "line.curve__grid" : "line.curve__grid.curve__grid--0", { x1: 0, x2: "100%", y1: `${height(v)}%`, y2: `${height(v)}%` }))),
    ...points.filter((point) => point.span && !compact).map(({ x, span }) => svg("line.curve__range", { x1: pc(x), x2: pc(x), y1: pc(height(span[0])), y2: pc(height(span[1])) })),
    lines(felt, wanted, key),
    ...felt.filter((point) => !compact || (!flat && (point === low || point === high))).map((point) => dot(point, compact ? 4 : !flat && (point === low || point === high) ? 7 : 4.5)),
    ...(compact || flat ? [] : [note(low, "Lowest", 23), note(high, "Best", -13)])));
}

function lines(felt, wanted, key) {
  const [f, w] = [felt.map((point) => [point.x * 10, point.y]), wanted.map((point) => [point.x * 10, point.w])];
  const box = svg("svg", { viewBox: "0 0 1000 100", preserveAspectRatio: "none", width: "100%", height: "100%", x: 0, y: 0 });
  const path = (name, d, more = {}) => box.append(svg(name, { d, "vector-effect": "non-scaling-stroke", ...more }));
  const both = felt.filter((point) => point.w !== null);
  if (both.length > 1) {
    const over = both.map((point) => [point.x * 10, point.w]);
    const under = smooth(over);
    const between = `${smooth(both.map((point) => [point.x * 10, point.y]))}${smooth([...over].reverse()).replace("M", "L")}Z`;
    const [a, b] = [over[0][0], over.at(-1)[0]];
    box.append(svg("clipPath", { id: `below-${key}` }, svg("path", { d: `${under}L${b} 100L${a} 100Z` })));
    box.append(svg("clipPath", { id: `above-${key}` }, svg("path", { d: `${under}L${b} 0L${a} 0Z` })));
    path("path.curve__gap", between, { "clip-path": `url(#below-${key})` });
    path("path.curve__gain", between, { "clip-path": `url(#above-${key})` });
  }
  path("path.curve__want", smooth(w));
  path("path.curve__felt", smooth(f, 0.5, 5));
  path("path.curve__felt.curve__felt--2", smooth(f, 1.5, 23));
  return box;
}

function dot(point, r) {
  return svg("g.curve__pt", { "data-felt": Math.round(point.felt), "data-card": point.touchpoint.id }, svg("circle", { cx: pc(point.x), cy: pc(point.y), r }));
}

function note({ x, y, touchpoint }, word, dy) {
  const said = touchpoint.quotes ? `, ${plural(touchpoint.quotes, "comment")}` : "";
  return svg("text.curve__note", { x: pc(x), y: pc(y), dy, "text-anchor": x > 88 ? "end" : x < 12 ? "start" : "middle" },
    `${word}: ${short(touchpoint.title, 34).replace(/^./, (c) => c.toLocaleLowerCase())}${said}`);
}

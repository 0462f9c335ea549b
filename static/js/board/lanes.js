// The lanes below the touchpoints that are read from other rooms: customers' strongest words, promises, measures.
import { none } from "./columns.js";
import { $, $$, el, glyph, hidden } from "./dom.js";
import { METRICS, plural, points, readComments, short } from "./words.js";

const SHOWN = 3;
const LATER = 1500; // ms after the last comment was placed: a file of them is asked for once
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const SIGNS = { done: "check", blocked: "flag", late: "flag" };
const EMPTY = {
  words: "The strongest words of each stage, once comments are placed.", cost: "Hours and money that customers state.",
  promise: "Promises made at the touchpoints above.", measure: "Said at a touchpoint: how we measure it.",
};

/** Fill a list only when what it says is new. Whoever stood on one of its links stands there again. */
function fill(list, key, items) {
  if (list.dataset.key === key) return;
  const held = list.contains(document.activeElement) && document.activeElement.textContent;
  list.dataset.key = key;
  list.replaceChildren(...items());
  none(list);
  if (held) $$(".lane-stop", list).find((stop) => stop.textContent === held)?.focus({ preventScroll: true });
}

/** A lane with nothing in any stage says once, in the first, what will stand there. */
export function hintEmpty(map) {
  for (const [name, words] of Object.entries(EMPTY)) {
    const empty = !$(`.cell--${name} li`, map);
    const hint = $(`.cell--${name} > .lane-hint`, map);
    if (empty === Boolean(hint)) continue;
    if (hint) hint.remove();
    else $(`.cell--${name}`, map)?.append(el("p.hint.lane-hint", {}, words));
  }
}

/** Promises made at the touchpoints of a stage, those not kept yet first, with their day. */
export function showPromises(column, touchpoints, model) {
  const here = new Set(touchpoints.map(({ id }) => id));
  const today = new Date().toISOString().slice(0, 10);
  const all = model.store.all("action").filter(({ touchpoint, status }) => here.has(touchpoint) && status !== "dropped")
    .map(({ id, title, due, status }) => ({ id, title: short(title, 70), due, state: status !== "done" && due < today ? "late" : status }))
    .sort((a, b) => (a.state === "done") - (b.state === "done") || a.due.localeCompare(b.due));
  const guest = model.me.role === "guest";
  fill($(".promises", column), JSON.stringify([guest, all]), () => [
    ...all.slice(0, SHOWN).map(({ id, title, due, state }) => {
      const words = { done: "Kept", blocked: "Blocked", late: `Was due ${day.format(new Date(due))}` }[state] ?? `Due ${day.format(new Date(due))}`;
      return el("li", { data: { state } }, guest ? title : el("a.lane-stop", { href: `/promises/${id}/`, tabIndex: -1 }, title), el("span.promises__when", {}, SIGNS[state] && glyph(SIGNS[state]), words));
    }),
    ...more(all, "more"),
  ]);
}

/** What customers would recommend here, and what is asked of them at which touchpoint. */
export function showMeasures(column, stage, touchpoints, model, scores) {
  const [nps, href] = [scores?.[stage], readComments(model, { stage, scale: "nps" })];
  const asked = touchpoints.filter(({ metric }) => metric);
  fill($(".measures", column), JSON.stringify([nps, asked.map(({ title, metric }) => [title, metric])]), () => [
    ...(nps ? [el("li.measures__here", {}, el("strong.measures__nps.num", {}, points(nps[0])), el("span.hint", {}, " NPS here, ",
      href ? el("a.lane-stop", { href, tabIndex: -1 }, plural(nps[1], "answer")) : plural(nps[1], "answer")))] : []),
    ...asked.slice(0, SHOWN).map(({ title, metric }) => el("li", {}, METRICS[metric], el("span.hint", {}, `, ${short(title, 40)}`))),
    ...more(asked, "more measured"),
  ]);
}

const more = (all, words) => (all.length > SHOWN ? [el("li.hint", {}, `and ${all.length - SHOWN} ${words}`)] : []);

/** The strongest words of each stage, from the server; asked for again when comments were placed. */
export class Words {
  constructor({ map, model, open }) {
    Object.assign(this, { map, model, open, words: {}, nps: {} });
    model.store.addEventListener("change", ({ detail }) => {
      if (detail.events?.some(({ name }) => name.startsWith("comment.") || name === "undone")) this.#ask(LATER);
    });
    this.#ask(0);
  }

  #ask(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#fetch(), wait);
  }

  async #fetch() {
    try {
      const answer = await fetch(new URL("words/", location.href), { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      Object.assign(this, await answer.json());
      this.map.words = this;
      this.model.scores = this.nps;
      this.map.showScores();
      this.map.showLanes();
      this.map.dispatchEvent(new Event("words"));
    } catch {
      // Offline: what is there stays, and the next placed comment asks again.
    }
  }

  show(column, stage) {
    const all = Object.entries(this.words).flatMap(([was, list]) => list.map(({ parts, touchpoint }) => ({ was, parts, at: this.model.store.get(touchpoint) })));
    const words = all.filter(({ was, at }) => (at?.stage ?? was) === stage); // they go with their touchpoint
    fill($(".spoken", column), JSON.stringify(words.map(({ parts, at }) => [parts, at?.title])), () => words.map(({ parts, at }) =>
      el("li", {}, el("q", {}, parts.map((part, i) => (i % 2 ? el("mark", {}, part) : part))),
        at && el("button.spoken__at.lane-stop", { type: "button", tabIndex: -1, onclick: () => this.open(at.id) }, hidden("Said at "), short(at.title, 40)))));
  }
}

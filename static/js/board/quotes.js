// What customers said at a touchpoint, in the drawer: their words, with effort, time and cost under the highlighter.
import { el, icon } from "./dom.js";
import { plural, points, readComments } from "./words.js";

const FIRST = 3;
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

export class Quotes {
  constructor(model) {
    this.model = model;
    this.node = el("section.field", { "aria-live": "off" });
    this.of = null;
  }

  /** Asked for when a card is opened and when its count changes, never for cards nobody looks at. */
  async show({ id, quotes }) {
    const nps = this.model.scores[id];
    const key = `${id} ${quotes} ${nps ?? ""}`;
    if (this.of === key) return;
    this.of = key;
    this.node.hidden = !quotes;
    if (!quotes) return;
    const [words, href] = [plural(quotes, "customer comment"), readComments(this.model, { touchpoint: id })];
    this.node.replaceChildren(el("h3.label", {}, href ? el("a", { href }, words) : words, " behind it", ...(nps ? this.#score(id, nps) : [])));
    try {
      const answer = await fetch(new URL(`touchpoints/${id}/comments/`, location.href), { headers: { Accept: "application/json" } });
      if (!answer.ok || this.of !== key) return;
      const { comments } = await answer.json();
      this.#draw(comments, FIRST);
    } catch {
      this.of = null; // offline: the count stays, the words come with the next opening
    }
  }

  #score(id, [value, answers]) {
    const [words, href] = [plural(answers, "answer"), readComments(this.model, { touchpoint: id, scale: "nps" })];
    return [`, NPS ${points(value)} from `, href ? el("a", { href }, words) : words];
  }

  #draw(comments, most) {
    const more = comments.length > most && el("button.btn.btn--s.btn--quiet", { type: "button", onclick: () => this.#draw(comments, Infinity) }, icon("quote"), `All ${comments.length}`);
    this.node.replaceChildren(this.node.firstElementChild, ...comments.slice(0, most).map(said), ...(more ? [el("p", {}, more)] : []));
  }
}

const STAFF = { heard: "heard by us", opinion: "our opinion" };

function said({ text, quantities, account, contact, date, source_kind: kind }) {
  const from = [contact, account, date && day.format(new Date(date)), STAFF[kind]].filter(Boolean).join(", ");
  return el("blockquote.says", {}, el("p", {}, "“", ...marked(text, quantities), "”"), from && el("footer", {}, from));
}

/** The text with what was quantified marked; places count code points, as everywhere on the wire. */
function marked(text, quantities) {
  const letters = Array.from(text);
  const parts = [];
  let at = 0;
  for (const { start, end } of [...quantities].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    parts.push(letters.slice(at, start).join(""), el("mark", {}, letters.slice(start, end).join("")));
    at = end;
  }
  return [...parts, letters.slice(at).join("")];
}

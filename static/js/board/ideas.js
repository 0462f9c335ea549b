// Ideas for a stage: touchpoints that other B2B companies have there, one click each. The list fits the stage by its
// names; every other part of the journey is one choice away.
import { $, el, glyph, icon } from "./dom.js";
import { LIBRARY } from "./library.js";
import { quote } from "./words.js";

const CLOSE = 4; // letters that two forms of a word share: "comparing", "compare"

export class Ideas {
  constructor({ map, model, edits }) {
    Object.assign(this, { map, model, edits });
    this.dialog = document.getElementById("ideas");
    this.list = $("ul", this.dialog);
    this.part = $("select", this.dialog);
    this.part.replaceChildren(...LIBRARY.map(({ name }, i) => el("option", { value: i }, name)));
    this.part.addEventListener("change", () => this.#show());
    map.addEventListener("click", ({ target }) => {
      const opener = target.closest(".idea");
      if (opener) this.open(opener.closest(".stage").dataset.stage);
    });
    this.dialog.addEventListener("close", () => (this.map.card(this.added) ?? $(".idea", this.map.column(this.stage) ?? map))?.focus());
  }

  open(stage) {
    if (!this.model.mayAdd) return;
    Object.assign(this, { stage, added: null });
    const record = this.model.store.get(stage);
    $("#ideas-stage").textContent = quote(record.name);
    this.part.value = String(fitting(`${record.name} ${record.internal_name}`, this.model.stages.indexOf(record) / Math.max(1, this.model.stages.length - 1)));
    this.#show();
    this.dialog.showModal();
  }

  #show() {
    const here = new Set(this.model.in(this.stage).map(({ title }) => title.toLowerCase()));
    this.list.replaceChildren(...LIBRARY[Number(this.part.value)].ideas.map(([title, channel, kind]) => this.#idea(title, channel, kind, here.has(title.toLowerCase()))));
  }

  #idea(title, channel, kind, there) {
    const known = this.model.channels.find(({ name }) => name === channel);
    const button = el("button.btn.btn--s", { type: "button", disabled: there, "aria-label": `Add ${quote(title)}` }, icon(there ? "check" : "plus"), there ? "On the map" : "Add");
    button.addEventListener("click", () => {
      const last = this.model.in(this.stage).at(-1)?.id ?? null;
      this.added = this.edits.add(this.stage, last, title, { of_kind: kind, ...(known ? { channels: [known.id] } : {}) });
      button.replaceChildren(icon("check"), "Added");
      button.disabled = true;
      (this.list.querySelector("button:not([disabled])") ?? $("[data-close]", this.dialog)).focus();
    });
    return el("li", {}, el("span", {}, title, known && el("span.hint.row", {}, glyph(known.icon), known.name)), button);
  }
}

/** The part of the journey that a stage's names speak of; by its place when they do not say. */
function fitting(names, place) {
  const words = names.toLowerCase().match(/[a-z-]{4,}/g) ?? [];
  const score = LIBRARY.map((part) => part.words.filter((word) => words.some((own) => word.length >= CLOSE && own.slice(0, CLOSE) === word.slice(0, CLOSE))).length);
  const best = Math.max(...score);
  return best ? score.indexOf(best) : Math.round(place * (LIBRARY.length - 1));
}

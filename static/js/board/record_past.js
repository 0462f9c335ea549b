// What happened to a touchpoint, in the drawer: who changed what from what to what, with a way to put it back.
import { $, el, icon } from "./dom.js";
import { ASKED, TEXTS, property, quote, valueWords } from "./words.js";

const when = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const HIDDEN = new Set(["order", "quotes", "evidence"]); // places and what follows from comments

export class Past {
  constructor({ model, edits, id }) {
    Object.assign(this, { model, edits, id });
    this.list = el("ol.past", { role: "list" });
    this.node = el("details.fold", { ontoggle: () => this.show() }, el("summary", {}, icon("clock"), "What happened to it"), this.list);
  }

  /** Asked for when somebody looks, and again when the touchpoint changed meanwhile. */
  async show() {
    if (!this.node.open || this.asking) return;
    const now = this.model.store.get(this.id);
    if (this.of === now) return;
    this.of = now;
    this.asking = true;
    try {
      const answer = await fetch(`/api${location.pathname}history/${this.id}/`, { headers: { Accept: "application/json" } });
      if (answer.ok) this.#draw((await answer.json()).changes.filter((change) => !HIDDEN.has(change.field)));
      else this.#say("This cannot be read just now.");
    } catch {
      this.#say("You are offline. It is read when you are back.");
      this.of = null;
    }
    this.asking = false;
  }

  #say(words) { this.list.replaceChildren(el("li.muted", {}, words)); }

  #draw(changes) {
    const record = this.model.store.get(this.id);
    const other = ({ what, field, before }) => what === "changed" && field !== "stage" && JSON.stringify(before) !== JSON.stringify(record[field]);
    this.list.replaceChildren(...changes.map((change) => this.#line(change, this.model.mayEdit(record) && other(change))));
    if (!changes.length) this.#say("Nothing yet.");
  }

  #line({ at, by_name: who, what, field, before, after }, may) {
    const words = (value) => valueWords(field, value, (id) => this.model.nameOf(id));
    const long = field in TEXTS && before.length + after.length > 60;
    const back = may && el("button.btn.btn--quiet.btn--s", { type: "button", onclick: () => this.#back(field, before) }, icon("undo-2"), "Put it back");
    return el("li", {}, el("p", {}, el("strong", {}, who), what === "changed" ? ` · ${property(field)}` : ` ${what} it`),
      what === "changed" && (long
        ? [before && el("p", {}, el("del", {}, before)), el("p", {}, el("ins", {}, after || "(emptied)"))]
        : el("p", {}, el("del", {}, words(before)), " → ", el("ins", {}, words(after)))),
      el("div.row", {}, el("span.hint", {}, when.format(new Date(at))), back));
  }

  #back(field, value) {
    if (field in { ...TEXTS, ...ASKED }) this.edits.write(this.id, field, value);
    else this.edits.change(this.id, { [field]: value });
    this.edits.offer(`Put back: ${property(field)} ${quote(String(valueWords(field, value, (id) => this.model.nameOf(id))).slice(0, 40))}`, this.edits.history.back.at(-1));
    $("summary", this.node).focus();
  }
}

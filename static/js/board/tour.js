// The tour: four steps, each of which is done by doing it. It never covers what it speaks of and ends at any moment.
import { announce } from "../live/announce.js";
import { $, el } from "./dom.js";

export class Tour {
  constructor({ map, model, history }) {
    Object.assign(this, { map, model, history, at: -1 });
    model.store.addEventListener("change", () => this.#look());
    history.addEventListener("change", () => this.#look());
    const added = () => model.store.get(this.card);
    const touch = matchMedia("(hover: none)").matches;
    this.steps = [
      { head: "Pencil what she does", text: touch ? "Tap Add in a stage and write one thing a customer does there." : "Press Add in a stage (or N) and write one thing a customer does there. Enter keeps it.",
        target: () => $(".adds:not([hidden]) .add", map), done: () => this.#newest() },
      { head: "Say how it feels", text: touch ? "Open the card and choose a face." : "Open the card with a click (or E) and choose a face. The curve above is drawn from these.",
        target: () => map.card(this.card), done: () => added() && added().felt !== null },
      { head: "Let her speak", text: "Write in the open card what she says there, beginning with “I”. Until customers say it themselves it stays pencil.",
        target: () => $('#card [data-field="statement"] textarea') ?? map.card(this.card), done: () => added()?.statement.trim().length > 2 },
      { head: "Take something back", text: touch ? "Close the card, press More, then Undo. It only takes back what you did yourself." : "Press Undo in the bar (or Ctrl Z outside a field). It only takes back what you did yourself.",
        target: () => $("#undo"), done: () => this.history.forth.length > this.undone },
    ];
  }

  start() {
    this.before = new Set(this.model.store.all("touchpoint").map(({ id }) => id));
    this.node ??= el("div.tour", { role: "dialog", "aria-labelledby": "tour-h" });
    document.body.append(this.node);
    document.body.dataset.touring = "";
    this.#go(0);
  }

  #newest() {
    const [fresh] = this.model.store.all("touchpoint").filter(({ id }) => !this.before.has(id));
    this.card = fresh?.id;
    return Boolean(fresh);
  }

  #look() {
    if (this.at >= 0 && this.steps[this.at].done()) this.#go(this.at + 1);
    else if (this.at >= 0) this.#point();
  }

  #go(at) {
    this.at = at;
    this.undone = this.history.forth.length;
    const step = this.steps[at];
    const button = (words, act) => el("button.btn.btn--s", { type: "button", onclick: act }, words);
    if (step) {
      this.node.replaceChildren(el("p.num", {}, `${at + 1} of ${this.steps.length}`), el("h2", { id: "tour-h" }, step.head), el("p", {}, step.text),
        el("div.row", {}, button("Skip this", () => this.#go(at + 1)), button("End the tour", () => this.#end())));
      announce(`${step.head}. ${step.text}`, { now: true });
      this.#point();
      return;
    }
    this.at = -1;
    this.node.replaceChildren(el("h2", { id: "tour-h" }, "That is all it takes"), el("p", {}, "Everything is saved as you go. Ask the others in: they see each other’s edits as they are made."),
      el("div.row", {}, button("Go on", () => this.#end())));
    announce("That is all it takes.", { now: true });
    this.#point();
    $("button", this.node).focus();
  }

  #point() {
    const target = this.steps[this.at]?.target();
    if (target === this.target && target?.dataset.tour !== undefined) return;
    delete this.target?.dataset.tour;
    this.target = target;
    if (target) target.dataset.tour = "";
  }

  #end() {
    this.at = -1;
    delete this.target?.dataset.tour;
    this.node.remove();
    delete document.body.dataset.touring;
    this.map.focus();
  }
}

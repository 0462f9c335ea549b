// Stages: their names in the customer's words, the question she asks herself, their order. For facilitators.
import { bindText } from "./field.js";
import { $, el, icon } from "./dom.js";
import { CONFIRMATIONS, short } from "./words.js";

const FIELDS = [
  ["name", "Name, as the customer says it", 80, true], ["question", "Her question here", 160, true],
  ["internal_name", "Our name for it", 80, true], ["goal", "What she wants to have reached at the end", 16000, false],
];

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

export class StageDialog {
  constructor({ map, model, edits, presence }) {
    Object.assign(this, { map, model, edits, presence, bound: [] });
    this.dialog = document.getElementById("stage");
    this.dialog.addEventListener("close", () => this.#closed());
    map.addEventListener("click", (event) => {
      const edit = event.target.closest(".stage__edit");
      if (edit) this.open(edit.closest(".stage").dataset.stage);
    });
    model.store.addEventListener("change", ({ detail }) => {
      if (this.id && detail.ids.has(this.id) && !model.store.get(this.id)) this.dialog.close();
    });
  }

  open(id) {
    if (!this.model.runs) return;
    this.id = id;
    const { edits, presence } = this;
    const fields = FIELDS.map(([field, label, maxLength, oneLine]) => {
      const control = el(oneLine ? "input.input" : "textarea.input", { id: `stage-${field}`, maxLength });
      this.bound.push(bindText(control, { edits, presence, id, field, required: field === "name", oneLine }));
      return el("div.field", {}, el("label", { htmlFor: control.id }, label), control);
    });
    const button = (image, words, act, more = "") => el(`button.btn.btn--s${more}`, { type: "button", onclick: act }, icon(image), words);
    const stages = this.model.stages;
    const at = stages.findIndex((stage) => stage.id === id);
    const moves = el("div.row.row--wrap", {},
      at > 0 && button("arrow-left", "Earlier", () => this.#move(at - 2)),
      at < stages.length - 1 && button("arrow-right", "Later", () => this.#move(at + 1)),
      button("plus", "Add a stage after it", () => this.add(id)),
      button("trash-2", "Rub out", () => this.#rub(), ".btn--danger"));
    $("#stage-h").textContent = `Stage ${at + 1}`;
    $(".stage-fields", this.dialog).replaceChildren(...fields, this.#confirmation(stages[at]), ...this.#split(id), moves);
    if (!this.dialog.open) this.dialog.showModal();
    $("#stage-name").focus();
  }

  /** What customers said when they were shown this stage, and how many. */
  #confirmation({ id, confirmation, confirmed_by: by, confirmed_on: on }) {
    const count = el("input.input.input--n", { type: "number", min: 0, max: 9999, value: by, id: "stage-by" });
    const box = el("fieldset.field", {}, el("legend", {}, "Did customers recognise themselves here?"),
      Object.entries(CONFIRMATIONS).map(([value, words]) => el("label.check", {}, el("input", { type: "radio", name: "confirmation", value, checked: value === confirmation }), el("span", {}, words))),
      el("div.row", {}, el("label", { htmlFor: "stage-by" }, "How many said so"), count, on && el("span.hint", {}, `on ${day.format(new Date(on))}`)));
    box.addEventListener("change", () => {
      const value = $("input:checked", box).value;
      this.edits.change(id, { confirmation: value, ...(value ? { confirmed_by: Math.min(9999, Math.max(0, Math.round(Number(count.value)) || 0)) } : {}) });
    });
    return box;
  }

  /** Two stages out of one: everything behind a touchpoint goes with it, with all that was said about it. */
  #split(id) {
    const [, ...rest] = this.model.in(id);
    if (!rest.length) return [];
    const at = el("select.input", { id: "stage-at" }, rest.map((touchpoint) => el("option", { value: touchpoint.id }, short(touchpoint.title))));
    const name = el("input.input", { id: "stage-new", maxLength: 80, required: true, placeholder: "Name of the new stage" });
    const form = el("form.stack", {}, el("label", { htmlFor: "stage-at" }, "The new stage begins with"), at,
      el("label.vh", { htmlFor: "stage-new" }, "Name of the new stage"), name, el("div.row", {}, el("button.btn.btn--s", {}, icon("arrow-right"), "Split")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!name.value.trim()) return;
      this.dialog.close();
      this.edits.splitStage(id, at.value, name.value.trim());
    });
    return [el("details.fold", {}, el("summary", {}, icon("copy"), "Split this stage in two"), form)];
  }

  /** A new stage with a name to write over. */
  add(after = this.model.stages.at(-1)?.id ?? null) {
    const id = this.edits.addStage(after, "New stage");
    this.#release();
    this.open(id);
    $("#stage-name").select();
  }

  #move(behind) {
    const { id } = this;
    this.edits.moveStage(id, this.model.stages[behind]?.id ?? null);
    this.#release();
    this.open(id);
  }

  #rub() {
    const { id } = this;
    this.dialog.close();
    this.edits.remove(id);
  }

  #release() {
    for (const bound of this.bound) bound.release();
    this.bound = [];
  }

  #closed() {
    this.#release();
    $(".stage__edit", this.map.column(this.id) ?? this.map)?.focus();
    this.id = null;
  }
}

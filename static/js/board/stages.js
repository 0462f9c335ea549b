// Stages: their names in the customer's words, the question she asks herself, their order. For facilitators.
import { bindText } from "./field.js";
import { $, $$, el, icon } from "./dom.js";

const FIELDS = [
  ["name", "Name, as the customer says it", 80, true], ["question", "Her question here", 160, true],
  ["internal_name", "Our name for it", 80, true], ["goal", "What she wants to have reached at the end", 16000, false],
];

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
    $(".stage-fields", this.dialog).replaceChildren(...fields, moves);
    if (!this.dialog.open) this.dialog.showModal();
    $("#stage-name").focus();
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

/** The journey's own name, in the bar: a button that turns into a field for those who may. */
export function journeyName({ model, edits, presence }) {
  const heading = document.getElementById("journey-name");
  const objective = document.getElementById("journey-objective");
  const show = () => {
    const { journey } = model;
    if (!journey) return;
    if (heading.textContent !== journey.name) heading.textContent = journey.name;
    objective.textContent = journey.objective || (model.runs ? "Say what this journey map is for" : "");
    document.title = `${journey.name} · Journeymap`;
  };
  const dialog = document.getElementById("journey");
  const open = () => {
    const bound = [];
    const fields = [["name", "Name", 120, true], ["objective", "What is this map for?", 16000, false],
      ["planned_use", "How will it be used?", 16000, false], ["success_measure", "How will you know that it worked?", 16000, false]]
      .map(([field, label, maxLength, oneLine]) => {
        const control = el(oneLine ? "input.input" : "textarea.input", { id: `journey-${field}-f`, maxLength, readOnly: !model.runs });
        bound.push(bindText(control, { edits, presence, id: model.journey.id, field, required: field === "name", oneLine }));
        return el("div.field", {}, el("label", { htmlFor: control.id }, label), control);
      });
    $(".journey-fields", dialog).replaceChildren(...fields);
    $(".journey-why", dialog).hidden = model.runs;
    dialog.addEventListener("close", () => bound.forEach((one) => one.release()), { once: true });
    dialog.showModal();
  };
  for (const opener of $$("[data-about]")) opener.addEventListener("click", open);
  model.store.addEventListener("change", ({ detail }) => [...detail.ids].some((id) => id?.startsWith("jn_")) && show());
  return show;
}

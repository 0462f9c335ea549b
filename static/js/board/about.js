// What a journey map is about: its name in the bar, and the dialog that says what it is for, for whom and until when.
import { bindText } from "./field.js";
import { $, $$, el, say } from "./dom.js";
import { portrait } from "./portrait.js";

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** The journey's own name, in the bar: a button that turns into a field for those who may. */
export function journeyName({ model, edits, presence }) {
  const heading = document.getElementById("journey-name");
  const objective = document.getElementById("journey-objective");
  const show = () => {
    const { journey } = model;
    if (!journey) return;
    if (heading.textContent !== journey.name) heading.textContent = journey.name;
    const persona = model.persona && model.store.get(model.persona);
    $("#journey-portrait").replaceChildren(...(persona ? [portrait(persona.id, "s")] : []));
    say($("#journey-for"), persona ? "What she is really trying to do" : "What this map is for");
    say(objective, persona ? model.store.get(persona.aim)?.name || persona.goals || "Nobody has said it yet." : journey.objective || (model.runs ? "Say what this journey map is for" : ""));
    const late = journey.review_by && journey.review_by < new Date().toISOString().slice(0, 10);
    $("#stale").hidden = !late;
    if (late) $("#stale").lastChild.textContent = `Out of date: to be looked at again by ${day.format(new Date(journey.review_by))}`;
    document.title = `${journey.name} · Journeymap`;
  };
  const dialog = document.getElementById("journey");
  const open = () => {
    if (!model.journey) { // pressed before the map has come: it opens as soon as that is there
      model.store.addEventListener("change", open, { once: true });
      return;
    }
    const bound = [];
    const fields = [["name", "Name", 120, true], ["objective", "What is this map for?", 16000, false],
      ["planned_use", "How will it be used?", 16000, false], ["success_measure", "How will you know that it worked?", 16000, false]]
      .map(([field, label, maxLength, oneLine]) => {
        const control = el(oneLine ? "input.input" : "textarea.input", { id: `journey-${field}-f`, maxLength, readOnly: !model.runs });
        bound.push(bindText(control, { edits, presence, id: model.journey.id, field, required: field === "name", oneLine }));
        return el("div.field", {}, el("label", { htmlFor: control.id }, label), control);
      });
    const set = (name) => ({ target }) => edits.change(model.journey.id, { [name]: target.value || null });
    const brand = el("select.input", { id: "journey-brand-f", disabled: !model.runs, onchange: set("brand") },
      el("option", { value: "own" }, "Our own brand"), el("option", { value: "category" }, "The whole category"));
    brand.value = model.journey.brand;
    const { owner } = model.journey; // guests do not get the list of who works here
    const gone = owner && !model.people.some(({ id }) => id === owner) ? [[owner, "Somebody who left"]] : [];
    const owners = el("select.input", { id: "journey-owner-f", disabled: !model.runs,
      onchange: ({ target }) => edits.change(model.journey.id, { owner: Number(target.value) || null }) },
    [["", "Nobody yet"], ...gone, ...model.people.map(({ id, name }) => [id, name])].map(([value, name]) => el("option", { value }, name)));
    owners.value = owner ?? "";
    const review = el("input.input", { id: "journey-review-f", type: "date", value: model.journey.review_by ?? "", disabled: !model.runs, onchange: set("review_by") });
    fields.push(el("div.field", {}, el("label", { htmlFor: brand.id }, "Whose customers?"), brand),
      ...(model.people.length ? [el("div.field", {}, el("label", { htmlFor: owners.id }, "Who owns it?"), el("p.hint", {}, "Hears when the map is out of date."), owners)] : []),
      el("div.field", {}, el("label", { htmlFor: review.id }, "Look at it again by"), el("p.hint", {}, "After that day the map is marked as out of date."), review));
    $(".journey-fields", dialog).replaceChildren(...fields);
    $(".journey-why", dialog).hidden = model.runs;
    dialog.addEventListener("close", () => bound.forEach((one) => one.release()), { once: true });
    dialog.showModal();
  };
  for (const opener of $$("[data-about]")) opener.addEventListener("click", open);
  model.store.addEventListener("change", ({ detail }) => [...detail.ids].some((id) => /^(jn|pe|am)_/.test(id)) && show());
  return show;
}

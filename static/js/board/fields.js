// The controls for everything that is said about one touchpoint: the drawer and the outline show the same.
import { el, glyph, icon } from "./dom.js";
import { checkControl, feelingControl, picksControl, selectControl, severityControl, textControl } from "./controls.js";
import { ASKED, KINDS, METRICS, NEEDS, VERDICTS } from "./words.js";

let made = 0; // the drawer and the outline may show the same touchpoint: each field needs a name of its own

/** Where she meets us may be new to the map: named here, it is on the map and picked in one step to undo. */
function anotherChannel(id, { model, edits }) {
  if (!model.runs) return null;
  const box = el("input.input", { id: `channel-${(made += 1)}`, maxLength: 40, enterKeyHint: "done", placeholder: "Service app" });
  const online = el("input", { type: "checkbox" });
  const add = () => {
    const name = box.value.trim();
    if (!name) return;
    const known = model.channels.find((channel) => channel.name.toLocaleLowerCase() === name.toLocaleLowerCase());
    edits.meet(id, known?.id, { name, online: online.checked, icon: online.checked ? "globe" : "message-square" });
    box.value = "";
  };
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    add();
  });
  return el("details.more", {}, el("summary", {}, "Another channel"), el("label.label", { htmlFor: box.id }, "What is it called?"), box,
    el("label.check", {}, online, el("span", {}, "It is online")), el("button.btn.btn--s", { type: "button", onclick: add }, icon("plus"), "Add channel"));
}

/** `first`: what everybody says; `measured`: how we find out whether it got better. */
export function fieldsOf(id, { model, edits, presence }) {
  const change = (values) => edits.change(id, values);
  const feel = (values) => edits.feel(id, values);
  const she = (word = "she") => (model.persona ? model.nameOf(model.persona) : word);
  const text = (field, more = {}) => textControl(field, { edits, presence, id, ...more });
  const named = (words) => () => Object.entries(words);
  const departments = () => [["", "Nobody yet"], ...[...model.departments.values()].map((d) => [d.id, `${d.code} · ${d.name}`])];
  return {
    first: [
      text("title", { rows: 1 }),
      text("statement", { hint: "As she would say it: “I …”" }),
      feelingControl("felt", () => `How did ${she()} feel?`, feel),
      feelingControl("intended", () => `How do we want ${she("her")} to feel?`, feel),
      severityControl(change),
      checkControl("moment_of_truth", "Moment of truth: it decides whether she stays", change, el("span.mot", {}, glyph("star"))),
      checkControl("agreed", "Agreed: the group sees it like this", change, el("span.agreed", {}, glyph("handshake"))),
      picksControl("channels", "Where she meets us", () => model.channels, change, anotherChannel(id, { model, edits })),
      selectControl("lead", "Department that answers for it", departments, change),
      picksControl("contributors", "Also involved", (record) => [...model.departments.values()].filter((d) => d.id !== record.lead), change),
      text("description", { rows: 3 }),
      text("benefit"),
      selectControl("of_kind", "Kind", named(KINDS), change),
      selectControl("verdict", "Keep, fix or remove?", named(VERDICTS), change),
      selectControl("needs", "What it needs", named(NEEDS), change),
      text("notes", { rows: 3 }),
    ],
    measured: [selectControl("metric", "How we measure it", named(METRICS), change), ...Object.keys(ASKED).map((field) => text(field, { rows: 1 }))],
  };
}

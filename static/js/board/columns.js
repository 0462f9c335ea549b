// The frame of the map: a stage's column with its lanes, and the labels of the lanes on the left.
import { $, chip, el, glyph, hidden, icon, say, svg } from "./dom.js";
import { FEELINGS, costs, plural, readComments } from "./words.js";

export const LANES = [["feel", "activity", "Feelings"], ["tp", "map-pin", "Touchpoints"], ["words", "quote", "In her words"], ["cost", "hourglass", "What it costs her"],
  ["promise", "lightbulb", "What we promised"], ["own", "users", "Who is involved"], ["measure", "target", "How we measure"]];

/** The lists of the lanes below the touchpoints; the outline has the same. */
const HOLDS = {
  words: () => el("ul.spoken", { role: "list" }), promise: () => el("ul.promises", { role: "list" }), own: () => el("p.owners"), measure: () => el("ul.measures", { role: "list" }),
  cost: () => el("ul.costs", { role: "list", title: "As customers said it in comments placed here. A working day has 8 hours." }),
};
export const holds = (name) => HOLDS[name]();

export function makeColumn(id) {
  const cell = ([name, image, words], ...children) =>
    el(`div.cell.cell--${name}`, { role: "group", "aria-label": words, data: name in HOLDS ? { none: "" } : {} }, el("h3.cell__label", {}, icon(image), words), ...children);
  return el("section.stage", { id: `stage-${id}`, "aria-labelledby": `stage-${id}-t`, data: { stage: id } },
    el("header.stage__head", {}, el("p.stage__n", { "aria-hidden": "true" }), el("h2", { id: `stage-${id}-t` }),
      el("button.stage__edit.btn.btn--quiet.btn--icon.btn--s", { type: "button", title: "Edit this stage" }, glyph("pencil"), hidden("")),
      el("p.stage__ask.hand"), el("div.stage__facts", {}, el("p.stage__ours"), el("p.stage__said", { hidden: true }, hidden("")))),
    cell(LANES[0]),
    cell(LANES[1], el("ul.cards", { role: "list" }), el("div.adds", {}, el("button.add", { type: "button", tabIndex: -1 }, glyph("plus"), "Add", hidden(""), el("kbd", { "aria-hidden": "true" }, "N")),
      el("button.idea", { type: "button", tabIndex: -1 }, "Ideas", hidden("")))),
    LANES.slice(2).map((lane) => cell(lane, holds(lane[0]))));
}

export function showHead(column, stage, n, model) {
  say($(".stage__n", column), String(n));
  say($("h2", column), stage.name);
  say($(".stage__ours", column), stage.internal_name);
  $(".stage__ours", column).title = stage.internal_name;
  $(".stage__ours", column).hidden = !stage.internal_name;
  say($(".stage__ask", column), stage.question);
  const said = $(".stage__said", column);
  said.hidden = !stage.confirmation;
  said.dataset.said = stage.confirmation;
  const words = confirmation(stage);
  said.title = words;
  said.dataset.short = words && `${stage.confirmed_by || ""} ${stage.confirmation === "confirmed" ? "confirmed" : "disagree"}`.trim();
  say($("span", said), words);
  const named = [[".stage__edit .vh", `Edit the stage ${stage.name}`], [".add .vh", `a touchpoint to ${stage.name}`],
    [".idea .vh", `for ${stage.name}`]];
  for (const [part, words] of named) say($(part, column), words);
  $(".cards", column).setAttribute("aria-label", `Touchpoints in ${stage.name}`);
  $(".stage__edit", column).hidden = !model.runs;
  $(".adds", column).hidden = !model.mayAdd;
}

/** What customers said when they were shown the stage. */
export function confirmation({ confirmation: said, confirmed_by }) {
  const many = confirmed_by ? plural(confirmed_by, "customer") : "Customers";
  return { confirmed: `${many} confirmed it`, disputed: `${many} see it otherwise` }[said] ?? "";
}

/** A lane that holds nothing in this stage: a phone leaves it out. (An attribute, no :has(): with one, each edit styled anew what stands above it.) */
export function none(list) {
  list.closest(".cell")?.toggleAttribute("data-none", !list.firstElementChild);
}

/** The departments behind the touchpoints of a stage, each once. */
export function showOwners(column, touchpoints, model) {
  const box = $(".owners", column);
  const ids = [...new Set(touchpoints.flatMap((touchpoint) => [touchpoint.lead, ...touchpoint.contributors]))].filter(Boolean).sort();
  const key = ids.join();
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...ids.map((id) => chip(model.department(id))));
  none(box);
}

/** What customers say a stage costs them: hours, days of waiting, money in the currency they named. */
export function showCosts(column, stage, touchpoints, model) {
  const box = $(".costs", column);
  const total = {};
  for (const { stated } of [model.store.get(stage) ?? {}, ...touchpoints]) for (const [name, amount] of Object.entries(stated ?? {})) total[name] = (total[name] ?? 0) + amount;
  const key = JSON.stringify([model.me.role, total]);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...costs(total).map(([states, words]) => {
    const href = readComments(model, { stage, states });
    return el("li", {}, el("mark", {}, href ? el("a.lane-stop", { href, tabIndex: -1 }, words) : words));
  }));
  none(box);
}

export function lanes() {
  const line = (name, d) => svg("svg", { viewBox: "0 0 24 8" }, svg(`path.curve__${name}`, { d }));
  const key = [
    el("span.feel-faces", {}, [2, 0, -2].map((v) => el("span.felt", { data: { felt: v } }, glyph(FEELINGS.get(v)[0])))),
    el("span.feel-key", {}, el("span", {}, line("felt", "M1 5c6 2 10-4 22-2"), "felt"), el("span", {}, line("want", "M1 4h22"), "intended")),
  ];
  return el("div.lanes", { "aria-hidden": "true" }, el("div.lanes__corner"),
    LANES.map(([name, image, words]) => el(`div.lane-label.lane-label--${name}`, {}, icon(image), el("span", {}, words), name === "feel" && key)));
}

// The columns of the table: how a cell shows its value, what it is sorted by, and how it is changed where it stands.
import { chip, el, glyph, hidden, say } from "./dom.js";
import { EVIDENCE, FEELINGS, KINDS, KIND_SIGNS, METRICS, NEEDS, VERDICTS, costWords, short } from "./words.js";

const text = (name) => (cell, record) => say(cell, record[name] === null ? "" : String(record[name]));
const face = (name) => (cell, record) => {
  const value = record[name];
  if (cell.dataset.value === String(value) + record.unsaid) return;
  cell.dataset.value = String(value) + record.unsaid;
  cell.replaceChildren(...(record.unsaid ? [el("span.hint", {}, "not said yet")] : value === null ? [el("span.hint", {}, "–"), hidden("Not known")]
    : [el("span.felt", { data: { felt: value } }, glyph(FEELINGS.get(value)[0])), ` ${FEELINGS.get(value)[1]}`]));
};
const feelings = [["", "Not known"], ...[...FEELINGS].map(([value, [, words]]) => [value, words])];
const number = (value) => (value === "" ? null : Number(value));
const pairs = (words) => () => Object.entries(words);

/** `edit`: the options of a list, or "text", or "check"; without it Enter opens the card. `value`: what a choice means. */
export const COLUMNS = [
  { name: "title", label: "Touchpoint", key: (one) => one.title.toLowerCase(), edit: "text", show: text("title") },
  { name: "stage", label: "Stage", key: (one, model) => model.stages.findIndex(({ id }) => id === one.stage), show: (cell, one, model) => say(cell, model.nameOf(one.stage)),
    edit: (model) => model.stages.map(({ id, name }) => [id, name]) },
  { name: "of_kind", label: "Kind", key: (one) => KINDS[one.of_kind], edit: pairs(KINDS), show: (cell, one) => {
    if (cell.dataset.value === one.of_kind) return;
    cell.dataset.value = one.of_kind;
    cell.replaceChildren(glyph(KIND_SIGNS[one.of_kind]), ` ${KINDS[one.of_kind]}`);
  } },
  { name: "channels", label: "Where", key: (one, model) => where(one, model), show: (cell, one, model) => say(cell, where(one, model)) },
  { name: "lead", label: "Department", key: (one, model) => model.department(one.lead)?.name ?? "", value: (value) => value || null,
    edit: (model) => [["", "Nobody yet"], ...[...model.departments.values()].map(({ id, name }) => [id, name])],
    show: (cell, one, model) => {
      const department = model.department(one.lead);
      const key = `${one.lead} ${department?.name}`;
      if (cell.dataset.value === key) return;
      cell.dataset.value = key;
      cell.replaceChildren(chip(department, { named: true }));
    } },
  { name: "felt", label: "Felt", feels: true, key: (one) => one.felt, edit: () => feelings, value: number, show: face("felt") },
  { name: "intended", label: "Intended", feels: true, key: (one) => one.intended, edit: () => feelings, value: number, show: face("intended") },
  { name: "severity", label: "Hurts", key: (one) => one.severity, edit: () => [["", "Not known"], ...[1, 2, 3, 4, 5].map((n) => [n, n])], value: number, show: text("severity") },
  { name: "verdict", label: "Verdict", key: (one) => Object.keys(VERDICTS).indexOf(one.verdict), edit: pairs(VERDICTS), show: (cell, one) => say(cell, VERDICTS[one.verdict]) },
  { name: "needs", label: "Needs", key: (one) => one.needs, edit: pairs(NEEDS), show: (cell, one) => say(cell, one.needs ? NEEDS[one.needs] : "") },
  { name: "moment_of_truth", label: "Moment of truth", key: (one) => (one.moment_of_truth ? 0 : 1), edit: "check", show: (cell, one) => say(cell, one.moment_of_truth ? "★ yes" : "") },
  { name: "agreed", label: "Agreed", key: (one) => (one.agreed ? 0 : 1), edit: "check", show: (cell, one) => say(cell, one.agreed ? "✓ yes" : "") },
  { name: "evidence", label: "Backed by", key: (one) => Object.keys(EVIDENCE).indexOf(one.evidence), show: (cell, one) => say(cell, EVIDENCE[one.evidence].words) },
  { name: "quotes", label: "Comments", key: (one) => -one.quotes, show: text("quotes") },
  { name: "statement", label: "In her words", key: (one) => one.statement.toLowerCase(), show: (cell, one) => say(cell, short(one.statement, 120)) },
  { name: "stated", label: "Costs her", key: (one) => -((one.stated.hours ?? 0) + 8 * (one.stated.days ?? 0)) || null, show: (cell, one) => say(cell, costWords(one.stated).join(", ")) },
  { name: "promises", label: "We promised", key: (one, model) => -promised(one, model).length || null, show: (cell, one, model) => say(cell, short(promised(one, model).join("; "), 120)) },
  { name: "metric", label: "Measured by", key: (one) => Object.keys(METRICS).indexOf(one.metric) || null, edit: pairs(METRICS), show: (cell, one) => say(cell, one.metric ? METRICS[one.metric] : "") },
];

function promised({ id }, model) {
  return model.store.all("action").filter(({ touchpoint, status }) => touchpoint === id && status !== "dropped").map(({ title }) => title);
}

function where(one, model) {
  return one.channels.map((id) => model.store.get(id)?.name).filter(Boolean).join(", ");
}

/** Turn a cell into a control; leaving keeps what was chosen, Escape what stood there. */
export function cellEditor(cell, { name, label, edit, feels, value: meant = (value) => value }, { record, model, edits, done }) {
  if (edit === "check") {
    edits.change(record.id, { [name]: !record[name] });
    return;
  }
  const control = edit === "text" ? el("input.input", { value: record[name], maxLength: 160, "aria-label": label })
    : el("select.input", { "aria-label": label }, edit(model).map(([value, words]) => el("option", { value }, String(words))));
  if (edit !== "text") control.value = record[name] ?? "";
  const was = control.value;
  cell.dataset.edit = "";
  cell.replaceChildren(control);
  control.focus();
  let over = false;
  const close = (keep, back) => {
    if (over) return;
    over = true;
    const now = control.value.trim();
    delete cell.dataset.edit;
    delete cell.dataset.value;
    cell.replaceChildren();
    if (keep && now !== was && (now || name !== "title")) {
      if (name === "stage") edits.move(record.id, now, model.in(now).at(-1)?.id ?? null, { quiet: true });
      else if (edit === "text") edits.write(record.id, name, now);
      else if (feels) edits.feel(record.id, { [name]: meant(now) });
      else edits.change(record.id, { [name]: meant(now) });
    }
    done();
    if (back) cell.focus();
  };
  control.addEventListener("blur", () => close(true, false));
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close(event.key === "Enter", true);
  });
  if (edit !== "text") control.addEventListener("change", () => close(true, true));
  else control.select();
}

// The controls of the card drawer. Each is {node, show(record, may)}: it shows the record as it is, whoever changed
// it, and asks for a change when somebody uses it.
import { bindText } from "./field.js";
import { chip, el, glyph, say } from "./dom.js";
import { ASKED, FEELINGS, SEVERITY, TEXTS } from "./words.js";

const MOST = { ask: 200, ask_when: 80, ask_whom: 80 };
let count = 0;
const fresh = (name) => `c${(count += 1)}-${name}`;

/** A text that merges while several people type in it; says whose fingers are in it. */
export function textControl(field, { edits, presence, id, rows = 2, hint }) {
  const box = fresh(field);
  const title = field === "title";
  const control = el("textarea.input", { id: box, rows, maxLength: title ? 160 : MOST[field] ?? 16000, "aria-describedby": `${box}-w` });
  if (title) control.classList.add("input--title");
  const who = el("p.hint.field__who", { id: `${box}-w` });
  const node = el("div.field", { data: { field } }, el("label", { htmlFor: box }, TEXTS[field] ?? ASKED[field]), hint && el("p.hint", {}, hint), control, who);
  const bound = bindText(control, { edits, presence, id, field, required: title, oneLine: title || field in ASKED });
  return {
    node,
    release: bound.release,
    show(record, may) {
      control.readOnly = !may;
      node.hidden = !may && !record[field];
    },
    people() {
      const names = presence.typingIn(id, field).map((person) => person.name);
      who.textContent = names.length ? `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} typing here` : "";
    },
  };
}

/** Five faces, and a word of one's own for it. `asked`: () => the question, which names the persona looked through. */
export function feelingControl(property, asked, change) {
  const name = fresh(property);
  const faces = [...FEELINGS].map(([value, [face, words]]) =>
    el("label.face", { data: { felt: value } }, radio(name, value), glyph(face), el("span", {}, words)));
  const word = el("input.input", { maxLength: 40, placeholder: "In one word, if there is one", "aria-label": "In one word" });
  const clear = el("button.btn.btn--quiet.btn--s", { type: "button", onclick: () => change({ [property]: null }) }, "Not known");
  const node = el("fieldset.field", { data: { field: property } }, el("legend"), el("div.scale", {}, faces), el("div.row", {}, word, clear));
  node.addEventListener("change", (event) => {
    if (event.target === word) change({ [`${property}_word`]: word.value.trim() });
    else change({ [property]: Number(event.target.value) });
  });
  return { node, show: (record, may) => {
    say(node.firstElementChild, asked());
    word.setAttribute("aria-label", `${asked()} In one word`);
    pick(node, record[property]);
    lock(node, may);
    clear.hidden = !may || record[property] === null;
    if (document.activeElement !== word) word.value = record[`${property}_word`];
    word.hidden = !may && !word.value;
    word.parentElement.toggleAttribute("data-none", word.hidden && clear.hidden);
  } };
}

export function severityControl(change) {
  const name = fresh("severity");
  const marks = SEVERITY.map((words, i) => el("label.face", {}, radio(name, i + 1), el("b", {}, String(i + 1)), el("span", {}, words)));
  const clear = el("button.btn.btn--quiet.btn--s", { type: "button", onclick: () => change({ severity: null }) }, "Not known");
  const node = el("fieldset.field", { data: { field: "severity" } }, el("legend", {}, "How badly does it hurt customers?"), el("div.scale.scale--num", {}, marks), el("div.row", {}, clear));
  node.addEventListener("change", (event) => change({ severity: Number(event.target.value) }));
  return { node, show: (record, may) => {
    pick(node, record.severity);
    lock(node, may);
    clear.hidden = !may || record.severity === null;
    clear.parentElement.toggleAttribute("data-none", clear.hidden);
  } };
}

/** One of a list. `options`: () => [[value, words], …]. */
export function selectControl(property, label, options, change) {
  const id = fresh(property);
  const control = el("select.input", { id });
  control.addEventListener("change", () => change({ [property]: control.value || (property === "lead" ? null : "") }));
  const node = el("div.field", { data: { field: property } }, el("label", { htmlFor: id }, label), control);
  return { node, show: (record, may) => {
    const all = options(record);
    const key = JSON.stringify(all);
    if (control.dataset.key !== key) control.replaceChildren(...all.map(([value, words]) => el("option", { value }, words)));
    control.dataset.key = key;
    control.value = record[property] ?? "";
    control.disabled = !may;
  } };
}

/** Several of a list, as chips. `options`: () => [{id, name, icon?, colour?, code?}, …]. */
export function picksControl(property, legend, options, change, another = null) {
  const box = el("div.picks");
  const node = el("fieldset.field", { data: { field: property } }, el("legend", {}, legend), box, another);
  let record = null;
  box.addEventListener("change", ({ target }) => {
    const rest = record[property].filter((id) => id !== target.value);
    change({ [property]: target.checked ? [...rest, target.value].sort() : rest });
  });
  return { node, show: (now, may) => {
    record = now;
    const all = options(now).filter((option) => may || now[property].includes(option.id));
    const key = JSON.stringify(all.map((option) => [option.id, option.name]));
    if (box.dataset.key !== key) {
      box.replaceChildren(...all.map((option) => el("label.pick", {}, el("input", { type: "checkbox", value: option.id }),
        option.code ? chip(option, { named: true }) : el("span.row", {}, glyph(option.icon), option.name))));
    }
    box.dataset.key = key;
    for (const input of box.querySelectorAll("input")) input.checked = now[property].includes(input.value);
    lock(node, may);
    node.hidden = !may && !all.length;
  } };
}

export function checkControl(property, words, change, sign) {
  const control = el("input", { type: "checkbox" });
  control.addEventListener("change", () => change({ [property]: control.checked }));
  const node = el("label.check", { data: { field: property } }, control, sign, el("span", {}, words));
  return { node, show: (record, may) => {
    control.checked = record[property];
    control.disabled = !may;
    node.hidden = !may && !record[property];
  } };
}

const radio = (name, value) => el("input", { type: "radio", name, value });
function pick(node, value) {
  for (const input of node.querySelectorAll('input[type="radio"]')) input.checked = value !== null && input.value === String(value);
}
function lock(node, may) {
  for (const input of node.querySelectorAll("input")) input.disabled = !may;
}

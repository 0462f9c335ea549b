// <journey-table>: every touchpoint a row; sorted, narrowed, changed in its cells, picked in numbers. A grid as
// spreadsheets have taught everybody: arrows go, Enter changes, Escape leaves it as it was.
import { announce } from "../live/announce.js";
import { COLUMNS, cellEditor } from "./cells.js";
import { $, $$, el, hidden, icon, say } from "./dom.js";
import { EVIDENCE, VERDICTS, plural, quote } from "./words.js";

const GO = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const ONLY = {
  low: ["Let-downs only", ({ felt }) => felt !== null && felt < 0], nobody: ["Led by nobody", ({ lead }) => !lead],
  pencil: ["Nothing customers said", ({ evidence }) => EVIDENCE[evidence].look === "pencil"], needs: ["Needs something", ({ needs }) => needs !== ""],
};

export class JourneyTable extends HTMLElement {
  start({ model, edits, picked, actions }) {
    if (this.model) return;
    Object.assign(this, { model, edits, picked, actions, rows: new Map(), by: "place", down: false, narrow: {} });
    this.#frame();
    model.store.addEventListener("change", ({ detail }) => this.#changed(detail.ids));
    picked.addEventListener("change", ({ detail }) => detail.forEach((id) => this.#tick(id)));
    $("#search").addEventListener("input", () => this.#order());
    this.look();
  }

  look() {
    if (!this.model) return;
    for (const touchpoint of this.model.store.all("touchpoint")) this.#row(touchpoint);
    this.#choices();
    this.#order();
  }

  #frame() {
    const heads = COLUMNS.map(({ name, label }) => el("th", { scope: "col", data: { col: name } },
      el("button", { type: "button", onclick: () => this.#sort(name) }, label, icon("chevron-down"))));
    this.all = el("input", { type: "checkbox", "aria-label": "Pick all shown", onchange: ({ target }) => this.picked.set(this.shown.map(({ id }) => id), target.checked) });
    this.body = el("tbody");
    const choice = (name, label) => el("select.input", { "aria-label": label, data: { narrow: name }, onchange: ({ target }) => {
      this.narrow[name] = target.value;
      this.#order({ told: true });
    } });
    this.choices = { stage: choice("stage", "Stage"), lead: choice("lead", "Department"), verdict: choice("verdict", "Verdict"), only: choice("only", "Show") };
    this.count = el("p.hint", { role: "status" });
    const box = el("input.input", { maxLength: 160, "aria-label": "New touchpoint", placeholder: "New touchpoint", enterKeyHint: "done", data: { new: "" } });
    this.add = el("form.row.push", {}, box, el("button.btn.btn--s", {}, icon("plus"), "Add"));
    this.add.addEventListener("submit", (event) => {
      event.preventDefault();
      const stage = this.narrow.stage || this.model.stages[0]?.id;
      if (box.value.trim() && stage) this.edits.add(stage, this.model.in(stage).at(-1)?.id ?? null, box.value.trim());
      box.value = "";
    });
    this.replaceChildren(el("div.table-tools", { role: "group", "aria-label": "Narrow the table" }, ...Object.values(this.choices), this.count, this.add),
      el("div.table-scroll", { tabIndex: 0, role: "region", "aria-label": "Table of touchpoints" },
        el("table.touchpoints", { role: "grid", "aria-label": "Touchpoints" }, el("thead", {}, el("tr", {}, el("td", {}, this.all), heads)), this.body)));
    this.body.addEventListener("keydown", (event) => this.#key(event));
    this.body.addEventListener("click", ({ target, shiftKey }) => this.#click(target, shiftKey));
    this.body.addEventListener("focusin", ({ target }) => target.matches("td, th") && this.#stop(target));
  }

  #choices() {
    this.add.hidden = !this.model.mayAdd;
    const options = {
      stage: [["", "All stages"], ...this.model.stages.map(({ id, name }) => [id, name])],
      lead: [["", "All departments"], ...[...this.model.departments.values()].map(({ id, name }) => [id, name])],
      verdict: [["", "Any verdict"], ...Object.entries(VERDICTS)],
      only: [["", "All touchpoints"], ...Object.entries(ONLY).map(([value, [words]]) => [value, words])],
    };
    for (const [name, select] of Object.entries(this.choices)) {
      select.replaceChildren(...options[name].map(([value, words]) => el("option", { value }, words)));
      select.value = this.narrow[name] ?? "";
    }
  }

  // -- rows ------------------------------------------------------------------------------------
  #row(record) {
    const touchpoint = this.model.seen(record);
    let row = this.rows.get(touchpoint.id);
    if (!row) {
      const tick = el("input", { type: "checkbox", tabIndex: -1 });
      row = el("tr", { data: { id: touchpoint.id } }, el("td.pick-cell", { tabIndex: -1 }, tick),
        COLUMNS.map(({ name }) => el(name === "title" ? "th" : "td", { tabIndex: -1, data: { col: name }, ...(name === "title" ? { scope: "row" } : {}) })));
      this.rows.set(touchpoint.id, row);
    }
    row.toggleAttribute("data-locked", !this.model.mayEdit(record));
    row.dataset.look = EVIDENCE[touchpoint.evidence].look;
    row.firstChild.firstChild.setAttribute("aria-label", `Pick ${quote(touchpoint.title)}`);
    COLUMNS.forEach(({ show }, i) => {
      const cell = row.children[i + 1];
      if (cell.dataset.edit === undefined) show(cell, touchpoint, this.model);
    });
    this.#tick(touchpoint.id);
    return row;
  }

  #tick(id) {
    const row = this.rows.get(id);
    if (!row) return;
    const on = this.picked.has(id);
    row.firstChild.firstChild.checked = on;
    row.setAttribute("aria-selected", String(on));
    this.all.checked = Boolean(this.shown?.length) && this.shown.every((one) => this.picked.has(one.id));
  }

  #changed(ids) {
    let shape = false;
    for (const id of ids) {
      const kind = id?.slice(0, 2);
      const record = this.model.store.get(id);
      if (kind === "st") shape = true;
      if (kind === "ex") for (const one of record ? [record.touchpoint] : this.rows.keys()) if (this.rows.has(one)) this.#row(this.model.store.get(one));
      if (kind === "ac") for (const one of record ? [record.touchpoint] : this.rows.keys()) if (this.rows.has(one)) this.#row(this.model.store.get(one));
      if (kind !== "tp") continue;
      if (record) {
        shape ||= !this.rows.has(id) || this.rows.get(id).dataset.at !== `${record.stage} ${record.order}`;
        this.#row(record);
      } else if (this.rows.has(id)) {
        this.rows.get(id).remove();
        this.rows.delete(id);
        shape = true;
      }
    }
    if (!shape || this.waits || this.hidden) return;
    this.waits = requestAnimationFrame(() => {
      this.waits = null;
      this.#choices();
      this.#order();
    });
  }

  #sort(name) {
    [this.by, this.down] = this.by === name ? (this.down ? ["place", false] : [name, true]) : [name, false];
    this.#order({ told: true });
  }

  /** Put the rows in order and show those that are asked for, moving none that stands right. */
  #order({ told = false } = {}) {
    const place = new Map(this.model.stages.flatMap(({ id }) => this.model.in(id)).map(({ id }, i) => [id, i]));
    const words = $("#search").value.trim();
    const { stage, lead, verdict, only } = this.narrow;
    this.shown = [...place.keys()].map((id) => this.model.seen(this.model.store.get(id))).filter((one) => (!stage || one.stage === stage)
      && (!lead || one.lead === lead || one.contributors.includes(lead)) && (!verdict || one.verdict === verdict)
      && (!only || ONLY[only][1](one)) && (!words || this.model.matches(one, words)));
    const key = COLUMNS.find(({ name }) => name === this.by)?.key;
    if (key) this.shown.sort((a, b) => compare(key(a, this.model), key(b, this.model)) * (this.down ? -1 : 1) || place.get(a.id) - place.get(b.id));
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    let at = this.body.firstElementChild;
    for (const { id, stage: where, order } of this.shown) {
      const row = this.rows.get(id) ?? this.#row(this.model.store.get(id));
      row.dataset.at = `${where} ${order}`;
      if (row === at) at = at.nextElementSibling;
      else this.body.insertBefore(row, at);
    }
    while (at) {
      const gone = at;
      at = at.nextElementSibling;
      gone.remove();
    }
    if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
    for (const head of $$("th[data-col]", this.querySelector("thead"))) {
      if (head.dataset.col === this.by) head.setAttribute("aria-sort", this.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    if (!$('[tabindex="0"]', this.body)) $("th", this.body)?.setAttribute("tabindex", "0");
    const text = this.shown.length === place.size ? plural(place.size, "touchpoint") : `${this.shown.length} of ${plural(place.size, "touchpoint")}`;
    say(this.count, text);
    if (told) announce(text, { now: true });
  }

  // -- going about and changing ------------------------------------------------------------------
  #stop(cell) {
    for (const other of $$('[tabindex="0"]', this.body)) if (other !== cell) other.tabIndex = -1;
    cell.tabIndex = 0;
  }

  #click(target, range) {
    const cell = target.closest("td, th");
    const id = cell?.parentElement.dataset.id;
    if (!id || cell.dataset.edit !== undefined) return;
    if (cell.matches(".pick-cell")) {
      this.#pick(id, range, target.matches("input") ? target.checked : !this.picked.has(id));
      return;
    }
    this.#edit(cell);
  }

  #pick(id, range, on) {
    const ids = this.shown.map((one) => one.id);
    const [a, b] = [ids.indexOf(this.last ?? id), ids.indexOf(id)].sort((x, y) => x - y);
    this.picked.set(range && a >= 0 ? ids.slice(a, b + 1) : [id], on);
    this.last = id;
  }

  #key(event) {
    const cell = event.target.closest("td, th");
    if (event.target !== cell) return;
    const row = cell.parentElement;
    const [dy, dx] = GO[event.key] ?? [];
    const at = [...row.children].indexOf(cell);
    const to = dx !== undefined ? (dy ? (dy < 0 ? row.previousElementSibling : row.nextElementSibling)?.children[at] : row.children[at + dx])
      : { Home: row.children[0], End: row.lastElementChild }[event.key];
    const act = { Enter: () => this.#edit(cell), F2: () => this.#edit(cell), " ": () => this.#pick(row.dataset.id, event.shiftKey, !this.picked.has(row.dataset.id)), Delete: () => this.actions.remove(row.dataset.id) }[event.key];
    if (to) {
      this.#stop(to);
      to.focus();
    } else if (act && !event.ctrlKey && !event.metaKey) act();
    else if (!(event.key in GO)) return;
    event.preventDefault();
  }

  #edit(cell) {
    const id = cell.parentElement.dataset.id;
    const column = COLUMNS.find(({ name }) => name === cell.dataset.col);
    const record = this.model.store.get(id);
    if (!column) this.#pick(id, false, !this.picked.has(id));
    else if (!column.edit) this.actions.open(id);
    else if (!this.model.mayEdit(record)) this.actions.refuse(record);
    else {
      cellEditor(cell, column, { record: this.model.seen(record), model: this.model, edits: this.edits, done: () => {
        const now = this.model.store.get(id);
        if (now) this.#row(now);
      } });
    }
  }
}

const compare = (a, b) => (a === b ? 0 : a === null || a === "" ? 1 : b === null || b === "" ? -1 : typeof a === "string" ? a.localeCompare(b) : a - b);

customElements.define("journey-table", JourneyTable);

// What colleagues say about a touchpoint: remarks, and proposals that its departments accept or reject. This is how
// somebody who may not edit a card still changes the map.
import { $, el, icon } from "./dom.js";
import { named, offerPeople } from "./mention.js";
import { TEXTS, quote } from "./words.js";

const when = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const STATES = { open: "Open", accepted: "Accepted", rejected: "Not taken" };

export class Talk {
  constructor({ model, edits, id }) {
    Object.assign(this, { model, edits, id });
    this.list = el("ul.talk", { role: "list" });
    this.remark = this.#form("remark", model.people.length ? "Your remark, @ names a colleague" : "Your remark", "Remark", (text) => edits.remark(id, text, named(text, model.people)));
    this.field = el("select.input", { "aria-label": "Which text" }, Object.entries(TEXTS).map(([value, words]) => el("option", { value }, words)));
    this.field.addEventListener("change", () => this.#prefill());
    this.proposal = this.#form("proposal", "As it should read", "Propose", (text) => edits.propose(id, this.field.value, text), this.field);
    this.proposal.hidden = true;
    this.node = el("section.field", { "aria-labelledby": "talk-h", data: { field: "remark" } }, el("h3.label", { id: "talk-h" }, "Remarks and proposals"),
      this.list, this.proposal, this.remark);
  }

  #form(name, label, button, send, ...more) {
    const text = el("textarea.input", { rows: 2, maxLength: 4000, placeholder: `${label}…`, "aria-label": label });
    text.id = `talk-${name}`;
    const people = name === "remark" && offerPeople(text, this.model.people);
    const form = el(`form.talk__form.talk__form--${name}`, {}, ...more, text, people, el("button.btn.btn--s", {}, icon("send"), button));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!text.value.trim()) {
        text.focus();
        return;
      }
      send(text.value.trim());
      text.value = "";
      if (name === "proposal") form.hidden = true;
    });
    return form;
  }

  /** Open the form with the text as it stands, to be changed. */
  propose() {
    this.proposal.hidden = false;
    this.#prefill();
    $("textarea", this.proposal).focus();
  }

  #prefill() { $("textarea", this.proposal).value = this.model.store.get(this.id)[this.field.value]; }

  show(touchpoint, may) {
    if (may) this.proposal.hidden = true;
    const all = [...this.model.of("remark", this.id), ...this.model.of("proposal", this.id)].sort((a, b) => (a.at < b.at ? -1 : 1));
    const items = new Map([...this.list.children].map((li) => [li.dataset.id, li]));
    this.list.replaceChildren(...all.map((record) => {
      const key = `${record.state} ${record.reason} ${may} ${record.text}`;
      const old = items.get(record.id);
      if (old?.dataset.key === key) return old;
      const li = record.kind === "remark" ? this.#said(record) : this.#proposed(record, may);
      Object.assign(li.dataset, { id: record.id, key });
      return li;
    }));
    this.list.hidden = !all.length;
  }

  #by(record, ...more) {
    return el("p.hint", {}, `${record.by_name}, ${when.format(new Date(record.at))}`, more);
  }

  /** The remark with the people it names marked. */
  #withNames({ text, mentions = [] }) {
    const names = this.model.people.filter(({ id }) => mentions.includes(id)).map(({ name }) => `@${name}`);
    const parts = [text];
    for (const name of names) {
      for (let i = 0; i < parts.length; i += 1) {
        const at = typeof parts[i] === "string" ? parts[i].indexOf(name) : -1;
        if (at >= 0) parts.splice(i, 1, parts[i].slice(0, at), el("b.mentioned", {}, name), parts[i].slice(at + name.length));
      }
    }
    return parts;
  }

  #said(remark) {
    const away = this.model.mayRemoveRemark(remark) && el("button.btn.btn--quiet.btn--icon.btn--s.push", { type: "button", "aria-label": `Remove the remark ${quote(remark.text)}`,
      onclick: () => this.edits.history.did([this.model.store.submit("remark.remove", { id: remark.id })]) }, icon("x"));
    return el("li.talk__item", {}, el("p.talk__text", {}, ...this.#withNames(remark)), el("div.row", {}, this.#by(remark), away));
  }

  #proposed(proposal, may) {
    const { store } = this.model;
    const answer = (name, data = {}) => this.edits.history.did([store.submit(`proposal.${name}`, { id: proposal.id, ...data })]);
    const why = el("input.input", { maxLength: 1000, "aria-label": `Why not? ${proposal.by_name} reads it`, placeholder: `Why not? ${proposal.by_name} reads it (optional)` });
    const reject = el("form.talk__form", { hidden: true }, why, el("button.btn.btn--s", {}, icon("send"), "Answer"));
    reject.addEventListener("submit", (event) => {
      event.preventDefault();
      answer("reject", { reason: why.value.trim() });
    });
    const ask = () => {
      reject.hidden = false;
      why.focus();
    };
    const buttons = proposal.state === "open" && may && [el("div.row", {},
      el("button.btn.btn--s", { type: "button", onclick: () => answer("accept") }, icon("check"), "Accept"),
      el("button.btn.btn--s.btn--quiet", { type: "button", onclick: ask }, icon("x"), "Not this time…")), reject];
    const status = el(`span.status${proposal.state === "accepted" ? ".status--good" : proposal.state === "open" ? ".status--pencil" : ""}`, {}, STATES[proposal.state]);
    return el("li.talk__item.pencil", {}, el("p.row", {}, status, el("span.hint", {}, `for “${TEXTS[proposal.field]}”`)),
      el("p.talk__text.hand", {}, proposal.text || "(empty)"), this.#by(proposal), proposal.reason && el("p.hint", {}, `Answer: ${proposal.reason}`), buttons);
  }
}

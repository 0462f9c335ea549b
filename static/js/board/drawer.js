// The card drawer: everything about one touchpoint, beside the map on a desk, a sheet from below on a phone. Not
// modal: the room goes on behind it, and every field shows what others do to it while it is open.
import { $, el, icon, say } from "./dom.js";
import { fieldsOf } from "./fields.js";
import { Quotes } from "./quotes.js";
import { Past } from "./record_past.js";
import { Talk } from "./talk.js";
import { EVIDENCE } from "./words.js";

const STATUS = { pencil: ["status--pencil", "pencil"], ink: ["status--ink", "pen-line"], seal: ["status--good", "circle-check"], struck: ["status--bad", "triangle-alert"] };

export class CardDrawer extends HTMLElement {
  start({ model, edits, presence, map }) {
    Object.assign(this, { model, edits, presence, map, controls: [] });
    this.dialog = $("dialog", this);
    this.dialog.tabIndex = -1;
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.close();
    });
    model.store.addEventListener("change", ({ detail }) => this.id && this.#changed(detail.ids));
    presence.addEventListener("people", () => this.id && this.#people());
  }

  open(id, field) {
    if (this.id !== id) {
      if (this.id) this.#release();
      this.id = id;
      this.#build();
    }
    if (!this.dialog.open) this.dialog.show();
    document.body.dataset.drawer = "";
    this.presence.say({ at: id });
    this.map.card(id)?.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#focus(field);
  }

  /** What one came for; else the first field, or, where that would call up the keys under a thumb, the whole sheet. */
  #focus(field) {
    const asked = field && $(`[data-field="${field}"] :is(input:checked, input, select, textarea)`, this.dialog);
    const first = matchMedia("(hover: none)").matches ? this.dialog : $(".drawer__in > .field textarea:not([readonly])", this.dialog);
    const target = asked && !asked.disabled ? asked : first ?? $(".drawer__close", this.dialog);
    target.focus({ preventScroll: true });
    if (target === asked) target.scrollIntoView({ block: "center" });
  }

  close() {
    const { id } = this;
    if (!id) return;
    this.dialog.close();
    delete document.body.dataset.drawer;
    this.#release();
    this.id = null;
    this.presence.say({ at: null, typing: null });
    this.map.card(id)?.focus();
  }

  /** Another persona's eyes: her feelings stand in the fields. */
  look() {
    if (this.id) this.#show();
  }

  #release() {
    for (const control of this.controls) control.release?.();
    this.controls = [];
  }

  #build() {
    const { model, edits, presence, id } = this;
    this.status = el("span.status");
    this.who = el("span.hint");
    const propose = el("button.btn.btn--s", { type: "button", onclick: () => this.talk.propose() }, icon("pen-line"), "Propose a change");
    this.why = el("div.notice", {}, icon("lock"), el("p"), propose);
    this.talk = new Talk({ model, edits, id });
    const { first, measured } = fieldsOf(id, { model, edits, presence });
    const above = first.findIndex(({ node }) => node.dataset.field === "channels"); // her words stand before our details
    this.controls = [...first, ...measured];
    this.measure = el("details.fold", {}, el("summary", {}, icon("target"), "How we find out whether it got better"), measured.map((control) => control.node));
    this.past = new Past({ model, edits, id });
    this.heading = el("h2.vh", { id: "card-h" });
    const close = el("button.btn.btn--quiet.btn--icon.btn--s.push.drawer__close", { type: "button", "aria-label": "Close", onclick: () => this.close() }, icon("x"));
    this.quotes = new Quotes(model);
    this.rub = el("button.btn.btn--danger", { type: "button", onclick: () => {
      this.close();
      edits.remove(id, this.why_not.value.trim());
    } }, icon("trash-2"), "Rub out");
    this.promise = el("a.btn.btn--s", { href: `${location.pathname}promises/new/?touchpoint=${id}` }, icon("handshake"), "Make it a promise");
    this.why_not = el("input.input", { maxLength: 200, "aria-label": "Why it goes (optional)", placeholder: "Why it goes (optional)" });
    this.dialog.replaceChildren(el("div.drawer__in", {}, el("header.row", {}, this.status, this.who, close), this.heading, this.why,
      first.slice(0, above).map((control) => control.node), this.quotes.node, first.slice(above).map((control) => control.node), this.measure, this.promise, this.talk.node, this.past.node, el("footer.row.row--wrap", {}, this.why_not, this.rub)));
    this.dialog.scrollTop = 0;
    this.#show();
    this.#people();
  }

  #changed(ids) {
    const touchpoint = this.model.store.get(this.id);
    if (!touchpoint) this.close();
    else if (ids.has(this.id) || [...ids].some((id) => /^(rm|pr|ch|ex)_/.test(id))) this.#show();
  }

  #show() {
    const touchpoint = this.model.store.get(this.id);
    const may = this.model.mayEdit(touchpoint);
    const { look, words } = EVIDENCE[touchpoint.evidence];
    const [kind, image] = STATUS[look];
    this.status.className = `status ${kind}`;
    this.status.replaceChildren(icon(image), words);
    this.heading.textContent = touchpoint.title;
    this.why.hidden = may;
    say($("p", this.why), may ? "" : this.model.whyNot(touchpoint, { short: true }));
    this.dialog.toggleAttribute("data-locked", !may);
    for (const control of this.controls) control.show(this.model.seen(touchpoint), may);
    this.quotes.show(touchpoint);
    this.measure.hidden = !may && !touchpoint.metric && !touchpoint.ask;
    this.past.show();
    this.promise.hidden = document.body.dataset.edit === "none";
    this.rub.hidden = this.why_not.hidden = !may;
    this.talk.show(touchpoint, may);
  }

  #people() {
    for (const control of this.controls) control.people?.();
    const { looking, typing } = this.presence.at(this.id);
    const names = [...typing, ...looking].map((person) => person.name.split(" ")[0]);
    say(this.who, names.length ? `${names.join(", ")} ${names.length > 1 ? "are" : "is"} here too` : "");
  }
}

customElements.define("card-drawer", CardDrawer);

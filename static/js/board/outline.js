// <journey-outline>: the journey as headings, lists and forms. Everything the map can do, for the keyboard, a screen
// reader and whoever would rather read. A touchpoint's form is built when somebody opens it.
import { feeling } from "./card.js";
import { $, $$, chip, el, hidden, icon, say } from "./dom.js";
import { confirmation } from "./columns.js";
import { fieldsOf } from "./fields.js";
import { makeLanes, showLanes, tellFeelings } from "./outline_lanes.js";
import { EVIDENCE, KINDS, SEVERITY, costWords, plural, quote } from "./words.js";

export class JourneyOutline extends HTMLElement {
  start(parts) {
    if (this.model) return;
    Object.assign(this, { parts, model: parts.model, edits: parts.edits, actions: parts.actions, items: new Map(), parts_of: new Map(), open: new Map() });
    this.model.store.addEventListener("change", ({ detail }) => this.#changed(detail.ids));
    parts.map.addEventListener("words", () => this.#lanes());
    $("#search").addEventListener("input", () => this.#search());
    this.aim = el("p.hand.only-phone");
    this.append(this.aim);
    this.draw();
    this.#search();
  }

  #search() {
    this.words = $("#search").value.trim();
    for (const [id, li] of this.items) li.hidden = Boolean(this.words) && !this.model.matches(this.model.store.get(id), this.words);
  }

  look() {
    if (this.model) this.draw();
  }

  draw() {
    const { stages } = this.model;
    for (const [id, part] of this.parts_of) {
      if (this.model.store.get(id)) continue;
      part.remove();
      this.parts_of.delete(id);
    }
    say(this.aim, this.model.journey?.objective ?? "");
    stages.forEach((stage, i) => {
      const part = this.parts_of.get(stage.id) ?? this.#stage(stage.id);
      if (this.children[i + 1] !== part) this.insertBefore(part, this.children[i + 1] ?? null);
      this.#head(part, stage, i);
      this.#fill(part, stage.id);
    });
    if (this.model.runs && !this.more) this.more = el("button.btn", { type: "button", onclick: () => this.parts.stages.add() }, icon("plus"), "Add a stage");
    if (this.more) this.append(this.more);
    this.#lanes();
  }

  /** Once a frame, however many events came: what is told of each stage as a whole. */
  #lanes() {
    this.waits ??= requestAnimationFrame(() => {
      this.waits = null;
      for (const stage of this.model.stages) {
        const part = this.parts_of.get(stage.id);
        if (!part) continue;
        tellFeelings($(".outline__felt", part), this.model.in(stage.id).map((one) => this.model.seen(one)));
        showLanes($(".outline__lanes", part), stage, this.parts);
      }
    });
  }

  // -- a stage -----------------------------------------------------------------------------------
  #stage(id) {
    const box = el("input.input", { maxLength: 160, id: `new-${id}`, placeholder: "What does she do here?", enterKeyHint: "done", data: { new: "" } });
    const form = el("form.outline__add", {}, el("label", { htmlFor: box.id }, "New touchpoint", hidden("")), el("div.row", {}, box, el("button.btn", {}, icon("plus"), "Add")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const title = box.value.trim();
      if (title) this.edits.add(id, this.model.in(id).at(-1)?.id ?? null, title);
      box.value = "";
      box.focus();
    });
    const edit = el("button.btn.btn--s.btn--quiet", { type: "button", onclick: () => this.parts.stages.open(id) }, icon("pencil"), "Edit", hidden(""));
    const part = el("section.outline__stage", { "aria-labelledby": `outline-${id}`, data: { stage: id } },
      el("header.row", {}, el("h2", { id: `outline-${id}`, tabIndex: -1 }), edit), el("p.muted.outline__ask"), el("p.muted.outline__felt"), el("ol.outline__list", { role: "list" }), form, makeLanes());
    this.parts_of.set(id, part);
    return part;
  }

  #head(part, stage, i) {
    say($("h2", part), `${i + 1}. ${stage.name}`);
    say($(".outline__ask", part), [stage.question, stage.goal && `She wants: ${stage.goal.replace(/\.?$/, ".")}`, stage.internal_name && `We call it ${stage.internal_name}.`,
      stage.confirmation && `${confirmation(stage)}.`].filter(Boolean).join(" "));
    say($("header .vh", part), ` the stage ${stage.name}`);
    say($("form .vh", part), ` in ${stage.name}`);
    $("header button", part).hidden = !this.model.runs;
    $("form", part).hidden = !this.model.mayAdd;
  }

  #fill(part, stage) {
    const list = $("ol", part);
    const all = this.model.in(stage);
    all.forEach((touchpoint, k) => {
      const li = this.items.get(touchpoint.id) ?? this.#item(touchpoint.id);
      const at = list.children[k] ?? null;
      if (li !== at) {
        const focused = li.contains(document.activeElement) ? document.activeElement : null;
        list.insertBefore(li, at);
        focused?.focus({ preventScroll: true });
      }
      this.#show(touchpoint);
    });
    for (const li of [...list.children].slice(all.length)) if (li.dataset.id && this.model.store.get(li.dataset.id)?.stage !== li.closest("section").dataset.stage) li.remove();
  }

  // -- a touchpoint ------------------------------------------------------------------------------
  #item(id) {
    const details = el("details", { ontoggle: () => this.#toggled(id, details) }, el("summary", {}, el("h3"), el("span.outline__marks"), el("span.outline__said")));
    const li = el("li.outline__item", { data: { id } }, details);
    this.items.set(id, li);
    return li;
  }

  #show(record) {
    const li = this.items.get(record.id);
    const touchpoint = this.model.seen(record);
    say($("h3", li), touchpoint.title);
    li.dataset.at = `${record.stage} ${record.order}`;
    li.dataset.look = EVIDENCE[touchpoint.evidence].look;
    say($(".outline__said", li), touchpoint.statement ? quote(touchpoint.statement) : "");
    const marks = this.#marks(touchpoint);
    const key = JSON.stringify([touchpoint.felt, touchpoint.intended, touchpoint.unsaid, this.model.department(touchpoint.lead)?.name, touchpoint.severity, marks]);
    if (li.dataset.key !== key) {
      li.dataset.key = key;
      const { severity, unsaid, felt, intended, stated } = touchpoint;
      $(".outline__marks", li).replaceChildren(...[chip(this.model.department(touchpoint.lead)), unsaid ? el("span.hint", {}, "not said yet") : feeling(felt, intended),
        severity && el("span.sev", { data: { sev: severity }, title: `Severity to customers: ${SEVERITY[severity - 1]}` }, String(severity), hidden(" of 5 severity to customers.")),
        ...costWords(stated).map((words) => el("mark", {}, words)), ...marks.map((words) => el("span.hint", {}, words))].filter(Boolean));
    }
    const controls = this.open.get(record.id);
    if (!controls) return;
    const may = this.model.mayEdit(record);
    for (const control of controls) control.show(touchpoint, may);
    $(".outline__why", li).hidden = may;
    for (const button of $$(".outline__acts [data-edit]", li)) button.hidden = !may;
  }

  /** What stands beside a title in words. */
  #marks({ id, channels, of_kind, moment_of_truth, agreed, evidence, quotes }) {
    const { remark, proposal } = this.model.said(id);
    const where = channels.map((one) => this.model.store.get(one)?.name).filter(Boolean).join(", ");
    return [where, of_kind !== "contact" && KINDS[of_kind] !== where && KINDS[of_kind], moment_of_truth && "★ Moment of truth", agreed && "Agreed", EVIDENCE[evidence].words, quotes > 0 && plural(quotes, "comment"),
      remark > 0 && plural(remark, "remark"), proposal > 0 && plural(proposal, "open proposal")].filter(Boolean);
  }

  #toggled(id, details) {
    if (!details.open) {
      for (const control of this.open.get(id) ?? []) control.release?.();
      this.open.delete(id);
      $(".outline__form", details)?.remove();
      return;
    }
    const record = this.model.store.get(id);
    if (!record) return;
    const { first, measured } = fieldsOf(id, this.parts);
    const controls = [...first, ...measured];
    const button = (name, words, act, edit = true) => el("button.btn.btn--s", { type: "button", onclick: act, data: edit ? { edit: "" } : {} }, icon(name), words);
    const acts = el("div.row.row--wrap.outline__acts", { role: "group", "aria-label": `Actions for ${quote(record.title)}` },
      button("arrow-up", "Earlier", () => this.#step(id, -1)), button("arrow-down", "Later", () => this.#step(id, 1)),
      button("move", "Move to…", () => this.actions.move(id)), button("message-square", "Remarks and history", () => this.actions.open(id, "remark"), false),
      button("trash-2", "Rub out", () => this.#remove(id)));
    details.append(el("div.outline__form", {}, el("p.notice.outline__why", {}, this.model.whyNot(record)), acts, controls.map((control) => control.node)));
    this.open.set(id, controls);
    this.#show(record);
  }

  #step(id, by) {
    const touchpoint = this.model.store.get(id);
    const list = this.model.in(touchpoint.stage);
    const to = list.indexOf(touchpoint) + by;
    if (to < 0 || to >= list.length) return;
    this.edits.move(id, touchpoint.stage, list[by > 0 ? to : to - 1]?.id ?? null, { quiet: true });
  }

  #remove(id) {
    const li = this.items.get(id);
    const next = li.nextElementSibling ?? li.previousElementSibling;
    this.edits.remove(id);
    ($("summary", next ?? undefined) ?? $("h2", this)).focus();
  }

  #changed(ids) {
    let shape = false;
    for (const id of ids) {
      const kind = id?.slice(0, 2);
      const record = this.model.store.get(id);
      if (kind === "st" || kind === "jn") shape = true;
      if (kind === "ex" && !record) shape = true;
      if ((kind === "rm" || kind === "pr" || kind === "ex") && record && this.items.has(record.touchpoint)) this.#show(this.model.store.get(record.touchpoint));
      if (kind === "ch") for (const one of this.items.keys()) this.#show(this.model.store.get(one));
      if (kind !== "tp") continue;
      const li = this.items.get(id);
      const at = record && `${record.stage} ${record.order}`;
      if (!record) {
        for (const control of this.open.get(id) ?? []) control.release?.();
        li?.remove();
        this.items.delete(id);
        this.open.delete(id);
      } else if (!li || li.dataset.at !== at) shape = true;
      else this.#show(record);
    }
    if (shape) this.draw();
    else this.#lanes();
    if (this.words) this.#search();
  }
}

customElements.define("journey-outline", JourneyOutline);

// Many touchpoints at once: which are picked, and the bar that says what can be done with all of them. What somebody
// may not change is left out and said, and one undo takes everything back.
import { announce } from "../live/announce.js";
import { between } from "../live/ids.js";
import { $, $$, el, icon } from "./dom.js";
import { toast } from "./toast.js";
import { FEELINGS, NEEDS, VERDICTS, plural } from "./words.js";

export class Picked extends EventTarget {
  constructor({ model, edits, map }) {
    super();
    Object.assign(this, { model, edits, map, ids: new Set() });
    this.bar = $("#picked");
    model.store.addEventListener("change", ({ detail }) => this.#gone(detail.ids));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.ids.size && !event.defaultPrevented && !event.target.closest("dialog, input, textarea, select, [popover]")) this.clear();
    });
  }

  has(id) { return this.ids.has(id); }

  toggle(id, on = !this.ids.has(id)) { this.set([id], on); }

  set(ids, on) {
    for (const id of ids) {
      if (on) this.ids.add(id);
      else this.ids.delete(id);
    }
    this.#show(ids);
    announce(`${plural(this.ids.size, "touchpoint")} picked.`, { now: true });
  }

  clear() { this.set([...this.ids], false); }

  #gone(ids) {
    const gone = [...ids].filter((id) => this.ids.has(id) && !this.model.store.get(id));
    for (const id of gone) this.ids.delete(id);
    if (gone.length) this.#show(gone);
  }

  #show(ids) {
    for (const id of ids) this.map.cards.get(id)?.toggleAttribute("data-picked", this.ids.has(id));
    this.dispatchEvent(new CustomEvent("change", { detail: ids }));
    const held = this.bar.contains(document.activeElement);
    if (!this.ids.size) {
      this.bar.hidden = true;
      if (held) document.getElementById("search").focus();
      return;
    }
    if (this.bar.hidden) this.#build();
    this.bar.hidden = false;
    $("b", this.bar).textContent = `${plural(this.ids.size, "touchpoint")} picked`;
  }

  /** The choices, made anew each time the bar opens: stages and departments may have changed. */
  #build() {
    const choose = (label, options, act) => el("select.input", { "aria-label": label, onchange: ({ target }) => {
      const value = target.value;
      target.value = "";
      if (value) act(value === "-" ? null : value);
    } }, el("option", { value: "" }, `${label}…`), options.map(([value, words]) => el("option", { value }, words)));
    const set = (name, number) => (value) => this.#change({ [name]: number && value !== null ? Number(value) : value });
    const feelings = [...FEELINGS].map(([value, [, words]]) => [value, words]);
    const button = (name, words, act) => el("button.btn.btn--s", { type: "button", onclick: act }, icon(name), words);
    this.bar.replaceChildren(el("b", { role: "status" }),
      choose("Move to", this.model.stages.map((stage) => [stage.id, stage.name]), (stage) => this.#move(stage)),
      choose("Department", [["-", "Nobody"], ...[...this.model.departments.values()].map(({ id, name }) => [id, name])], set("lead")),
      choose("Felt", [["-", "Not known"], ...feelings], set("felt", true)),
      choose("Intended", [["-", "Not known"], ...feelings], set("intended", true)),
      choose("Verdict", Object.entries(VERDICTS), set("verdict")),
      choose("Needs", Object.entries(NEEDS).map(([value, words]) => [value || "-", words]), (value) => this.#change({ needs: value ?? "" })),
      button("star", "Moment of truth", () => this.#change({ moment_of_truth: true })),
      button("handshake", "Agreed", () => this.#change({ agreed: true })),
      button("trash-2", "Rub out", () => this.#remove()),
      button("x", "Clear", () => this.clear()));
  }

  /** The picked ones in the order of the map that this person may change; says how many are left out. */
  #mine() {
    const all = this.model.stages.flatMap(({ id }) => this.model.in(id)).filter(({ id }) => this.ids.has(id));
    const mine = all.filter((touchpoint) => this.model.mayEdit(touchpoint));
    const left = all.length - mine.length;
    return { mine, rest: left ? ` ${left} belong${left === 1 ? "s" : ""} to other departments: propose a change there.` : "" };
  }

  #change(values) {
    const { mine, rest } = this.#mine();
    const [name, value] = Object.entries(values)[0];
    const differ = mine.filter((touchpoint) => this.model.seen(touchpoint)[name] !== value);
    const feels = name === "felt" || name === "intended";
    this.#done(differ.map(({ id }) => (feels ? this.edits.feeling(id, values) : ["touchpoint.change", { id, ...values }])), `${plural(mine.length, "touchpoint")} changed.`, rest);
  }

  #move(stage) {
    const { mine, rest } = this.#mine();
    const last = this.model.in(stage).filter(({ id }) => !this.ids.has(id)).at(-1);
    let [after, order] = [last?.id ?? null, last?.order ?? ""];
    const calls = mine.map(({ id }) => {
      order = between(order, undefined);
      const call = ["touchpoint.move", { id, stage, after }, { order }];
      after = id;
      return call;
    });
    this.#done(calls, `${plural(mine.length, "touchpoint")} moved to ${this.model.nameOf(stage)}.`, rest);
  }

  #remove() {
    const { mine, rest } = this.#mine();
    this.#done(mine.map(({ id }) => ["touchpoint.remove", { id }]), `${plural(mine.length, "touchpoint")} rubbed out.`, rest);
  }

  #done(calls, words, rest) {
    if (!calls.length) {
      toast(rest.trim() || "All of them are so already.");
      return;
    }
    const step = this.edits.history.did(this.model.store.submitAll(calls));
    announce(words + rest, { now: true });
    toast(words + rest, ["Undo", () => this.edits.undo(step), "Z"]);
  }
}

/** On the map: Ctrl or ⌘ with a click picks a card. */
export function pickOnMap(map, picked) {
  map.addEventListener("click", (event) => {
    const card = (event.ctrlKey || event.metaKey) && event.target.closest(".tp .card");
    if (!card) return;
    event.stopImmediatePropagation();
    picked.toggle(card.parentElement.dataset.id);
  });
  map.addEventListener("drawn", () => {
    for (const li of $$(".tp", map)) li.toggleAttribute("data-picked", picked.has(li.dataset.id));
  });
}

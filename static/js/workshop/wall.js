// The answers to one prompt that I may read: my own while they are private, everybody's once they are open, under the
// headings that the room gives them. Drawn from the room's records, so a reveal is on every screen with its one frame.
import { announce } from "../live/announce.js";
import { el, icon } from "../board/dom.js";
import { draw, signature } from "./note.js";

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export class Wall {
  /** `root`: <div data-wall data-kind>. `hands`: what one may do with an answer (hands.js). */
  constructor({ root, store, hands, departments }) {
    Object.assign(this, { root, store, hands, departments, kind: root.dataset.kind, notes: new Map(), asked: false });
    root.addEventListener("dragstart", (event) => this.#lift(event));
    root.addEventListener("dragover", (event) => event.target.closest("[data-drop]") && event.preventDefault());
    root.addEventListener("drop", (event) => this.#drop(event));
  }

  get answers() {
    const place = new Map(this.departments().map((department, i) => [department.id, i]));
    const mine = this.store.all("answer").filter((row) => row.workshop === this.hands.boot.workshop && row.of_kind === this.kind);
    return mine.sort((a, b) => place.get(a.department) - place.get(b.department) || byText(a.id, b.id));
  }

  /** Draw soon: a burst of changes is drawn once. */
  redraw() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.#draw();
    });
  }

  #draw() {
    const answers = this.answers;
    const about = this.#about();
    const held = document.activeElement?.closest?.("[data-answer]");
    const what = held && document.activeElement.dataset.do;
    for (const id of this.notes.keys()) if (!answers.some((answer) => answer.id === id)) this.notes.delete(id);
    for (const answer of answers) {
      const said = signature(answer, about, this.hands);
      const known = this.notes.get(answer.id);
      if (known?.said === said) continue;
      if (known?.node.contains(document.activeElement) && document.activeElement.matches("textarea, input")) continue;
      this.notes.set(answer.id, { said, node: draw(answer, about, this.hands) });
    }
    this.#arrange(answers);
    if (held && !held.isConnected) {
      const again = this.notes.get(held.dataset.answer)?.node;
      const place = again?.querySelector(what ? `[data-do="${what}"]` : "button, textarea") ?? again;
      place?.closest("details")?.setAttribute("open", "");
      place?.focus();
    }
  }

  /** What belongs to each answer, gathered in one walk over the records. */
  #about() {
    const found = { reaction: new Map(), reply: new Map(), tie: new Map() };
    for (const record of this.store.records.values()) {
      const of = found[record.kind];
      if (of) of.set(record.answer, [...(of.get(record.answer) ?? []), record]);
    }
    return found;
  }

  #arrange(answers) {
    const groups = new Map();
    for (const answer of answers) {
      const heading = answer.revealed_at ? answer.heading : answer.heading || "";
      groups.set(heading, [...(groups.get(heading) ?? []), this.notes.get(answer.id).node]);
    }
    const named = [...groups.keys()].filter(Boolean).sort((a, b) => groups.get(b).length - groups.get(a).length || byText(a, b));
    const wanted = [...named, ...(groups.has("") ? [""] : [])];
    const sections = wanted.map((heading) => this.#group(heading, groups.get(heading), named.length > 0));
    if (!same(this.root, sections)) this.root.replaceChildren(...sections);
  }

  #group(heading, notes, some) {
    const name = heading || (some ? "Not grouped" : "");
    const kept = [...this.root.children].find((child) => child.dataset.drop === heading);
    const list = kept?.querySelector("ul") ?? el("ul", { role: "list" });
    const section = kept ?? el("section.group", { data: { drop: heading } }, list);
    section.querySelector(".group__head")?.remove();
    if (name) section.prepend(this.#head(heading, name, notes));
    if (!same(list, notes)) list.replaceChildren(...notes);
    return section;
  }

  #head(heading, name, notes) {
    const ids = notes.map((note) => note.dataset.answer);
    const may = heading && this.hands.mayTalk;
    return el("div.group__head", {}, el("h3", {}, name), el("span.count", {}, String(ids.length)),
      may && el("button.btn.btn--s.btn--quiet", { type: "button", data: { do: "rename" }, onclick: () => this.hands.rename(heading, ids) }, icon("pencil"), "Rename"),
      may && el("button.btn.btn--s.btn--quiet", { type: "button", data: { do: "ungroup" }, onclick: () => this.hands.group(ids, "") }, icon("x"), "Ungroup"));
  }

  // -- by hand: everything here the menu does too --------------------------------------------------
  #lift(event) {
    const note = event.target.closest?.("[data-answer]");
    if (note) event.dataTransfer.setData("text/plain", note.dataset.answer);
  }

  #drop(event) {
    event.preventDefault();
    const moved = event.dataTransfer.getData("text/plain");
    const on = event.target.closest("[data-answer]")?.dataset.answer;
    if (!this.notes.has(moved) || moved === on) return;
    const heading = on ? this.store.get(on).heading : event.target.closest("[data-drop]").dataset.drop;
    if (heading || !on) this.hands.group([moved], heading);
    else this.hands.name([moved, on]);
    announce("Grouped.");
  }
}

const same = (parent, nodes) => parent.children.length === nodes.length && nodes.every((node, i) => parent.children[i] === node);

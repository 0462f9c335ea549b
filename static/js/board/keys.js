// The map without a mouse. One tab stop, arrows inside it. Single letters act only while a card has the focus, or
// nothing that takes typing has it; they are switched off on "Your account", for people who speak to their computer.
import { $, $$ } from "./dom.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const TYPING = 'input, textarea, select, [contenteditable="true"], dialog';

export class Keys {
  constructor({ map, model, edits, actions, letters }) {
    Object.assign(this, { map, model, edits, actions, letters });
    map.addEventListener("keydown", (event) => this.#onCard(event));
    map.addEventListener("focusin", ({ target }) => target.matches(".card, .lane-stop") && this.#stop(target));
    document.addEventListener("keydown", (event) => this.#onPage(event));
  }

  /** The map's one tab stop follows the focus. */
  #stop(card) {
    for (const other of $$('[tabindex="0"]', this.map)) if (other !== card) other.tabIndex = -1;
    card.tabIndex = 0;
  }

  #onCard(event) {
    const card = event.target.closest(".card, .add, .lane-stop");
    if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      event.preventDefault();
      if (event.shiftKey) this.#move(card, ...arrow);
      else this.#go(card, ...arrow);
      return;
    }
    const id = card.matches(".card") && card.parentElement.dataset.id;
    const act = this.#act(event, id, card);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #act(event, id, card) {
    const { actions } = this;
    const stage = card.closest(".stage").dataset.stage;
    const always = { Home: () => this.#end(0), End: () => this.#end(-1) };
    if (!id) return always[event.key] ?? (this.letters && { n: () => actions.add(stage), i: () => actions.ideas(stage) }[event.key]) ?? null;
    Object.assign(always, {
      Enter: () => actions.title(id), " ": () => actions.open(id), F2: () => actions.title(id), Delete: () => actions.remove(id),
      ...(event.shiftKey && { F10: () => actions.menu(id) }),
    });
    const letters = {
      n: () => actions.add(stage, id), i: () => actions.ideas(stage), m: () => actions.move(id), ".": () => actions.menu(id),
      e: () => actions.open(id, "felt"), d: () => actions.open(id, "lead"), c: () => actions.open(id, "remark"), x: () => actions.pick(id),
      a: () => actions.agree(id),
    };
    for (const n of [1, 2, 3, 4, 5]) letters[n] = () => actions.set(id, { severity: n });
    return always[event.key] ?? (this.letters ? letters[event.key.toLowerCase()] : null);
  }

  #onPage(event) {
    const { actions } = this;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z" && !event.target.closest("input, textarea")) {
      event.preventDefault();
      if (event.shiftKey) this.edits.redo();
      else this.edits.undo();
      return;
    }
    if (event.ctrlKey && event.key.toLowerCase() === "y" && !event.target.closest("input, textarea")) {
      event.preventDefault();
      this.edits.redo();
      return;
    }
    if (event.target.closest(TYPING) || event.ctrlKey || event.metaKey || event.altKey || !this.letters) return;
    const act = { "?": actions.help, o: actions.overview, f: actions.mine, z: () => this.edits.undo(), "/": actions.search }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  // -- going and moving ------------------------------------------------------------------------
  #columns() {
    return $$(".stage", this.map).map((stage) => [...$$(".card, .lane-stop, .add", stage)].filter((node) => node && !node.hidden && !node.closest("[hidden]")));
  }

  #focus(node) {
    if (!node) return;
    this.#stop(node);
    node.focus();
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #go(card, dx, dy) {
    const columns = this.#columns();
    const i = columns.findIndex((column) => column.includes(card));
    const k = columns[i].indexOf(card);
    if (dy) this.#focus(columns[i][k + dy]);
    else {
      for (let j = i + dx; columns[j]; j += dx) {
        if (columns[j].length) return this.#focus(columns[j][Math.min(k, columns[j].length - 1)]);
      }
    }
  }

  #end(at) {
    const filled = this.#columns().filter((column) => column.length);
    this.#focus(filled.at(at)?.[0]);
  }

  #move(card, dx, dy) {
    const touchpoint = this.model.store.get(card.parentElement.dataset.id);
    if (!touchpoint) return;
    if (!this.model.mayEdit(touchpoint)) {
      this.actions.refuse(touchpoint);
      return;
    }
    const { stages } = this.model;
    const list = this.model.in(touchpoint.stage);
    const k = list.indexOf(touchpoint);
    if (dy < 0 && k > 0) this.edits.move(touchpoint.id, touchpoint.stage, list[k - 2]?.id ?? null);
    else if (dy > 0 && k < list.length - 1) this.edits.move(touchpoint.id, touchpoint.stage, list[k + 1].id);
    else if (dx) {
      const next = stages[stages.findIndex((stage) => stage.id === touchpoint.stage) + dx];
      if (next) this.edits.move(touchpoint.id, next.id, this.model.in(next.id)[k - 1]?.id ?? null);
    }
    this.#focus(this.map.card(touchpoint.id));
  }
}

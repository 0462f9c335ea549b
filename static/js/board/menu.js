// The menu of a card and the "Move to…" list: everything a drag can do, by single clicks.
import { $, $$, el, icon } from "./dom.js";
import { quote } from "./words.js";

export class CardMenu {
  constructor({ map, model, edits, actions }) {
    Object.assign(this, { map, model, edits, actions });
    this.menu = document.getElementById("card-menu");
    this.dialog = document.getElementById("move");
    this.menu.addEventListener("keydown", (event) => this.#keys(event));
    map.addEventListener("click", (event) => {
      const more = event.target.closest(".card__more");
      if (more) this.open(more.parentElement.dataset.id);
    });
    $("form", this.dialog).addEventListener("submit", () => this.#place());
    $("#move-stage").addEventListener("change", () => this.#positions());
  }

  open(id) {
    const touchpoint = this.model.store.get(id);
    const may = this.model.mayEdit(touchpoint);
    const item = (name, words, key, act) => el("button", { type: "button", onclick: () => {
      this.menu.hidePopover();
      act(id);
    } }, icon(name), words, key && el("kbd", {}, key));
    const items = [
      item("list", may ? "Open" : "Read and comment", "Space", this.actions.open),
      ...(may ? [
        item("pencil", "Edit title", "Enter", this.actions.title),
        item("move", "Move to…", "M", this.actions.move),
        item("smile", "Feeling", "E", () => this.actions.open(id, "felt")),
        item("activity", "Severity", "1–5", () => this.actions.open(id, "severity")),
        item("users", "Department", "D", () => this.actions.open(id, "lead")),
        item("handshake", touchpoint.agreed ? "Not agreed any more" : "Agreed in the group", "A", () => {
          this.actions.agree(id);
          this.map.card(id)?.focus();
        }),
      ] : []),
      item("message-square", "Remark", "C", () => this.actions.open(id, "remark")),
      ...(may ? [el("hr"), item("trash-2", "Rub out", "Del", this.actions.remove)] : [el("hr"), el("p.menu__why", {}, this.model.whyNot(touchpoint))]),
    ];
    this.menu.replaceChildren(...items);
    this.of = id;
    this.menu.showPopover();
    const card = this.map.card(id).getBoundingClientRect();
    this.menu.style.left = `${Math.max(8, Math.min(card.right - 40, innerWidth - this.menu.offsetWidth - 8))}px`;
    this.menu.style.top = `${Math.max(8, Math.min(card.top + 28, innerHeight - this.menu.offsetHeight - 8))}px`;
    $("button", this.menu).focus();
  }

  #keys(event) {
    const buttons = $$("button", this.menu);
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: (at + 1) % buttons.length, ArrowUp: (at - 1 + buttons.length) % buttons.length, Home: 0, End: buttons.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      buttons[to].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      this.menu.hidePopover();
      this.map.card(this.of)?.focus();
      if (event.key === "Escape") event.preventDefault();
    }
  }

  // -- Move to… --------------------------------------------------------------------------------
  move(id) {
    const touchpoint = this.model.store.get(id);
    if (!this.model.mayEdit(touchpoint)) {
      this.actions.refuse(touchpoint);
      return;
    }
    this.of = id;
    $("#move-title").textContent = quote(touchpoint.title);
    $("#move-stage").replaceChildren(...this.model.stages.map((stage, i) =>
      el("option", { value: stage.id, selected: stage.id === touchpoint.stage }, `${i + 1}. ${stage.name}`)));
    this.#positions();
    this.dialog.showModal();
  }

  #positions() {
    const stage = $("#move-stage").value;
    const siblings = this.model.in(stage).filter((touchpoint) => touchpoint.id !== this.of);
    const options = [["", "At the top"], ...siblings.map((touchpoint) => [touchpoint.id, `After ${quote(touchpoint.title)}`])];
    const list = this.model.in(stage);
    const now = list[list.findIndex((touchpoint) => touchpoint.id === this.of) - 1]?.id ?? "";
    const here = this.model.store.get(this.of).stage === stage;
    $("#move-place").replaceChildren(...options.map(([value, words], i) =>
      el("option", { value, selected: here ? value === now : i === options.length - 1 }, words)));
  }

  #place() {
    if (this.dialog.returnValue === "leave") return;
    if (this.model.store.get(this.of)) this.edits.move(this.of, $("#move-stage").value, $("#move-place").value || null);
    requestAnimationFrame(() => this.actions.focus(this.of));
  }
}

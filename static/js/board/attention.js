// Words that could not be saved: shown with the reason, to be copied or dropped by the person who wrote them.
import { announce } from "../live/announce.js";
import { $, el, icon } from "./dom.js";
import { plural } from "./words.js";

export class Attention {
  constructor({ outbox }) {
    Object.assign(this, { outbox, dialog: document.getElementById("attention") });
    outbox.addEventListener("stuck", () => this.dialog.open && this.#show());
  }

  open() {
    if (!this.outbox.stuck.length) return;
    this.#show();
    this.dialog.showModal();
  }

  #show() {
    const { stuck } = this.outbox;
    if (!stuck.length) {
      this.dialog.close();
      return;
    }
    $("#attention-n").textContent = `${plural(stuck.length, "edit")} could not be saved. Copy what you need, then drop it.`;
    $("#attention-list").replaceChildren(...stuck.map((row) => {
      const box = el("textarea.input", { readOnly: true, rows: 3, value: row.stuck.words, "aria-label": "Your words" });
      return el("li.talk__item", {}, el("p", {}, row.stuck.why), box, el("div.row", {},
        el("button.btn.btn--s", { type: "button", onclick: () => copy(box) }, icon("copy"), "Copy"),
        el("button.btn.btn--s.btn--quiet", { type: "button", onclick: () => this.#drop(row.id) }, icon("trash-2"), "Drop")));
    }));
  }

  #drop(id) {
    this.outbox.forget(id);
    this.outbox.dispatchEvent(new Event("stuck"));
    this.#show();
  }
}

async function copy(box) {
  box.focus();
  box.select();
  try {
    await navigator.clipboard.writeText(box.value);
    announce("Copied.", { now: true });
  } catch {
    announce("Selected. Press Ctrl+C to copy.", { now: true }); // a page without TLS may not write the clipboard
  }
}

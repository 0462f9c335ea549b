// The page of a room, drawn by the server and drawn again when something changed: what is the same stays, what somebody
// types in, stands on or has opened is left alone. Forms are posted in place; without script they simply go there.
import { morph } from "./morph.js";

const SOON = [150, 500]; // ms, at random between the two: a room full of people does not ask in the same instant
const LATER = [4000, 10_000]; // for what only a number on my page hangs on

const touched = (node) => {
  if (node === document.activeElement && node.matches("textarea, select, input:not([type=hidden])")) return true;
  if (node.matches("textarea, input:not([type=hidden], [type=radio], [type=checkbox])")) return node.value !== node.defaultValue;
  if (node.matches("[type=radio], [type=checkbox]")) return node.checked !== node.defaultChecked;
  return node.matches("select") && [...node.options].some((option) => option.selected !== option.defaultSelected);
};

const rules = {
  may(old, now) {
    if (old.hasAttribute("hx-get") && old.id === now.id) return false; // it looks after itself
    if (old.matches("[data-own]")) return false; // drawn by a script
    return !touched(old);
  },
  keeps: (name, element) => name === "open" && element.matches("details"),
};

export class Page extends EventTarget {
  constructor(main, { lazy = LATER } = {}) {
    super();
    Object.assign(this, { main, lazy, due: Infinity, timer: null, asked: 0, taken: 0 });
    main.addEventListener("submit", (event) => this.#post(event));
  }

  /** `number`: of the question that this answers. What was asked before the newest we have tells of the past. */
  take(html, number) {
    if (number < this.taken) return;
    this.taken = number;
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const now = fresh.getElementById("main");
    if (!now) {
      location.reload(); // signed out, sent out, or another page altogether: it says so itself
      return;
    }
    morph(this.main, now.childNodes, rules);
    window.htmx?.process(this.main);
    this.dispatchEvent(new Event("drawn"));
  }

  /** Draw it again: in a moment, or (`lazily`) when it is convenient. */
  refresh({ lazily = false } = {}) {
    const [least, most] = lazily ? this.lazy : SOON;
    const due = Date.now() + least + Math.random() * (most - least);
    if (due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => this.now(), due - Date.now());
  }

  /** Nothing is drawn any more: what this page showed is gone. */
  leave() {
    clearTimeout(this.timer);
    this.refresh = this.now = this.take = () => {};
  }

  async now() {
    this.due = Infinity;
    const number = ++this.asked;
    try {
      const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
      if (answer.ok) this.take(await answer.text(), number);
      else if (answer.status === 404) this.dispatchEvent(new Event("gone"));
      else if (answer.status < 500) location.reload();
    } catch {
      this.refresh({ lazily: true }); // no connection: the status line says so
    }
  }

  async #post(event) {
    const form = event.target;
    if (form.method !== "post" || form.closest("[hx-get]") || form.matches("[data-leaves]") || event.defaultPrevented) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const number = ++this.asked;
    let html;
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
      html = await answer.text();
    } catch {
      this.dispatchEvent(new Event("offline")); // what was typed is still in the form
      return;
    }
    const done = !new DOMParser().parseFromString(html, "text/html").querySelector("#problem [role=alert]");
    if (done && form.matches("[data-clears]")) form.reset();
    this.take(html, number);
    if (done && form.matches("[data-clears]")) form.querySelector("textarea, input:not([type=hidden])")?.focus();
    this.dispatchEvent(new CustomEvent("posted", { detail: { form, done } }));
  }
}

// Where one writes: an answer is there from its first words on, saved as it is typed, kept while offline, sent once.
// Ctrl+Enter, or the button, takes the next one. Without script the same form is posted.
import { announce } from "../live/announce.js";
import { newId } from "../live/ids.js";
import { placeOf } from "./places.js";
import { defending } from "./wording.js";

const PAUSE = 600; // ms after the first words until they are an answer

export class Composer {
  constructor({ form, store, boot, did }) {
    Object.assign(this, { form, store, boot, did, id: null, timer: null });
    this.text = form.querySelector("textarea");
    this.place = form.querySelector("[list=places]");
    this.hint = form.querySelector("[data-hint]");
    this.text.addEventListener("input", () => this.#typed());
    this.text.addEventListener("blur", () => this.#settle());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#next(event);
    });
    this.place.addEventListener("change", () => this.#placed());
    form.addEventListener("submit", (event) => this.#next(event));
  }

  /** Who reads what is written here: said anew at once when answers are opened while somebody writes. */
  tell(workshop) {
    const kind = this.form.elements.of_kind.value;
    const department = this.form.elements.department?.value || this.boot.department;
    const open = workshop.revealed.includes(kind) || Boolean(workshop.revealed_of[kind]?.includes(department));
    this.form.querySelector("[data-open]").hidden = !open;
    this.form.querySelector("[data-private]").hidden = open;
  }

  #typed() {
    const text = this.text.value;
    this.hint.textContent = defending(text);
    clearTimeout(this.timer);
    if (this.id && text.trim()) this.store.write(this.id, "text", text);
    else if (!this.id) this.timer = setTimeout(() => this.#settle(), PAUSE);
  }

  /** What stands in the box is an answer; an emptied box is none. */
  #settle() {
    clearTimeout(this.timer);
    const text = this.text.value.trim();
    if (this.id && !this.store.get(this.id)) this.id = null; // refused, or rubbed out in the list
    if (!text && this.id) {
      this.did(this.store.submit("answer.remove", { id: this.id }), "Rubbed out.", this.store.get(this.id));
      this.id = null;
    } else if (text && !this.id) this.#add(this.text.value);
  }

  #add(text) {
    this.id = newId("an");
    const department = this.form.elements.department?.value || this.boot.department;
    const place = placeOf(this.place.value) ?? {};
    const data = { id: this.id, workshop: this.boot.workshop, of_kind: this.form.elements.of_kind.value, text, department, ...place };
    const guess = { kind: "answer", author: this.boot.me, heading: "", to_ask: false, revealed_at: null, touchpoint: null, stage: null, issue: null };
    this.store.submit("answer.add", data, { guess });
  }

  #placed() {
    const place = placeOf(this.place.value);
    this.place.setCustomValidity(place ? "" : "There is no such place on the map. Choose one from the list, or leave it empty.");
    if (!place) this.place.reportValidity();
    else if (this.id) this.store.submit("answer.change", { id: this.id, ...place });
  }

  #next(event) {
    event.preventDefault();
    this.#settle();
    if (!this.id) {
      this.text.focus();
      return;
    }
    this.id = null;
    this.text.value = this.place.value = this.hint.textContent = "";
    this.place.setCustomValidity("");
    this.text.focus();
    announce("Kept. Write the next one.", { now: true });
  }
}

// Dragging a card with mouse, pen or finger: on top of the menu, M and Shift+arrows, never instead of them. A finger
// has to rest for a moment first, so that scrolling stays scrolling.
import { el } from "./dom.js";

const SLOP = 6; // px before a press is a drag
const REST = 350; // ms that a finger rests before it drags
const EDGE = 60; // px from the rim in which the map scrolls along
const PAGE = 500; // ms a card is held at the rim of a phone before the next stage comes

export class Drag {
  constructor({ map, scroller, model, edits, actions }) {
    Object.assign(this, { map, scroller, model, edits, actions });
    map.addEventListener("pointerdown", (event) => this.#press(event));
    map.addEventListener("touchmove", (event) => this.on && event.preventDefault(), { passive: false });
    map.addEventListener("contextmenu", (event) => this.pressed?.touch && event.preventDefault());
  }

  /** A click that only ends a drag is no click. */
  get justDropped() { return performance.now() - (this.dropped ?? -1000) < 50; }

  #press(event) {
    const card = event.target.closest(".card");
    if (!card || event.button !== 0 || event.target.closest("textarea, button")) return;
    const touchpoint = this.model.store.get(card.parentElement.dataset.id);
    if (!touchpoint || !this.model.mayEdit(touchpoint)) return;
    const touch = event.pointerType === "touch";
    this.pressed = { card, li: card.parentElement, id: touchpoint.id, x: event.clientX, y: event.clientY, pointer: event.pointerId, touch };
    if (touch) this.rest = setTimeout(() => this.#lift(), REST);
    const stop = new AbortController();
    this.stop = stop;
    const { signal } = stop;
    addEventListener("pointermove", (move) => this.#moves(move), { signal });
    addEventListener("pointerup", (up) => this.#drop(up, true), { signal });
    addEventListener("pointercancel", (cancel) => this.#drop(cancel, false), { signal });
    addEventListener("keydown", (key) => key.key === "Escape" && this.on && this.#drop(key, false), { signal });
  }

  #moves(event) {
    const { pressed } = this;
    if (event.pointerId !== pressed.pointer) return;
    const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > SLOP;
    if (!this.on && far) {
      if (pressed.touch) {
        this.#end();
        return;
      }
      this.#lift();
    }
    if (!this.on) return;
    this.at = { x: event.clientX, y: event.clientY };
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#follow();
    });
  }

  #lift() {
    const { card, li, x, y } = this.pressed;
    const box = card.getBoundingClientRect();
    this.on = true;
    this.at = { x, y };
    this.ghost = card.cloneNode(true);
    this.ghost.removeAttribute("aria-labelledby");
    this.ghost.inert = true;
    this.ghost.className = "card card--ghost";
    this.ghost.dataset.dept = li.dataset.dept;
    this.ghost.style.width = `${box.width}px`;
    this.hold = { x: x - box.left, y: y - box.top };
    this.gap = el("li.tp.tp--gap", { "aria-hidden": "true" });
    this.gap.style.height = `${box.height}px`;
    document.body.append(this.ghost);
    li.before(this.gap);
    li.classList.add("is-dragged");
    this.map.dataset.dragging = "";
    navigator.vibrate?.(10);
    this.#follow();
  }

  #follow() {
    if (!this.on) return;
    const { x, y } = this.at;
    this.ghost.style.translate = `${x - this.hold.x}px ${y - this.hold.y}px`;
    this.#along(x, y);
    const cell = document.elementFromPoint(x, y)?.closest(".cell--tp") ?? document.elementFromPoint(x, y)?.closest(".stage")?.querySelector(".cell--tp");
    if (!cell) return;
    const list = cell.querySelector(".cards");
    const cards = [...list.children].filter((li) => li !== this.gap && li !== this.pressed.li);
    const below = cards.find((li) => {
      const box = li.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    if (this.gap.parentElement !== list || this.gap.nextElementSibling !== (below ?? null)) list.insertBefore(this.gap, below ?? null);
  }

  /** Near the rim the map moves along. */
  #along(x, y) {
    const box = this.scroller.getBoundingClientRect();
    const by = (at, from, to) => (at < from + EDGE ? at - from - EDGE : at > to - EDGE ? at - to + EDGE : 0) / 4;
    const [dx, dy] = [by(x, box.left, box.right), by(y, box.top, box.bottom)];
    if (!dx && !dy) {
      this.turned = null;
      return;
    }
    if (getComputedStyle(this.map.map).scrollSnapType === "none") this.scroller.scrollBy(dx, dy);
    else { // a phone: each stage scrolls for itself, and the map turns from one to the next
      this.gap.closest(".stage").scrollBy(0, dy);
      this.#turn(Math.sign(dx));
    }
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#follow();
    });
  }

  /** Held at the rim for a moment, the next stage comes; then it waits again. */
  #turn(way) {
    const now = performance.now();
    if (!way) this.turned = null;
    else if (now - (this.turned ??= now) > PAGE) {
      this.turned = now;
      this.map.map.scrollBy({ left: way * this.map.map.clientWidth, behavior: "smooth" });
    }
  }

  #drop(event, keep) {
    const { pressed, on, gap } = this;
    if (on && keep && gap.parentElement) {
      let above = gap.previousElementSibling;
      if (above === pressed.li) above = above.previousElementSibling;
      const stage = gap.closest(".stage").dataset.stage;
      this.#end();
      if (this.model.store.get(pressed.id)) this.edits.move(pressed.id, stage, above?.dataset.id ?? null);
      this.actions.focus(pressed.id);
      this.dropped = performance.now();
    } else this.#end();
  }

  #end() {
    clearTimeout(this.rest);
    this.stop?.abort();
    this.ghost?.remove();
    this.gap?.remove();
    this.pressed?.li.classList.remove("is-dragged");
    delete this.map.dataset.dragging;
    Object.assign(this, { on: false, pressed: null, ghost: null, gap: null });
  }
}

// What others do in the room: shown at once where it is a word or a number, drawn again where it is more, and read out
// politely and gathered. A page that slept through two phases finds out here, too.
import { announce } from "../live/announce.js";

const FRAME = new Set(["workshop", "phase"]);
// Of a workshop: what only changes a number or whom to follow. Everything else is worth drawing again in a moment.
const PROMISES = new Set(["action", "no_action", "note", "result", "workshop", "participant"]); // what the promises are drawn from
const QUIET = new Set(["counts", "led_by", "brought_at", "brought_to"]);

// What people do all the time, and static/js/workshop/ draws from the records: nobody fetches the page for it.
const DRAWN_HERE = /^(answer|rating|reaction|reply|tie)\.|^vote\.cast$/;

export class News {
  constructor({ store, line, boot, page, timer, follow, names }) {
    Object.assign(this, { store, boot, page, timer, follow, names, phase: null, hands: new Set(), locked: null });
    store.addEventListener("change", ({ detail }) => this.#hear(detail));
    line.addEventListener("welcome", () => page.refresh()); // who knows what happened before, or while the line was down
  }

  get workshop() { return this.store.get(this.boot.workshop); }

  #hear({ ids, events }) {
    const records = [...ids].map((id) => this.store.get(id));
    for (const event of events) this.#event(event);
    if (records.some((record) => !record || PROMISES.has(record.kind))) document.body.dispatchEvent(new Event("promises"));
    const { workshop } = this;
    if (!workshop) return;
    this.#turn(workshop);
    this.#speak(workshop);
    this.follow.hear(workshop);
  }

  /** How soon an event is worth drawing the page again. */
  #event(event) {
    if (DRAWN_HERE.test(event.name)) {
      // Who has not been heard; and the big screen counts along.
      if (document.getElementById("desk") || document.body.classList.contains("big")) this.page.refresh({ lazily: true });
      return;
    }
    const ours = (event.put ?? []).filter((row) => row.workshop === this.boot.workshop || row.id === this.boot.workshop);
    const patched = Object.entries(event.patch ?? {}).map(([id, values]) => [this.store.get(id), values]);
    const frame = patched.some(([row, values]) => FRAME.has(row?.kind) && (row.id === this.boot.workshop || row.workshop === this.boot.workshop)
      && Object.keys(values).some((name) => !QUIET.has(name)));
    const mine = event.by === this.boot.me || ours.some((row) => row.author === this.boot.me);
    if (frame || (ours.length && mine)) this.page.refresh();
    else if (ours.some((row) => ["answer", "nudge", "parked"].includes(row.kind))) this.page.refresh();
    else if (ours.length || event.remove || patched.some(([row]) => row?.workshop === this.boot.workshop || row?.id === this.boot.workshop)) this.page.refresh({ lazily: true });
  }

  /** The frame follows at once: which phase, since when; what it shows is drawn by the server a moment later. */
  #turn(workshop) {
    const timer = document.getElementById("timer");
    const phase = this.store.get(workshop.phase);
    if (!timer || !phase) return;
    timer.dataset.started = String(Date.parse(workshop.phase_started_at));
    timer.dataset.paused = workshop.paused_at ? String(Date.parse(workshop.paused_at)) : "";
    timer.dataset.private = String(phase.minutes_private * 60);
    timer.dataset.shared = String(phase.minutes_shared * 60);
    const step = document.querySelector(`[data-phase="${phase.id}"]`);
    const name = step?.querySelector("span:not(.vh)")?.textContent;
    if (name && this.phase !== phase.id) {
      document.getElementById("phase-name").textContent = name;
      for (const li of step.parentElement.children) li.toggleAttribute("aria-current", false);
      step.setAttribute("aria-current", "step");
      step.scrollIntoView({ block: "nearest", inline: "center" });
      if (this.phase) announce(`Now: ${name}.`, { now: true });
      if (this.phase && !document.activeElement?.matches("textarea, input, select")) scrollTo({ top: 0 }); // it begins at its top
    }
    this.phase = phase.id;
    this.timer.tick();
  }

  #speak(workshop) {
    if (this.locked !== null && this.locked !== workshop.writing_locked) {
      announce(workshop.writing_locked ? "Writing is locked for a moment." : "Writing is open again.", { now: true });
    }
    this.locked = workshop.writing_locked;
    if (!document.getElementById("desk")) return;
    const up = this.store.all("participant").filter((row) => row.workshop === workshop.id && row.hand_at);
    for (const row of up) if (!this.hands.has(row.id) && row.person !== this.boot.me) announce(`${row.name} raises a hand.`);
    this.hands = new Set(up.map((row) => row.id));
  }
}

// Follow me, Look around, Back to Fiona; and everybody to one place, with three seconds to stay where one is.
// The same in the room and on the map: whom to follow and what to look at is state of the workshop, so who comes late
// or wakes up is there at once.
import { announce } from "../live/announce.js";

const WARN = 3000;
const FRESH = 15_000; // ms: being brought somewhere longer ago is over

export class Follow {
  /** `bar`: where to say it. `go(id)`: show this record. `here`: "room" or "map". `now`: the server's time. */
  constructor({ bar, go, here, me, now, names, url }) {
    Object.assign(this, { bar, go, here, me, now, names, url, at: null, brought: null, around: false });
    this.bar().querySelector("button").addEventListener("click", () => this.press());
  }

  hear(workshop) {
    if (!workshop) return;
    if (!this.bar()) return;
    const led = workshop.state === "live" && workshop.led_by && workshop.led_by !== this.me;
    if (workshop.led_by !== this.workshop?.led_by) this.around = false;
    const moved = this.at !== workshop.spotlight;
    Object.assign(this, { workshop, led, at: workshop.spotlight });
    this.#bring(workshop);
    if (led && moved && !this.around) this.#go();
    this.show();
  }

  get leader() { return (this.names(this.workshop?.led_by) ?? "Whoever leads").split(" ")[0]; }

  press() {
    if (this.summons) {
      this.#stay();
      return;
    }
    this.around = !this.around;
    if (!this.around) this.#go();
    this.show();
    announce(this.around ? "You look around by yourself." : `You follow ${this.leader}.`, { now: true });
  }

  show() {
    const bar = this.bar();
    if (!bar) return;
    bar.hidden = !this.led && !this.summons;
    if (bar.hidden) return;
    const where = this.workshop.brought_to === "map" ? "the map" : "the room";
    const [words, button] = this.summons
      ? [`${this.leader} asks everybody to ${where}. Going there in 3 seconds.`, "Stay here"]
      : this.around ? [`You look around. ${this.leader} leads.`, `Back to ${this.leader}`] : [`You follow ${this.leader}.`, "Look around"];
    bar.toggleAttribute("data-summons", Boolean(this.summons));
    bar.querySelector("span").textContent = words;
    bar.querySelector("button").textContent = button;
  }

  /** The page was drawn again: what we were just sent to may have come with it, or moved. */
  drawn() {
    if (this.owed && this.led && !this.around) this.#go();
    this.owed = false;
    this.show();
  }

  #go() {
    this.owed = true;
    if (this.at) this.go(this.at);
  }

  #bring({ brought_at: when, brought_to: to }) {
    if (!when || when === this.brought) return;
    const arrived = this.brought === null && to === this.here; // this page is where everybody was brought
    this.brought = when;
    if (arrived || !this.led || this.now() - Date.parse(when) > FRESH) return;
    this.summons = setTimeout(() => this.#arrive(to), WARN);
    this.show();
    announce(this.bar().querySelector("span").textContent, { now: true });
  }

  #arrive(to) {
    this.summons = null;
    this.around = false;
    if (to !== this.here) location.assign(this.url(to, this.workshop));
    else {
      this.#go();
      this.show();
    }
  }

  #stay() {
    clearTimeout(this.summons);
    this.summons = null;
    this.around = true;
    this.show();
    announce("You stay here.", { now: true });
  }
}

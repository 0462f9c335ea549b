// Undo and redo, each person their own (V6). What I did is a list of steps; a step is the commands that belong
// together, so a burst of typing in one text goes back at once. Undoing is itself a step that can be undone: redo.
const BURST = 2000; // ms: typing that pauses for longer is a new step
const MOST = 100;
const TOGETHER = 50; // what is taken back in one group; a server's group holds 100

export class History extends EventTarget {
  constructor(store) {
    super();
    Object.assign(this, { store, back: [], forth: [] });
    store.addEventListener("refused", ({ detail }) => this.#refused(detail));
  }

  /** Remember what I did. `text`: the text it was typed in, so that typing on joins the same step. */
  did(ids, { text = null } = {}) {
    const last = this.back.at(-1);
    this.forth = [];
    if (text && last?.text === text && Date.now() - last.at < BURST) {
      last.ids = [...new Set([...last.ids, ...ids])];
      last.at = Date.now();
    } else this.back = [...this.back, { ids, text, at: Date.now() }].slice(-MOST);
    this.#tell();
    return this.back.at(-1);
  }

  /** The last thing I did, or one certain step of it. */
  undo(step = this.back.at(-1)) { return this.#take(step, "back", "forth"); }
  redo() { return this.#take(this.forth.at(-1), "forth", "back"); }

  #take(step, from, to) {
    if (!this[from].includes(step)) return false;
    this[from] = this[from].filter((other) => other !== step);
    const known = step.ids.filter((id) => !this.store.cancel(id)); // what never left this device is just dropped
    const ids = [];
    for (let rest = [...known].reverse(); rest.length; rest = rest.slice(TOGETHER)) {
      const tx = known.length > 1 ? `${this.store.client}-u${this.store.count}` : undefined;
      ids.push(...this.store.submitAll(rest.slice(0, TOGETHER).map((id) => ["undo", { command: id }]), { tx }));
    }
    if (ids.length) this[to].push({ ids, text: null, at: Date.now() });
    this.#tell();
    return true;
  }

  /** A step that the server refused is no step. */
  #refused({ commands }) {
    const gone = new Set(commands.map((command) => command.id));
    for (const list of ["back", "forth"]) {
      for (const step of this[list]) step.ids = step.ids.filter((id) => !gone.has(id));
      this[list] = this[list].filter((step) => step.ids.length);
    }
    this.#tell();
  }

  #tell() { this.dispatchEvent(new Event("change")); }
}

// What is not saved yet, kept on this device: survives a reload, a crash and a closed lid (24 h, 5 MB). Each entry is
// one command of one person in one room; it is sent again with the same id, so it happens once.
// Entries that can no longer be applied are `stuck`: they stay, with their words, until somebody copied or dropped them.

const KEPT_FOR = 24 * 3600 * 1000;
const MOST = 5 * 1024 * 1024;

const ask = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function database() {
  const request = indexedDB.open("journeymap", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("outbox", { keyPath: "id" }).createIndex("of", "of");
  return ask(request);
}

export class Outbox extends EventTarget {
  /** Opens the outbox of `me` in `room`. Without storage (a private window) it keeps nothing and says so. */
  static async open({ room, me, client }) {
    const outbox = new Outbox();
    Object.assign(outbox, { of: `${room} ${me}`, client, size: 0, sizes: new Map(), stuck: [], db: null, order: 0 });
    try {
      outbox.db = await database();
    } catch {
      outbox.db = null;
    }
    outbox.channel = new BroadcastChannel(`outbox ${outbox.of}`);
    outbox.channel.onmessage = ({ data }) => data === "who" && outbox.channel.postMessage(client);
    return outbox;
  }

  /** What was left by pages that are gone. Pages that are still open answer, and keep their own. */
  async load() {
    if (!this.db) return [];
    const rows = await ask(this.db.transaction("outbox").objectStore("outbox").index("of").getAll(this.of));
    if (!rows.length) return [];
    const open = await this.#open();
    const left = rows.filter((row) => !open.has(row.client)).sort((a, b) => a.command.at - b.command.at || a.order - b.order);
    const old = (row) => Date.now() - row.command.at > KEPT_FOR;
    this.stuck = left.filter((row) => row.stuck);
    for (const row of left.filter((row) => !row.stuck && old(row))) {
      this.stick(row.command, "This waited for more than a day, so it was not sent by itself.", words(row.command));
    }
    const commands = left.filter((row) => !row.stuck && !old(row)).map((row) => row.command);
    for (const command of commands) this.keep(command);
    return commands;
  }

  /** Who else is open. A page in the background still answers messages, though its timers sleep. */
  #open() {
    return new Promise((resolve) => {
      const open = new Set();
      const hear = ({ data }) => data !== "who" && open.add(data);
      this.channel.addEventListener("message", hear);
      this.channel.postMessage("who");
      setTimeout(() => {
        this.channel.removeEventListener("message", hear);
        resolve(open);
      }, 150);
    });
  }

  keep(command) {
    const { sent, ...plain } = command;
    const size = JSON.stringify(plain).length;
    this.size += size - (this.sizes.get(command.id) ?? 0);
    this.sizes.set(command.id, size);
    this.order += 1;
    if (this.full) return;
    this.#write((store) => store.put({ id: command.id, of: this.of, client: this.client, order: this.order, command: plain }));
  }

  forget(id) {
    this.size -= this.sizes.get(id) ?? 0;
    this.sizes.delete(id);
    this.stuck = this.stuck.filter((row) => row.id !== id);
    this.#write((store) => store.delete(id));
  }

  stick(command, why, words) {
    const row = { id: command.id, of: this.of, client: this.client, order: 0, command, stuck: { why, words } };
    this.stuck = [...this.stuck.filter((other) => other.id !== command.id), row];
    this.#write((store) => store.put(row));
    this.dispatchEvent(new Event("stuck"));
  }

  get full() { return this.size > MOST; }
  get safe() { return Boolean(this.db) && !this.full; }

  #write(what) {
    if (!this.db) return;
    try {
      what(this.db.transaction("outbox", "readwrite").objectStore("outbox"));
    } catch {
      this.db = null; // the browser took the storage away: the status says that edits live in this page only
      this.dispatchEvent(new Event("stuck"));
    }
  }
}

function words({ data, delta }) {
  const typed = (delta ?? []).filter((entry) => typeof entry === "string");
  return [...typed, ...["title", "name", "text"].map((key) => data[key]).filter(Boolean)].join("\n");
}

// The line to the server: comes up, stays up, comes back. It feeds a Store and sends what the Store has ready.
// Tells: "state" {state, why}, "presence" {people}, "welcome" {…}. States: "connecting" (first time) · "live" ·
// "waiting" (will try again by itself) · "stopped" (somebody has to do something; `why` says what).

const PING = 3000; // while the page is visible
const PATIENCE = 4000; // no sign of life for so long after a ping: the line is dead
const PAUSE = 400; // after `busy` or `rate`
const LONGEST = 10_000;

/** What a close code means to a person (P4). `stop`: coming back by itself would be pointless. */
export const CLOSES = {
  4400: { why: "This page sent something the server did not understand. Load the page again.", stop: true },
  4401: { why: "You are signed out. Sign in again; what is not saved yet is kept on this device.", stop: true },
  4403: { why: "You no longer have access to this journey. What you had not saved is kept on this device.", stop: true },
  4404: { why: "This journey is not here any more, or it is not shared with you.", stop: true },
  4408: { why: "The server did not hear from this page in time. Trying again." },
  4409: { why: "Journeymap was updated. Loading the page again; what is not saved yet is kept.", reload: true },
  4008: { why: "Your connection could not keep up. Catching up.", soon: true },
  4413: { why: "That was too much at once. Shorten the last text.", slow: true },
  4429: { why: "That was more than the server takes from one person. Trying again in a moment.", slow: true },
  1012: { why: "The server is restarting. Your changes are kept and sent when it is back.", jitter: true },
};
const LOST = { why: "No connection. Keep going: your changes are kept on this device." };

/** Once in a minute is enough: a page that is told to reload for ever would never say why. */
function justReloaded() {
  const last = Number(sessionStorage.getItem("reloaded"));
  sessionStorage.setItem("reloaded", String(Date.now()));
  return Date.now() - last < 60_000;
}

export class Line extends EventTarget {
  constructor({ url, ticket, store, client, reload = () => location.reload() }) {
    super();
    Object.assign(this, { url, ticket, store, client, reload });
    this.tries = 0;
    this.state = "connecting";
    this.skew = 0;
    for (const type of ["flush", "need", "pause"]) store.addEventListener(type, this);
    for (const type of ["online", "offline"]) addEventListener(type, this);
    document.addEventListener("visibilitychange", this);
  }

  handleEvent({ type, detail }) {
    if (type === "flush") this.flush();
    else if (type === "need") this.say({ t: "need", since: detail.since ?? 0 });
    else if (type === "pause") this.#pause();
    else if (type === "offline") this.#dead();
    else if (type === "online" || !document.hidden) this.wake();
  }

  open() {
    clearTimeout(this.retry);
    const socket = new WebSocket(new URL(this.url, location.href.replace(/^http/, "ws")));
    this.socket = socket;
    this.greeted = false;
    socket.onopen = () => this.#hello();
    socket.onmessage = ({ data }) => socket === this.socket && this.#take(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.socket && this.#closed(code);
    this.#expect(10_000);
  }

  close() {
    this.#set("stopped", "");
    this.socket?.close(1000);
  }

  /** Try now: the page came to the front, the network is back, somebody pressed the button. */
  wake() {
    if (this.state === "waiting") this.open();
    else if (this.state === "live") this.#ping();
  }

  say(frame) {
    if (this.greeted && this.socket.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  flush() {
    if (this.state !== "live" || this.paused) return;
    for (const frame of this.store.ready()) this.say(frame);
  }

  #hello() {
    this.greeted = true;
    const { seq, epoch, since, pending } = this.store;
    const ids = pending.filter((command) => command.tried).map((command) => command.id).slice(0, 1000);
    this.say({ t: "hello", v: 1, client: this.client, ticket: this.ticket, since: seq === null ? null : since, epoch, pending: ids });
  }

  #take(frame) {
    clearTimeout(this.doubt);
    if (frame.t === "welcome") {
      this.skew = frame.now - Date.now();
      this.store.welcome(frame);
      this.#tell("welcome", frame);
      this.#ping(); // its answer comes after everything that was missed, even if that is nothing
    } else if (frame.t === "snapshot" || frame.t === "events") {
      this.store[frame.t](frame);
      this.#up();
    } else if (frame.t === "refused") this.store.refused(frame);
    else if (frame.t === "done") this.store.done(frame);
    else if (frame.t === "presence") this.#tell("presence", frame.people);
    else if (frame.t === "pong") this.#pong(frame);
    else if (frame.t === "bye") this.bye = frame.retry;
  }

  /** There: the first snapshot, event or pong after the welcome. */
  #up() {
    if (this.state === "live") return;
    this.tries = 0;
    this.#set("live", "");
    this.flush();
  }

  #ping() {
    clearTimeout(this.beat);
    if (!this.greeted || this.socket.readyState !== 1) return;
    this.say({ t: "ping", c: Date.now() });
    this.#expect(PATIENCE);
    if (!document.hidden) this.beat = setTimeout(() => this.#ping(), PING);
  }

  #pong({ c, now, seq }) {
    this.skew = now - (c + Date.now()) / 2;
    this.#up();
    if (seq > this.store.seq) this.say({ t: "need", since: this.store.since });
  }

  #expect(ms) {
    clearTimeout(this.doubt);
    this.doubt = setTimeout(() => this.#dead(), ms);
  }

  /** Nothing comes any more, but the browser has not noticed. */
  #dead() {
    const { socket } = this;
    if (!socket || this.state === "stopped") return;
    this.socket = null;
    socket.close();
    this.#closed(1006);
  }

  #closed(code) {
    clearTimeout(this.beat);
    clearTimeout(this.doubt);
    this.greeted = false;
    if (this.state === "stopped") return;
    const close = CLOSES[code] ?? LOST;
    this.store.unsend();
    const again = close.reload && !justReloaded();
    if (again) this.reload();
    if (close.stop || close.reload) {
      this.#set("stopped", close.why);
      return;
    }
    this.#set("waiting", close.why);
    this.retry = setTimeout(() => this.open(), this.#wait(close));
    this.bye = 0;
  }

  /** Everybody who was cut at once comes back spread out. */
  #wait({ soon, slow, jitter }) {
    this.tries += 1;
    if (jitter) return (this.bye || 0) + Math.random() * 3000;
    if (slow) return 10_000;
    if (soon && this.tries === 1) return 50;
    return Math.min(LONGEST, 300 * 2 ** Math.min(this.tries, 6)) * (0.5 + Math.random() / 2);
  }

  #pause() {
    clearTimeout(this.paused);
    this.paused = setTimeout(() => {
      this.paused = null;
      this.flush();
    }, PAUSE * (1 + Math.random()));
  }

  #set(state, why) {
    this.state = state;
    this.#tell("state", { state, why });
  }

  #tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }
}

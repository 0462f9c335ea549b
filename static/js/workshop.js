// The room of a workshop. The server draws it; this puts the parts together: the line to the journey, my answers as I
// type them, the timer, following, and what is worth a word aloud.
import { announce } from "./live/announce.js";
import { random } from "./live/ids.js";
import { Outbox } from "./live/outbox.js";
import { Line } from "./live/socket.js";
import { watchStatus } from "./live/status.js";
import { Store } from "./live/store.js";
import { Follow } from "./room/follow.js";
import { News } from "./room/news.js";
import { GONE, tell } from "./room/over.js";
import { Page } from "./room/page.js";
import { Timer } from "./room/timer.js";
import { watchAnswers } from "./workshop/answers.js";
import { watchWeighing } from "./workshop/weighing.js";

const boot = JSON.parse(document.getElementById("boot").textContent);
const main = document.getElementById("main");
const client = random(12);
const outbox = await Outbox.open({ room: boot.room, me: boot.me, client });
const store = new Store({ client, outbox, nameless: boot.anonymous });
store.adopt(await outbox.load());
const line = new Line({ url: boot.socket, ticket: boot.ticket, store, client });
document.documentElement.classList.add("is-live");

const page = new Page(main, { lazy: document.getElementById("desk") ? [1000, 2000] : undefined });
const drawnAt = Number(document.getElementById("timer")?.dataset.now ?? Date.now()) - Date.now();
const serverNow = () => Date.now() + (line.skew || drawnAt);
const timer = new Timer({ now: serverNow, late: () => document.getElementById("desk") && page.refresh() });
const names = (key) => store.all("participant").find((row) => row.workshop === boot.workshop && row.person === key)?.name;
const follow = new Follow({
  bar: () => document.getElementById("follow"),
  here: "room", me: boot.me, now: serverNow, names,
  url: () => `/journeys/${boot.room}/`,
  go: (id) => document.getElementById(id)?.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" }),
});
new News({ store, line, boot, page, timer, follow, names });
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const looks = [watchAnswers({ store, line, boot }), watchWeighing({ store, boot })];
store.addEventListener("refused", ({ detail }) => announce(detail.frame.message, { now: true }));
page.addEventListener("drawn", () => {
  for (const look of looks) look();
  timer.tick();
  follow.drawn();
});
page.addEventListener("offline", () => announce("No connection. What you wrote is still in the form; send it again in a moment.", { now: true }));

// A bell, for who wants one. Off until it is switched on here, on this device.
document.getElementById("bell")?.setAttribute("aria-pressed", String(timer.sound));
main.addEventListener("click", ({ target }) => {
  const bell = target.closest("#bell");
  if (!bell) return;
  timer.sound = !timer.sound;
  bell.setAttribute("aria-pressed", String(timer.sound));
});

// -- the line -------------------------------------------------------------------------------------------------
const status = document.getElementById("status");
const over = (why) => tell({ page, why, status, rehearsal: boot.rehearsal });
page.addEventListener("gone", () => over(GONE));
const banner = {
  show: (why) => (line.state === "stopped" ? over(why) : announce(why, { now: true })),
  hide: () => document.getElementById("stopped")?.remove(),
};
watchStatus({ element: status, banner, line, store, outbox, attend() {} });
timer.tick();
line.open();
enter();
addEventListener("pageshow", (event) => event.persisted && location.reload()); // a page from the cache has an old line

/** I am here. Said until the server has heard it: who is not in the list has no hand to raise. */
async function enter(pause = 1000) {
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
  const answer = await fetch(`${location.pathname}enter/`, { method: "POST", headers }).catch(() => null);
  if (answer?.ok) return;
  if (answer && answer.status < 500 && answer.status !== 429) page.refresh(); // it says why
  else setTimeout(() => enter(Math.min(2 * pause, 15_000)), pause);
}

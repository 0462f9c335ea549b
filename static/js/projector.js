// The big screen: shows what the room does. It sends nothing, and takes no part.
import { random } from "./live/ids.js";
import { Line } from "./live/socket.js";
import { Store } from "./live/store.js";
import { News } from "./room/news.js";
import { GONE, tell } from "./room/over.js";
import { Page } from "./room/page.js";
import { Timer } from "./room/timer.js";

const boot = JSON.parse(document.getElementById("boot").textContent);
const client = random(12);
const store = new Store({ client, outbox: null });
const line = new Line({ url: boot.socket, ticket: boot.ticket, store, client });
const page = new Page(document.getElementById("main"), { lazy: [700, 1500] });
const drawnAt = Number(document.getElementById("timer")?.dataset.now ?? Date.now()) - Date.now();
const timer = new Timer({ now: () => Date.now() + (line.skew || drawnAt) });
const follow = { hear: ({ spotlight }) => document.getElementById(spotlight)?.scrollIntoView({ block: "start" }), show() {} };
new News({ store, line, boot: { ...boot, me: "" }, page, timer, follow, names: () => "" });
page.addEventListener("drawn", () => {
  timer.tick();
  const { spotlight } = store.get(boot.workshop) ?? {};
  document.getElementById(spotlight)?.scrollIntoView({ block: "start" });
});
const over = (why) => tell({ page, why, rehearsal: boot.rehearsal });
page.addEventListener("gone", () => over(GONE));
line.addEventListener("state", ({ detail: { state, why } }) => state === "stopped" && over(why));
timer.tick();
line.open();
navigator.wakeLock?.request("screen").catch(() => {}); // a big screen that goes dark helps nobody

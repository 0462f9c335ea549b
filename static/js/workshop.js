// The room of a workshop. The server draws it; this module counts the timer, keeps my answers as I type them, and
// fetches the parts of the page again when somebody changed something. Without it every form still works.
import { announce } from "./live/announce.js";
import { random } from "./live/ids.js";
import { Outbox } from "./live/outbox.js";
import { Line } from "./live/socket.js";
import { watchStatus } from "./live/status.js";
import { Store } from "./live/store.js";

const KINDS = new Set(["workshop", "phase", "participant", "answer"]);
const boot = JSON.parse(document.getElementById("boot").textContent);
const main = document.getElementById("main");
const client = random(12);
const outbox = await Outbox.open({ room: boot.room, me: boot.me, client });
const store = new Store({ client, outbox });
store.adopt(await outbox.load());
const line = new Line({ url: boot.socket, ticket: boot.ticket, store, client });
document.documentElement.classList.add("is-live");

// -- parts ------------------------------------------------------------------------------------------------------
const plain = (part) => part.innerHTML.replace(/(csrfmiddlewaretoken" value|data-now)="[^"]*"/g, "");

/** Put the parts of a page as it is now in the place of those here; never one that somebody types in. */
function take(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const now = fresh.getElementById(part.id);
    if (!now) {
      location.reload(); // another state of the workshop has other parts
      return;
    }
    const typing = part.contains(document.activeElement) && document.activeElement.matches("textarea, input, select");
    if (!typing && plain(part) !== plain(now)) part.replaceChildren(...now.childNodes);
  }
  tick();
}

let waiting = null;
function refresh() {
  waiting ??= setTimeout(async () => {
    waiting = null;
    const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
    if (answer.ok) take(await answer.text());
  }, 150 + Math.random() * 350); // a room full of people does not ask in the same instant
}

main.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || form.closest("[hx-get]")) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  document.activeElement?.blur();
  take(await answer.text());
  const problem = document.querySelector("#problem [role=alert]");
  if (!problem && form.matches("[data-clears]")) {
    form.reset();
    form.querySelector("textarea").focus();
  }
});

// -- my answers, as I type them -------------------------------------------------------------------------------
main.addEventListener("input", ({ target }) => {
  if (target.matches("[data-text]") && store.get(target.dataset.text)) store.write(target.dataset.text, "text", target.value);
});
store.addEventListener("text", ({ detail }) => {
  const box = document.getElementById(detail.id);
  if (box && box !== document.activeElement) box.value = store.get(detail.id)?.text ?? box.value;
});

// -- what others do -------------------------------------------------------------------------------------------
let phase = null;
store.addEventListener("change", ({ detail }) => {
  const records = [...detail.ids].map((id) => store.get(id));
  if (records.some((record) => !record || KINDS.has(record.kind))) refresh();
  if (records.some((record) => !record || record.kind === "action")) document.body.dispatchEvent(new Event("promises"));
  const now = store.get(boot.workshop)?.phase ?? null;
  if (phase && now && now !== phase) announce(`Next: ${document.querySelector("#now h1")?.textContent ?? ""}`);
  phase = now;
});

// -- the timer ------------------------------------------------------------------------------------------------
let skew = Number(document.getElementById("timer")?.dataset.now ?? Date.now()) - Date.now();
line.addEventListener("welcome", () => (skew = line.skew));

function tick() {
  const timer = document.getElementById("timer");
  if (!timer) return;
  const [started, alone, shared] = ["started", "private", "shared"].map((name) => Number(timer.dataset[name]));
  const gone = ((Number(timer.dataset.paused) || Date.now() + (line.skew || skew)) - started) / 1000;
  const writing = gone < alone;
  const left = writing ? alone - gone : alone + shared - gone;
  const whole = Math.floor(Math.abs(left));
  timer.querySelector(".timer__digits").textContent = `${left < 0 ? "-" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  timer.querySelector(".timer__part").textContent = timer.dataset.paused ? "paused" : writing ? "to write" : left < 0 ? "over" : "to talk";
  timer.toggleAttribute("data-soon", left >= 0 && left <= 60);
  timer.toggleAttribute("data-over", left < 0);
  const late = left < 0 ? Math.floor(-left / 60) : 0; // each minute more, whoever runs it is offered what to shorten
  if (late > (tick.late ?? 0) && document.querySelector(".desk")) refresh();
  tick.late = late;
  const share = Math.max(0, Math.min(1, left / ((writing ? alone : shared) || 1)));
  timer.querySelector(".ring__left").style.setProperty("stroke-dashoffset", String(1 - share));
}
setInterval(tick, 500);
document.addEventListener("visibilitychange", tick);

// -- the line -------------------------------------------------------------------------------------------------
const banner = { show: (why) => announce(why, { now: true }), hide() {} };
watchStatus({ element: document.getElementById("status"), banner, line, store, outbox, attend() {} });
tick();
line.open();
fetch(`${location.pathname}enter/`, { method: "POST", headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content } });

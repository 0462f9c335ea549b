// The board: puts the parts together. Everything shown comes from the room's records, everything done is a command.
import { announce } from "../live/announce.js";
import { random } from "../live/ids.js";
import { Outbox } from "../live/outbox.js";
import { Presence } from "../live/presence.js";
import { Line } from "../live/socket.js";
import { watchStatus } from "../live/status.js";
import { Store } from "../live/store.js";
import { journeyName } from "./about.js";
import { Attention } from "./attention.js";
import { $, $$, say } from "./dom.js";
import { Drag } from "./drag.js";
import "./drawer.js";
import { Edits } from "./edits.js";
import { Ideas } from "./ideas.js";
import { Inline } from "./inline.js";
import { Keys } from "./keys.js";
import { Words } from "./lanes.js";
import "./map.js";
import { watchMeeting } from "./meeting.js";
import { CardMenu } from "./menu.js";
import { Model } from "./model.js";
import { News } from "./news.js";
import { StageDialog } from "./stages.js";
import { Picked, pickOnMap } from "./picked.js";
import { toast } from "./toast.js";
import { History } from "./undo.js";
import { Tour } from "./tour.js";
import { Views } from "./views.js";
import { watchWaiting } from "./waits.js";
import { Ways } from "./ways.js";
import { plural } from "./words.js";

const boot = JSON.parse($("#boot").textContent);
const client = random(12);
const outbox = await Outbox.open({ room: boot.room, me: boot.me.key, client });
const store = new Store({ client, outbox });
store.adopt(await outbox.load());
const line = new Line({ url: boot.socket, ticket: boot.ticket, store, client });
const presence = new Presence({ line, me: boot.me });
const model = new Model({ store, me: { departments: boot.departments, ...boot.me }, people: boot.people });
const history = new History(store);
const edits = new Edits({ store, model, history });
const map = $("journey-map");
const drawer = $("card-drawer");
map.start({ model, presence, edits });
drawer.start({ model, edits, presence, map });
const inline = new Inline({ map, model, edits, presence });
const views = new Views({ map, model });
const picked = new Picked({ model, edits, map });
pickOnMap(map, picked);
const attention = new Attention({ outbox });
const stages = new StageDialog({ map, model, edits, presence });
const ideas = new Ideas({ map, model, edits });
new News({ store, model, presence, outbox });
const showName = journeyName({ model, edits, presence });

const mayNot = (touchpoint) => {
  announce(model.whyNot(touchpoint), { now: true });
  toast(model.whyNot(touchpoint), ["Open", () => drawer.open(touchpoint.id)]);
};
const may = (id, act) => (model.mayEdit(store.get(id)) ? act() : mayNot(store.get(id)));
const actions = {
  open: (id, field) => drawer.open(id, field),
  title: (id) => inline.title(id),
  add: (stage, after) => (model.mayAdd ? inline.add(stage, after) : toast(model.whyNotAdd())),
  ideas: (stage) => ideas.open(stage),
  remove: (id) => may(id, () => edits.remove(id)),
  set: (id, values) => may(id, () => edits.change(id, values)),
  agree: (id) => may(id, () => {
    const agreed = !store.get(id).agreed;
    edits.change(id, { agreed });
    announce(agreed ? "Agreed." : "Not agreed any more.", { now: true });
  }),
  move: (id) => menu.move(id),
  menu: (id) => menu.open(id),
  focus: (id) => inline.focus(id),
  refuse: mayNot,
  help: () => $("#help").showModal(),
  pick: (id) => picked.toggle(id),
  overview: () => views.overview(),
  mine: () => views.mine(),
  search: () => views.find(),
};
const menu = new CardMenu({ map, model, edits, actions });
const drag = new Drag({ map, scroller: $("#map-scroll"), model, edits, actions });
new Words({ map, model, open: actions.open });
const keys = new Keys({ map, model, edits, actions, letters: boot.letters });
const ways = new Ways({ map, model, views, parts: { map, showName, model, edits, presence, picked, actions, stages } });

map.addEventListener("click", ({ target }) => {
  const add = target.closest(".add");
  if (add) actions.add(add.closest(".stage").dataset.stage);
  const dot = target.closest(".curve__pt");
  if (dot) inline.focus(dot.dataset.card);
  const card = target.closest(".tp .card");
  if (card && !target.closest("textarea") && !card.closest(".tp--new") && !drag.justDropped) {
    card.focus();
    actions.open(card.parentElement.dataset.id);
  }
});
map.addEventListener("open-card", ({ detail }) => actions.open(detail.id));
// Both in the bar and, on a phone, behind "More".
for (const button of $$("[data-undo]")) button.addEventListener("click", () => edits.undo());
for (const button of $$("[data-redo]")) button.addEventListener("click", () => edits.redo());
history.addEventListener("change", () => {
  for (const button of $$("[data-undo]")) button.disabled = !history.back.length;
  for (const button of $$("[data-redo]")) button.disabled = !history.forth.length;
});
for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    const box = ways.way !== "map" && $(`journey-${ways.way} [data-new]`);
    if (box) {
      box.focus();
      return;
    }
    const stage = views.stage && store.get(views.stage) ? views.stage : model.stages[0]?.id;
    if (stage) actions.add(stage);
    else stages.add();
  });
}
const tour = new Tour({ map, model, history });
for (const button of $$("[data-start-tour]")) {
  button.addEventListener("click", () => {
    button.closest("dialog")?.close();
    ways.go("map");
    tour.start();
  });
}
$("#letters").checked = keys.letters;
$("#letters").addEventListener("change", ({ target }) => {
  keys.letters = target.checked;
  localStorage.setItem("letters", target.checked ? "on" : "off");
});

// Archived or brought back while one looks: the page is another one then. What is not saved yet is kept.
let archived;
store.addEventListener("change", () => {
  const now = model.journey?.archived;
  if (archived !== undefined && now !== undefined && now !== archived) location.reload();
  archived ??= now;
  document.body.dataset.edit = model.edit;
});
let known = "";
line.addEventListener("welcome", ({ detail: { you, departments } }) => {
  const now = JSON.stringify([you, departments]);
  if (now === known) return;
  known = now;
  model.welcome({ you, departments });
  views.welcome();
  document.body.dataset.edit = model.edit;
  ways.redraw();
  if (map.drawn) map.draw(); // other rights or other departments: every card may offer something else now
});
store.addEventListener("change", () => {
  if (!map.drawn || document.body.dataset.state === "here") return;
  document.body.dataset.state = "here";
  $("#skeleton")?.remove();
  showName();
  if (store.get(location.hash.slice(1))?.kind === "touchpoint") drawer.open(location.hash.slice(1)); // a link in a mail
});
presence.addEventListener("people", () => {
  $("#avatars").replaceChildren(...presence.avatars());
  say($("#people"), plural(presence.people.size, "person", "people"));
});

const notice = $("#line-notice");
const banner = {
  show(words, kind) {
    notice.className = `notice notice--${kind}`;
    say($("p", notice), words);
    $("#again").hidden = line.state === "stopped";
    $("#reload").hidden = line.state !== "stopped";
    notice.hidden = false;
  },
  hide() { notice.hidden = true; },
};
$("#again").addEventListener("click", () => line.wake());
$("#reload").addEventListener("click", () => location.reload());
watchWaiting({ map, store });
watchMeeting({ store, line, boot, map });
watchStatus({ element: $("#status"), banner, line, store, outbox, attend: () => attention.open() });
addEventListener("pageshow", (event) => event.persisted && location.reload()); // a page from the cache has an old line
line.open();

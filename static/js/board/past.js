// The board of a version: the same drawing, fed once with records from the page instead of with a line to the server.
import { Presence } from "../live/presence.js";
import { Store } from "../live/store.js";
import { $ } from "./dom.js";
import "./map.js";
import { Model } from "./model.js";
import { Views } from "./views.js";

const boot = JSON.parse($("#boot").textContent);
const store = new Store({ client: "past", outbox: null });
const presence = new Presence({ line: Object.assign(new EventTarget(), { state: "past" }), me: boot.you });
const model = Object.assign(new Model({ store, me: boot.you }), { past: true });
const map = $("journey-map");
model.welcome({ you: boot.you, departments: boot.departments });
document.body.dataset.edit = "none";
map.start({ model, presence });
const views = new Views({ map, model });
store.snapshot({ seq: boot.seq, records: boot.records });
views.welcome();
$("#journey-objective").textContent = model.journey.objective;

const open = (id) => { location.href = `${boot.compare}?all=on#${id}`; };
map.addEventListener("click", ({ target }) => {
  const card = target.closest(".tp .card");
  if (card) open(card.parentElement.dataset.id);
});
map.addEventListener("keydown", (event) => {
  const card = event.key === "Enter" && event.target.closest(".tp .card");
  if (card) open(card.parentElement.dataset.id);
});

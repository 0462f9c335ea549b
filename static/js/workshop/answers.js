// Answers in the room: where I write, what I wrote, and what everybody wrote once it is open.
import { announce } from "../live/announce.js";
import { say } from "../board/dom.js";
import { Composer } from "./composer.js";
import { Hands } from "./hands.js";
import { narrow } from "./note.js";
import { fillPlaces } from "./places.js";
import { Wall } from "./wall.js";

const DRAWN = new Set(["answer", "reaction", "reply", "tie", "workshop"]);

/** How many, wherever the page says so. */
function tell(workshop) {
  for (const node of document.querySelectorAll("[data-count]")) {
    const [department, kind] = node.dataset.count.split(" ");
    const count = workshop.counts[department]?.[kind] ?? 0;
    say(node, count || !node.dataset.none ? String(count) : node.dataset.none);
    node.closest("li, td")?.classList.toggle("gap", !count);
  }
  for (const node of document.querySelectorAll("[data-raters]")) say(node, String(workshop.raters[node.dataset.raters] ?? 0));
  for (const node of document.querySelectorAll("[data-voted]")) say(node, String(workshop.votes[node.dataset.voted - 1]?.voted ?? 0));
  for (const button of document.querySelectorAll("[data-enough]")) button.disabled = !workshop.raters[button.dataset.enough];
}

export function watchAnswers({ store, line, boot }) {
  let areas = [];
  const departments = () => areas;
  const hands = new Hands({ store, boot, departments });
  const walls = new Map();
  const composers = new Map();
  hands.wall = (answer) => walls.forEach((wall) => wall.kind === answer.of_kind && wall.redraw());

  function tellAll() {
    const workshop = store.get(boot.workshop);
    if (!workshop) return;
    tell(workshop);
    composers.forEach((composer) => composer.tell(workshop));
  }

  /** The page has other parts now: find what is ours in them. */
  function look() {
    for (const [root] of walls) if (!root.isConnected) walls.delete(root);
    for (const root of document.querySelectorAll("[data-wall]")) {
      if (!walls.has(root)) walls.set(root, new Wall({ root, store, hands, departments }));
      if (store.seq !== null) walls.get(root).redraw();
    }
    for (const form of document.querySelectorAll("form[data-composer]")) {
      if (!composers.has(form)) composers.set(form, new Composer({ form, store, boot, did: (...what) => hands.did(...what) }));
    }
    for (const [form] of composers) if (!form.isConnected) composers.delete(form);
    fillPlaces(store);
    tellAll();
  }

  line.addEventListener("welcome", ({ detail }) => {
    areas = detail.departments ?? areas;
    look();
  });
  store.addEventListener("change", ({ detail }) => {
    const records = [...detail.ids].map((id) => store.get(id));
    if (records.some((record) => !record || DRAWN.has(record.kind))) walls.forEach((wall) => wall.redraw());
    if (records.some((record) => record?.kind === "workshop")) tellAll();
    if (detail.events?.some((event) => event.name === "workshop.revealed")) announce("The answers are open.");
  });
  narrow.addEventListener("change", () => walls.forEach((wall) => wall.redraw()));
  store.addEventListener("text", () => walls.forEach((wall) => wall.redraw()));
  look();
  return look;
}

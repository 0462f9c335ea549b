// Where an answer belongs: one field to search or tap in, for touchpoints, let-downs and stages alike.
import { el } from "../board/dom.js";

const FIELD = { tp: "touchpoint", st: "stage", is: "issue" };

/** Label ↔ id, from the page's <datalist>, which the server fills. */
export function labels() {
  const options = [...document.querySelectorAll("#places option")];
  return {
    ids: new Map(options.map((option) => [option.value.toLowerCase(), option.dataset.id])),
    names: new Map(options.map((option) => [option.dataset.id, option.value])),
  };
}

/** The list that the server fills when the page is opened in this phase; who was there before has it from the records. */
export function fillPlaces(store) {
  const list = document.getElementById("places");
  if (!list || list.options.length || store.seq === null) return;
  const rows = [...store.all("touchpoint").map((row) => [row.id, `${row.title} · ${store.get(row.stage)?.name ?? ""}`]),
    ...store.all("issue").map((row) => [row.id, `Let-down: ${row.title}`]), ...store.all("stage").map((row) => [row.id, `Stage: ${row.name}`])];
  list.replaceChildren(...rows.map(([id, value]) => el("option", { value, data: { id } })));
}

/** What was typed or tapped, as data of a command: exactly one of the three, or none. Undefined: no such place. */
export function placeOf(words) {
  const none = { touchpoint: null, stage: null, issue: null };
  const said = words.trim().toLowerCase();
  if (!said) return none;
  const { ids } = labels();
  const close = [...ids.keys()].filter((label) => label.includes(said));
  const id = ids.get(said) ?? (close.length === 1 ? ids.get(close[0]) : undefined);
  return id && { ...none, [FIELD[id.slice(0, 2)]]: id };
}

export const placeId = (answer) => answer.issue ?? answer.touchpoint ?? answer.stage;

/** What is called what, from the records of the room. */
export function title(store, id) {
  const record = id && store.get(id);
  return record?.title ?? record?.name ?? record?.text ?? "";
}

/** What customers have said about a place without being asked, in a few words. */
export function voiced(store, answer) {
  const about = store.get(answer.issue ?? answer.touchpoint);
  if (!about?.quotes) return "";
  const times = `already voiced ${about.quotes} time${about.quotes === 1 ? "" : "s"}`;
  return about.accounts ? `${times} by ${about.accounts} account${about.accounts === 1 ? "" : "s"}` : times;
}

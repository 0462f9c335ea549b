// Naming a colleague with an @ in a remark: a list of people opens under the field, and whoever is named is told.
import { announce } from "../live/announce.js";
import { el } from "./dom.js";
import { plural } from "./words.js";

const MOST = 6;

/** Who is named in a text. */
export const named = (text, people) => people.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);

/** Offers people while somebody types "@…" in this field. */
export function offerPeople(field, people) {
  if (!people.length) return null;
  const list = el("ul.mention", { role: "listbox", id: `${field.id}-people`, "aria-label": "People you can name", hidden: true });
  let found = [];
  let at = 0;
  Object.entries({ "aria-autocomplete": "list", "aria-controls": list.id, "aria-haspopup": "listbox" }).forEach(([name, value]) => field.setAttribute(name, value));

  const begun = () => /@([^@\n]{0,30})$/u.exec(field.value.slice(0, field.selectionStart));
  function close() {
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
  }
  function look() {
    const words = begun()?.[1].toLocaleLowerCase();
    found = words === undefined ? [] : people.filter(({ name }) => name.toLocaleLowerCase().split(" ").some((part, i, all) => all.slice(i).join(" ").startsWith(words))).slice(0, MOST);
    at = 0;
    if (found.length) draw();
    else close();
  }
  function draw() {
    list.replaceChildren(...found.map((person, i) => el("li", {
      id: `${list.id}-${i}`, role: "option", "aria-selected": String(i === at), onpointerdown: (event) => {
        event.preventDefault(); // the field keeps the focus
        choose(person);
      } }, person.name)));
    if (list.hidden) announce(`${plural(found.length, "person", "people")}. Arrows choose, Enter takes.`, { now: true });
    list.hidden = false;
    field.setAttribute("aria-activedescendant", `${list.id}-${at}`);
  }
  function choose({ name }) {
    const start = field.selectionStart - begun()[0].length;
    field.setRangeText(`@${name} `, start, field.selectionStart, "end");
    close();
  }
  field.addEventListener("input", look);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (event.key === "Enter" || event.key === "Tab") choose(found[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return list;
}

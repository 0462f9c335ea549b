// Three ways to look at the same records: the map, an outline to read and fill in, a table to sort and change many at
// once. The way is kept in the address and on this device; a way is built when somebody first looks.
import { announce } from "../live/announce.js";
import { $, $$, el } from "./dom.js";
import "./outline.js";
import "./table.js";

const WAYS = { map: "Map", outline: "Outline", table: "Table" };

export class Ways {
  constructor({ parts, model, map, views }) {
    Object.assign(this, { parts, model, map, views, way: "map" });
    for (const button of $$("button[data-way]")) button.addEventListener("click", () => this.go(button.dataset.way, { told: true }));
    this.lenses = $$("[data-lens]"); // in the bar and, on a phone, under More
    for (const select of this.lenses) select.addEventListener("change", () => this.#look(select.value));
    model.store.addEventListener("change", ({ detail }) => {
      if ([...detail.ids].some((id) => id?.startsWith("pe_"))) this.#people();
    });
    const asked = new URLSearchParams(location.search).get("view") ?? localStorage.getItem("view");
    if (asked in WAYS && asked !== "map") this.go(asked);
  }

  go(way, { told = false } = {}) {
    this.way = way;
    const address = new URL(location.href);
    if (way === "map") address.searchParams.delete("view");
    else address.searchParams.set("view", way);
    history.replaceState(null, "", address);
    localStorage.setItem("view", way);
    document.body.dataset.way = way;
    for (const button of $$("button[data-way]")) button.setAttribute("aria-pressed", String(button.dataset.way === way));
    for (const name of ["outline", "table"]) {
      const part = $(`journey-${name}`);
      part.hidden = way !== name;
      if (way === name) part.start(this.parts);
    }
    if (told) announce(`${WAYS[way]}.`, { now: true });
  }

  /** Other rights or other departments: everything may offer something else now. */
  redraw() {
    for (const name of ["outline", "table"]) $(`journey-${name}`).look();
  }

  #people() {
    const { personas } = this.model;
    for (const select of this.lenses) {
      select.closest("label").hidden = !personas.length;
      select.replaceChildren(el("option", { value: "" }, "Everybody"), ...personas.map(({ id, name }) => el("option", { value: id }, name)));
      select.value = this.model.persona ?? "";
    }
    if (this.model.persona && !this.model.store.get(this.model.persona)) this.#look("");
  }

  /** Her feelings instead of the overall ones, on the map, in its curve, in outline and table. */
  #look(persona) {
    Object.assign(this.model, { persona: persona || null, lived: null });
    for (const select of this.lenses) select.value = persona;
    this.map.look();
    this.parts.showName();
    $("card-drawer").look();
    for (const name of ["outline", "table"]) $(`journey-${name}`).look();
    const missing = this.model.store.all("touchpoint").filter((touchpoint) => this.model.seen(touchpoint).unsaid).length;
    announce(persona ? `As ${this.model.nameOf(persona)} lives it. Not said yet at ${missing} touchpoints.` : "As everybody lives it.", { now: true });
  }
}

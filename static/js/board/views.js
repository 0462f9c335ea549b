// Ways of looking at the same map: three densities, my department, search, and one stage at a time on a phone.
// Each is one attribute on the map that the style sheet reads; nothing is drawn again.
import { announce } from "../live/announce.js";
import { drawCurve } from "./curve.js";
import { $, $$, el, say } from "./dom.js";
import { plural, purity } from "./words.js";

const ZOOMS = ["overview", "compact", "normal"];

export class Views {
  constructor({ map, model }) {
    Object.assign(this, { map, model, sheet: map.map, words: "" });
    for (const button of $$("[data-zoom-to]")) button.addEventListener("click", () => this.zoom(button.dataset.zoomTo));
    $("#mine").addEventListener("click", () => this.mine());
    this.box = $("#search");
    this.box.addEventListener("input", () => this.search(this.box.value));
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && this.#leave());
    this.box.addEventListener("blur", () => !this.box.value && delete document.body.dataset.find);
    $("#more [data-find]")?.addEventListener("click", () => this.find());
    map.addEventListener("stages", ({ detail }) => this.#tabs(detail));
    map.addEventListener("drawn", ({ detail }) => this.#drawn(detail));
    model.store.addEventListener("change", ({ detail }) => this.words && this.#mark(detail.ids));
    this.zoom(ZOOMS.includes(localStorage.getItem("zoom")) ? localStorage.getItem("zoom") : "normal");
  }

  zoom(to) {
    this.sheet.dataset.zoom = to;
    localStorage.setItem("zoom", to);
    for (const button of $$("[data-zoom-to]")) button.setAttribute("aria-pressed", String(button.dataset.zoomTo === to));
  }

  overview() { this.zoom(this.sheet.dataset.zoom === "overview" ? "normal" : "overview"); }

  /** The others step back; nothing is hidden. */
  mine(on = !this.sheet.hasAttribute("data-only-mine")) {
    const names = this.model.me.departments.map((id) => this.model.nameOf(id)).join(" and ");
    if (!names) return;
    this.sheet.toggleAttribute("data-only-mine", on);
    $("#mine").setAttribute("aria-pressed", String(on));
    announce(on ? `Showing what ${names} touches. Everything else steps back.` : "Showing all departments.", { now: true });
  }

  welcome() { $("#mine").hidden = !this.model.me.departments.length; }

  // -- search ----------------------------------------------------------------------------------
  find() {
    $("#more").hidePopover();
    document.body.dataset.find = ""; // on a phone the box is away until somebody looks for something
    this.box.focus();
  }

  search(words) {
    this.words = words.trim();
    this.sheet.toggleAttribute("data-searching", Boolean(this.words));
    this.#mark(this.map.cards.keys());
    const found = $$(".tp[data-found]", this.map);
    const text = this.words ? plural(found.length, "touchpoint") : "";
    say($("#found"), text);
    if (this.words) announce(`${text} found.`);
    found[0]?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  #mark(ids) {
    for (const id of ids) {
      const touchpoint = this.model.store.get(id);
      const li = this.map.cards.get(id);
      if (li && touchpoint) li.toggleAttribute("data-found", Boolean(this.words) && this.model.matches(touchpoint, this.words));
    }
  }

  #leave() {
    const [first] = $$(".tp[data-found] .card", this.map);
    this.box.value = "";
    this.search("");
    first?.focus();
  }

  // -- phone: the curve and the tabs are the way to travel ----------------------------------------
  #tabs(stages) {
    const tabs = $("#stage-tabs");
    const at = $("[aria-current]", tabs)?.hash;
    tabs.replaceChildren(...stages.map((stage) => el("a", { href: `#stage-${stage.id}` }, stage.name)));
    this.seen?.disconnect();
    this.seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => this.#at(entry.target)), { root: this.sheet, threshold: 0.6 });
    for (const section of $$(".stage", this.map)) this.seen.observe(section);
    $(`[href="${at}"]`, tabs)?.setAttribute("aria-current", "true");
  }

  #at(section) {
    const tabs = $("#stage-tabs");
    this.stage = section.dataset.stage;
    $$("a", tabs).forEach((tab, i, all) => {
      const on = tab.hash === `#${section.id}`;
      if (on) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
      if (!on) return;
      tabs.scrollLeft = tab.offsetLeft - (tabs.clientWidth - tab.clientWidth) / 2;
      $("#phone-here").style.setProperty("--from", `${(i / all.length) * 100}%`);
      $("#phone-here").style.setProperty("--width", `${100 / all.length}%`);
    });
  }

  #drawn({ columns, cards }) {
    const curve = $("#phone-curve");
    drawCurve(curve, columns, { compact: true });
    curve.parentElement.toggleAttribute("data-empty", curve.hasAttribute("data-empty"));
    $("#blank").hidden = cards > 0 || !this.model.journey;
    say($("#how-many"), [plural(cards, "touchpoint"), purity(this.model.store.all("touchpoint"))].filter(Boolean).join(" · "));
  }
}

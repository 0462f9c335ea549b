// <journey-map>: stages as columns, the curve across them, touchpoints as cards. Drawn once from the records; after
// that only what an event speaks of is touched. The order in the page is stage by stage, as it is read aloud.
import { makeCard, showCard, showPresence } from "./card.js";
import { lanes, makeColumn, showCosts, showHead, showOwners } from "./columns.js";
import { drawCurve } from "./curve.js";
import { $, $$, el } from "./dom.js";
import { hintEmpty, showMeasures, showPromises } from "./lanes.js";

export class JourneyMap extends HTMLElement {
  start({ model, presence, edits }) {
    Object.assign(this, { model, presence, edits, cards: new Map(), columns: new Map() });
    this.curve = el("div.curve");
    this.map = el("div.map", { id: "map", data: { zoom: this.dataset.zoom ?? "normal", ...(edits ? {} : { past: "" }) } }, lanes(), this.curve);
    this.replaceChildren(this.map);
    // On a phone a stage scrolls by itself, so the keyboard must be able to stand in it.
    this.phone = matchMedia("(max-width: 47.99rem)");
    this.phone.addEventListener("change", () => this.columns.forEach((column) => this.#reach(column)));
    model.store.addEventListener("change", ({ detail }) => this.#change(detail));
    presence.addEventListener("people", ({ detail }) => this.#people(detail.at));
  }

  card(id) { return this.cards.get(id)?.firstElementChild; }
  column(stage) { return this.columns.get(stage); }
  list(stage) { return $(".cards", this.columns.get(stage)); }

  /** Everything anew: after a snapshot, and when departments or rights changed. */
  draw() {
    const columns = this.model.columns();
    for (const li of this.cards.values()) li.remove();
    this.cards.clear();
    this.#stages();
    for (const [stage, list] of columns) this.#fill(stage, list);
    this.#people(new Set(this.cards.keys()));
    this.#after(columns);
  }

  #change({ ids }) {
    if (!this.drawn) {
      if (!this.model.journey) return;
      this.drawn = true;
      this.draw();
      return;
    }
    const stages = new Set();
    let shape = false;
    for (const id of ids) {
      const kind = id?.slice(0, 2);
      const record = this.model.store.get(id);
      if (kind === "st") shape = true;
      else if (kind === "tp") this.#touchpoint(id, record, stages);
      else if (kind === "ch") for (const li of this.cards.values()) this.#channels(li);
      else if (kind === "rm" || kind === "pr") this.#talk(record?.touchpoint);
      else if (kind === "ac") this.#later();
      else if (kind === "ex" && this.model.persona) this.#lived(record?.touchpoint);
    }
    if (shape) this.#stages();
    for (const stage of stages) if (this.columns.has(stage)) this.#fill(stage, this.model.in(stage));
    if (shape || stages.size) this.#later();
  }

  /** A card that changed in place is shown; one that came, went or moved makes its stages be looked through. */
  #touchpoint(id, record, stages) {
    const li = this.cards.get(id);
    const was = this.curved?.get(id);
    const seen = this.model.seen(record);
    if (!was || !seen || ["felt", "intended", "quotes", "title", "order", "stage"].some((name) => was[name] !== seen[name])) this.#later();
    if (li && record && li.dataset.order === record.order && li.dataset.stage === record.stage) showCard(li, this.model.seen(record), this.model);
    else if (record) stages.add(record.stage);
    if (li && (!record || li.dataset.stage !== record.stage)) stages.add(li.dataset.stage);
    if (li && !record) this.#rub(li, id);
    this.#involved(record?.stage ?? li?.dataset.stage);
  }

  #rub(li, id) {
    const next = li.nextElementSibling ?? li.previousElementSibling;
    const had = li.contains(document.activeElement);
    li.remove();
    this.cards.delete(id);
    if (had) (next?.firstElementChild ?? this.map).focus();
  }

  #talk(id) {
    const some = id ? [id] : [...this.cards.keys()];
    for (const one of some) if (this.cards.has(one)) showCard(this.cards.get(one), this.model.seen(this.model.store.get(one)), this.model);
  }

  /** What customers would recommend has come: cards where enough of them answered say it. */
  showScores() { this.#talk(); }

  #lived(id) {
    this.#talk(id);
    this.#later();
  }

  /** The same map seen by another persona, or by all. */
  look() {
    this.#talk();
    this.#after(this.model.columns());
  }

  #channels(li) {
    const touchpoint = this.model.store.get(li.dataset.id);
    if (touchpoint) showCard(li, { ...this.model.seen(touchpoint), channels: [...touchpoint.channels] }, this.model);
  }

  /** Put the cards of a stage into order, moving none that already stands right. */
  #fill(stage, list) {
    const ul = this.list(stage);
    if (!ul) return;
    let at = ul.firstElementChild;
    for (const touchpoint of list) {
      let li = this.cards.get(touchpoint.id);
      if (!li) {
        li = makeCard(this.model.seen(touchpoint), this.model);
        this.cards.set(touchpoint.id, li);
      } else showCard(li, this.model.seen(touchpoint), this.model);
      li.dataset.order = touchpoint.order;
      li.dataset.stage = stage;
      if (li === at) at = at.nextElementSibling;
      else move(ul, li, at);
    }
    while (at) {
      const gone = at;
      at = at.nextElementSibling;
      if (gone.dataset.id && !list.some((touchpoint) => touchpoint.id === gone.dataset.id)) gone.remove();
    }
    ul.style.setProperty("--n", Math.max(1, list.length));
    this.#involved(stage);
  }

  #stages() {
    const stages = this.model.stages;
    this.map.style.setProperty("--stages", Math.max(3, stages.length));
    for (const [id, column] of this.columns) {
      if (this.model.store.get(id)) continue;
      for (const li of $$(".tp", column)) this.cards.delete(li.dataset.id);
      column.remove();
      this.columns.delete(id);
    }
    let before = this.map.firstElementChild; // the lane labels
    stages.forEach((stage, i) => {
      const fresh = !this.columns.has(stage.id);
      const column = this.columns.get(stage.id) ?? makeColumn(stage.id);
      this.columns.set(stage.id, column);
      column.style.setProperty("--at", i + 2);
      this.#reach(column);
      if (before?.nextElementSibling !== column) before.after(column);
      before = column;
      showHead(column, stage, i + 1, this.model);
      if (fresh) this.#fill(stage.id, this.model.in(stage.id));
      else this.#involved(stage.id);
    });
    this.map.append(this.curve);
    this.dispatchEvent(new CustomEvent("stages", { detail: stages }));
  }

  #involved(stage) {
    const column = this.columns.get(stage);
    if (!column) return;
    const touchpoints = this.model.in(stage);
    showOwners(column, touchpoints, this.model);
    showCosts(column, stage, touchpoints, this.model);
    showMeasures(column, stage, touchpoints, this.model, this.words?.nps);
  }

  /** What is read from other rooms: once a frame, however many cards came. */
  showLanes(columns = this.model.columns()) {
    for (const [stage, column] of this.columns) {
      const touchpoints = columns.get(stage) ?? [];
      showPromises(column, touchpoints, this.model);
      showMeasures(column, stage, touchpoints, this.model, this.words?.nps);
      this.words?.show(column, stage);
    }
    if (this.edits) hintEmpty(this.map);
  }

  #reach(column) {
    column.toggleAttribute("tabindex", this.phone.matches);
    if (this.phone.matches) column.tabIndex = 0;
  }

  /** The curve once a frame, however many events came. */
  #later() {
    this.waits ??= requestAnimationFrame(() => {
      this.waits = null;
      this.#after(this.model.columns());
    });
  }

  #after(columns) {
    drawCurve(this.curve, columns);
    this.curved = new Map([...columns.values()].flat().map((touchpoint) => [touchpoint.id, touchpoint]));
    this.showLanes(columns);
    const cards = this.cards.size;
    this.toggleAttribute("data-blank", cards === 0);
    if (!$('.card[tabindex="0"], .add[tabindex="0"]', this.map)) ($(".card", this.map) ?? $(".add", this.map))?.setAttribute("tabindex", "0");
    this.dispatchEvent(new CustomEvent("drawn", { detail: { columns, cards } }));
  }

  #people(ids) {
    for (const id of ids) {
      const li = this.cards.get(id);
      if (li) showPresence(li, this.presence.at(id), (person) => this.presence.colour(person));
    }
  }
}

/** Move a card without taking the focus away from it. */
function move(ul, li, before) {
  const focused = li.contains(document.activeElement) ? document.activeElement : null;
  ul.insertBefore(li, before);
  focused?.focus({ preventScroll: true });
}

customElements.define("journey-map", JourneyMap);

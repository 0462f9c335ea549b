// A clock on every card with an edit that is still unconfirmed after two seconds.
import { el, hidden, icon } from "./dom.js";

const LATE = 2000; // ms

export function watchWaiting({ map, store }) {
  let timer = null;
  let marked = new Set();

  function show() {
    clearTimeout(timer);
    const now = Date.now();
    const late = new Set();
    let next = Infinity;
    for (const { at, data } of store.pending) {
      if (at + LATE <= now) late.add(data.touchpoint ?? data.id);
      else next = Math.min(next, at + LATE);
    }
    for (const id of marked) if (!late.has(id)) map.cards.get(id)?.querySelector(".waits")?.remove();
    for (const id of late) mark(map.cards.get(id));
    marked = late;
    if (next < Infinity) timer = setTimeout(show, next - now);
  }

  store.addEventListener("pending", show);
  map.addEventListener("drawn", show);
}

function mark(li) {
  if (!li || li.querySelector(".waits")) return;
  li.append(el("span.waits", { title: "Not saved on the server yet, kept in this browser" }, icon("clock"), hidden("Not saved on the server yet.")));
}

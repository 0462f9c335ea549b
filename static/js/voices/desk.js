// The desk by keyboard, tap and drag: choose a comment, say where it belongs. The server draws; this only asks.
const desk = () => document.getElementById("desk");
const rows = () => [...document.querySelectorAll("#comments .comment")];
const dialog = document.getElementById("move");
const search = document.getElementById("move-search");
const list = document.getElementById("move-list");
let at = 0; // which comment of the page one stands on; stays after a comment leaves the list
let moving = [];

const here = () => rows()[Math.min(at, rows().length - 1)];

function stand(index, focus = true) {
  const all = rows();
  if (!all.length) return;
  at = Math.max(0, Math.min(index, all.length - 1));
  all.forEach((row, n) => {
    row.tabIndex = n === at ? 0 : -1;
  });
  if (focus) all[at].focus();
}

function send(url, values) {
  window.htmx.ajax("POST", url, { source: desk(), target: "#desk", swap: "outerHTML", values });
}

const place = (ids, target) => send(desk().dataset.place, { ids, target });

/** Those marked, else the one that was asked about. */
function ids(row) {
  const marked = rows().filter((each) => each.classList.contains("is-held"));
  return (marked.length ? marked : [row]).filter(Boolean).map((each) => each.dataset.id);
}

function ask(row) {
  moving = ids(row);
  if (!moving.length) return;
  search.value = "";
  list.replaceChildren(...[...document.getElementById("targets").children].map((child) => child.cloneNode(true)));
  dialog.showModal();
}

search?.addEventListener("input", () => {
  const words = search.value.trim().toLowerCase();
  for (const button of list.querySelectorAll(".target")) button.hidden = !button.textContent.toLowerCase().includes(words);
  for (const head of list.querySelectorAll("h3")) {
    let next = head.nextElementSibling;
    while (next?.matches(".target[hidden]")) next = next.nextElementSibling;
    head.hidden = !next?.matches(".target");
  }
});
search?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") list.querySelector(".target:not([hidden])")?.click();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest(".comment");
  const target = event.target.closest("[data-target]");
  if (target) {
    const which = dialog.contains(target) ? moving : ids(here());
    dialog.close();
    if (which.length) place(which, target.dataset.target);
  } else if (event.target.closest("[data-move]")) {
    ask(row);
  } else if (event.target.closest("[data-off]")) {
    place([row.dataset.id], "");
  } else if (row && !event.target.closest("button, a, input")) {
    row.classList.toggle("is-held");
    row.setAttribute("aria-current", String(row.classList.contains("is-held")));
    stand(rows().indexOf(row));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const on = event.target.closest(".comment");
  const does = {
    j: () => stand(on ? rows().indexOf(on) + 1 : at),
    k: () => stand(on ? rows().indexOf(on) - 1 : at),
    "/": () => document.getElementById("search")?.focus(),
    z: () => desk().dataset.tx && send(desk().dataset.undo, { tx: desk().dataset.tx }),
    ...(on === event.target && on
      ? {
          Enter: () => on.querySelector("[data-accept]")?.click(),
          m: () => ask(on),
          " ": () => on.click(),
          ArrowDown: () => stand(rows().indexOf(on) + 1),
          ArrowUp: () => stand(rows().indexOf(on) - 1),
        }
      : {}),
  }[event.key];
  const letter = event.key.length === 1 && event.key !== " ";
  if (does && !(letter && desk().dataset.letters === "off")) {
    event.preventDefault();
    does();
  }
});

document.addEventListener("focusin", (event) => {
  const index = rows().indexOf(event.target.closest(".comment"));
  if (index >= 0) at = index;
});

document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.(".comment");
  if (row) event.dataTransfer.setData("application/x-comments", JSON.stringify(ids(row)));
});
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const target = event.target.closest?.("[data-target]");
    if (!target || !event.dataTransfer.types.includes("application/x-comments")) return;
    event.preventDefault();
    target.classList.toggle("is-target", name === "dragover");
    if (name === "drop") place(JSON.parse(event.dataTransfer.getData("application/x-comments")), target.dataset.target);
  });
}

let worked = false; // after a step of one's own the next comment takes the focus; a filter keeps it where it is
document.addEventListener("htmx:beforeRequest", (event) => {
  worked = event.detail.requestConfig.verb === "post";
});
document.addEventListener("htmx:afterSettle", () => {
  stand(at, worked);
  for (const toast of document.querySelectorAll("#toasts .toast:not(.toast--bad)")) {
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 3000) : toast.remove());
    setTimeout(leave, 10000);
  }
  worked = false;
});
stand(0, false);

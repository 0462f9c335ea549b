// A list of promises that stays true while others change it: every few seconds it asks with what it shows, and mostly
// hears "the same" (204). What is ticked and where one stands stay. Cards are carried between columns by mouse; the
// select on each does the same for everybody else.
const EVERY = 4000;

const list = () => document.getElementById("promises");
const ticked = () => new Set([...list().querySelectorAll("[name=ids]:checked")].map((box) => box.value));

function count() {
  const said = list().querySelector("[data-count]");
  const many = ticked().size;
  if (said) said.textContent = many ? `${many} ticked` : "Tick promises to give them another owner or date.";
}

function take(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("promises");
  if (!fresh) return;
  const kept = ticked();
  const at = document.activeElement;
  const back = list().contains(at) ? (at.id ? `#${CSS.escape(at.id)}` : at.matches("[name=ids]") ? `[name=ids][value="${at.value}"]` : at.matches("a[href]") ? `a[href="${at.getAttribute("href")}"]` : "") : "";
  list().replaceWith(fresh);
  for (const box of fresh.querySelectorAll("[name=ids]")) box.checked = kept.has(box.value);
  if (back) fresh.querySelector(back)?.focus();
  count();
}

let busy = false;
async function look() {
  const typing = list().contains(document.activeElement) && document.activeElement.matches("select, input:not([type=checkbox])");
  if (busy || typing || document.hidden || document.querySelector("[data-carried]")) return;
  busy = true;
  try {
    const url = new URL(location.href);
    url.searchParams.set("seen", list().dataset.digest);
    const answer = await fetch(url);
    if (answer.status === 200 && !answer.redirected) take(await answer.text());
  } catch { /* offline: it asks again */ } finally {
    busy = false;
  }
}
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
document.addEventListener("change", (event) => event.target.matches("[name=ids]") && count());

// -- carrying a card --------------------------------------------------------------------------------------------
document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.("[data-id]");
  if (!card) return;
  card.toggleAttribute("data-carried", true);
  event.dataTransfer.setData("text/plain", card.dataset.id);
  event.dataTransfer.effectAllowed = "move";
});
const over = (column) => {
  for (const each of document.querySelectorAll("[data-status]")) each.toggleAttribute("data-over", each === column);
};
document.addEventListener("dragover", (event) => {
  const column = document.querySelector("[data-carried]") && event.target.closest?.("[data-status]");
  over(column);
  if (column) event.preventDefault();
});
document.addEventListener("dragend", () => {
  over(null);
  document.querySelector("[data-carried]")?.removeAttribute("data-carried");
});
document.addEventListener("drop", (event) => {
  const card = document.querySelector("[data-carried]");
  const column = event.target.closest?.("[data-status]");
  if (!card || !column) return;
  event.preventDefault();
  if (column.contains(card)) return;
  const form = card.querySelector("form");
  form.elements.status.value = column.dataset.status;
  form.requestSubmit();
});

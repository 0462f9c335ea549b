// A new workshop: what is typed is kept as it is typed, *Next* waits for what is needed, and the roster counts itself.
const form = document.getElementById("draft");
const next = document.getElementById("next");
const kept = document.getElementById("kept");
const hint = kept.textContent.trim();

// -- kept as it is typed ------------------------------------------------------------------------------------------
let waiting = null;
let changed = false;
function keep(leaving = false) {
  clearTimeout(waiting);
  if (!changed) return;
  changed = false;
  const body = new FormData(form);
  body.set("do", "keep");
  fetch(form.action, { method: "POST", body, keepalive: leaving }).then(
    (answer) => { kept.textContent = answer.ok ? hint : "Not kept: sign in again in another tab, then type on here."; },
    () => { changed = true; kept.textContent = "Offline: what you type is kept when you are back."; },
  );
}
form.addEventListener("input", () => {
  changed = true;
  clearTimeout(waiting);
  waiting = setTimeout(keep, 500);
  look();
});
form.addEventListener("submit", () => { changed = false; clearTimeout(waiting); });
addEventListener("pagehide", () => keep(true));
addEventListener("online", () => keep());

// -- what is needed before *Next* ----------------------------------------------------------------------------------
const needed = [...form.querySelectorAll("textarea[required]")];
const coverage = document.getElementById("coverage");
function look() {
  const empty = needed.filter((field) => !field.value.trim());
  next.disabled = empty.length > 0;
  if (needed.length) kept.textContent = empty.length ? `${empty.length === 1 ? "One answer is" : `${empty.length} answers are`} still needed.` : hint;
  if (coverage) count();
}

function count() {
  const rows = [...form.querySelectorAll(".roster > li")].filter((row) => row.querySelector("[name=functions]").checked);
  const missing = rows.filter((row) => !row.querySelector("[name^=rep-]").value.trim()).map((row) => row.dataset.name);
  coverage.querySelector("[data-named]").textContent = rows.length - missing.length;
  coverage.querySelector("[data-asked]").textContent = rows.length;
  coverage.querySelector("[data-missing]").textContent = missing.length ? `Missing: ${missing.join(", ")}.` : "";
}

// -- the report-back follows the date until somebody chooses another --------------------------------------------------
const date = form.elements.starts_on;
const back = form.elements.report_back_on;
if (date && back) {
  const weekday = (day) => new Date(day.getTime() + (day.getUTCDay() === 6 ? 2 : day.getUTCDay() === 0 ? 1 : 0) * 864e5);
  const proposed = () => (date.valueAsDate ? weekday(new Date(date.valueAsDate.getTime() + 45 * 864e5)) : null);
  let own = back.value !== proposed()?.toISOString().slice(0, 10);
  back.addEventListener("input", () => { own = true; });
  date.addEventListener("input", () => { if (!own && proposed()) back.valueAsDate = proposed(); });
}

look();
document.getElementById("problem")?.focus();

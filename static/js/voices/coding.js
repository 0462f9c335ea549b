// Coding by keyboard: digits for the stage, S and C change what digits mean, A and I jump to the words, Enter keeps.
let digits = "stage"; // what a digit means now: a stage, a severity or a consequence

const form = () => document.getElementById("coder");
const typing = (target) => target.matches("input:not([type=radio], [type=checkbox]), select, textarea");

function choose(name, number) {
  const input = form().querySelectorAll(`input[name="${name}"]`)[number - 1];
  if (!input) return;
  input.checked = input.type === "radio" || !input.checked;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function mean(what) {
  digits = what;
  for (const field of form().querySelectorAll("fieldset")) {
    field.toggleAttribute("data-active", field.querySelector(`input[name="${what}"]`) !== null);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && typing(event.target)) {
    event.target.blur();
    return;
  }
  if (event.key === "Enter" && form() && event.target.matches("input[type=radio], input[type=checkbox], select, body, h2")) {
    event.preventDefault();
    form().querySelector('button[value="next"]').click();
    return;
  }
  if (typing(event.target) || document.getElementById("coding").dataset.letters === "off") return;
  const key = event.key.toLowerCase();
  if (key === "u") document.getElementById("undo-form")?.requestSubmit();
  else if (!form()) return;
  else if (/^[1-9]$/.test(key)) {
    choose(digits, Number(key));
    if (digits === "severity") mean("stage");
  } else if (key === "s") mean("severity");
  else if (key === "c") mean(digits === "consequences" ? "stage" : "consequences");
  else if (key === "a" || key === "i") {
    const input = document.getElementById(key === "a" ? "aim" : "issue");
    input.focus();
    input.select();
  } else if (key === "k") form().querySelector('button[value="skip"]').click(); // htmx sends a button's word only when it was pressed
  else return;
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (!form()?.contains(event.target)) return;
  const touchpoint = form().elements.touchpoint;
  if (event.target.name === "stage") {
    // A touchpoint of another stage is no longer meant.
    const of = touchpoint.selectedOptions[0]?.closest("optgroup")?.dataset.stage;
    if (of && of !== event.target.value) touchpoint.value = "";
  } else if (event.target === touchpoint) {
    const of = touchpoint.selectedOptions[0]?.closest("optgroup")?.dataset.stage;
    if (of) form().querySelector(`input[name="stage"][value="${CSS.escape(of)}"]`).checked = true;
  }
});

// A highlight goes with its words; words selected in the comment are the next highlight.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-unmark]")?.closest(".mark");
  if (!row) return;
  row.querySelector('[name="words"]').value = "";
  row.hidden = true;
  document.querySelector('button[form="marks"]').focus();
});
document.addEventListener("selectionchange", () => {
  const fold = document.getElementById("marks-fold");
  const selection = document.getSelection();
  const words = selection.toString().trim();
  if (!fold?.open || !words || words.length > 120) return;
  if (selection.anchorNode?.parentElement?.closest(".coder__words blockquote")) document.getElementById("w-0").value = words;
});

// Each new comment starts with digits for stages, and with its words for who listens. Watched rather than told by
// htmx, which tells only after a pause: a quick hand is typing by then.
new MutationObserver(() => {
  digits = "stage";
  document.getElementById("words-h")?.focus({ preventScroll: true });
}).observe(document.getElementById("coding").parentElement, { childList: true });

// The agenda by keyboard: Alt+arrows move the phase one stands in, Ctrl+Z takes back the last change.
import { announce } from "./live/announce.js";

addEventListener("keydown", (event) => {
  const typing = event.target.matches("input[type=datetime-local]");
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !typing) {
    const undo = document.getElementById("undo");
    if (undo) { event.preventDefault(); undo.click(); }
    return;
  }
  const phase = event.target.closest("[data-phase]");
  const way = { ArrowUp: "u", ArrowDown: "d" }[event.key];
  if (!phase || !way || !event.altKey) return;
  event.preventDefault();
  const button = document.getElementById(`${way}-${phase.dataset.phase}`);
  if (button && !button.disabled) {
    button.focus();
    button.click();
  }
});

// What came of a press is read out; the button that was pressed keeps the focus, or its neighbour when it is at an end.
document.body.addEventListener("htmx:afterSettle", () => {
  const said = document.querySelector("#agenda [role=alert]") ?? document.querySelector("#agenda [role=status]");
  announce(said.textContent.replace(/\s+/g, " ").trim(), { now: true });
  const here = document.activeElement;
  if (here?.disabled) (document.getElementById(here.id.replace(/^[ud]/, (end) => (end === "u" ? "d" : "u"))) ?? here).focus();
});

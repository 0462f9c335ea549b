// A word at the foot of the page, with a way back. Stays ten seconds, and as long as somebody points at it.
import { el } from "./dom.js";

const STAYS = 10_000;

/** `action`: [label, what to do, key to press]. Replaces the toast before it, except one that needs attention. */
export function toast(text, action, { bad = false } = {}) {
  const box = document.getElementById("toasts");
  for (const old of box.querySelectorAll(".toast:not(.toast--bad)")) old.remove();
  const words = el("span", {}, text);
  const node = el(`div.toast${bad ? ".toast--bad" : ""}`, { role: "status" }, words);
  const close = () => node.remove();
  if (action) {
    const [label, run, key] = action;
    const button = el("button.btn.btn--s", { type: "button", data: { undo: "" }, onclick: () => {
      close();
      run();
    } }, label, key && el("kbd", { "aria-hidden": "true" }, key));
    node.append(button);
  }
  if (bad) node.append(el("button.btn.btn--s", { type: "button", onclick: close }, "Close"));
  box.append(node);
  const leave = () => (node.matches(":hover, :focus-within") ? setTimeout(leave, 3000) : close());
  if (!bad) setTimeout(leave, STAYS);
  return close;
}

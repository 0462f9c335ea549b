// One question in a dialog: a line or a text, perhaps with things to choose from. Resolves to the words, or "".
import { el } from "../board/dom.js";

export function ask({ title, label, hint = "", words = "", choices = [], most = 200, long = false, button, check = () => true }) {
  const before = document.activeElement;
  const list = choices.length > 0 && el("datalist", { id: "ask-choices" }, choices.map((choice) => el("option", { value: choice })));
  const field = long ? el("textarea", { id: "ask-words", rows: 4, maxLength: most, required: true, value: words })
    : el("input.input", { id: "ask-words", maxLength: most, required: true, value: words, autocomplete: "off" });
  if (list) field.setAttribute("list", "ask-choices");
  const cancel = el("button.btn", { type: "button" }, "Cancel");
  const form = el("form.stack", { method: "dialog" }, el("h2", { id: "ask-title" }, title),
    el("div.field", {}, el("label", { htmlFor: "ask-words" }, label), field, list, hint && el("p.hint", {}, hint)),
    el("div.row", {}, el("button.btn.btn--primary", {}, button), cancel));
  const dialog = el("dialog.ask-dialog", { "aria-labelledby": "ask-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
  field.select?.();
  return new Promise((resolve) => {
    let said = "";
    field.addEventListener("input", () => field.setCustomValidity(""));
    cancel.onclick = () => dialog.close();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!check(field.value.trim())) {
        field.setCustomValidity("Choose something from the list.");
        field.reportValidity();
        return;
      }
      said = field.value.trim();
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.isConnected && before.focus();
      resolve(said);
    });
  });
}

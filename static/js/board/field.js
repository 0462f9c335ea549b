// A text that several people may type in at once. The control shows the store's text; what is typed becomes a change
// in it; what others type moves in under the caret. Nobody is locked out, everybody's name is shown.
import { follow, size } from "../live/delta.js";

/** Binds a textarea or input. `required`: an emptied text waits for its first letter instead of being refused. */
export function bindText(control, { edits, presence, id, field, required = false, oneLine = false }) {
  const { store } = edits;
  let caret = null; // where the selection will stand after what others typed, in code points
  let composing = false; // an input method is half way through a character

  const text = () => store.get(id)?.[field] ?? "";
  const held = () => composing || (required && document.activeElement === control && !control.value.trim());

  function show() {
    control.toggleAttribute("data-waits", store.catchingUp(id, field));
    if (held() || control.value === text()) return;
    const focused = document.activeElement === control;
    const [from, to] = caret ?? points(control);
    control.value = text();
    if (focused) control.setSelectionRange(units(control.value, from), units(control.value, to));
  }

  function input() {
    if (composing) return;
    if (oneLine && /[\r\n]/.test(control.value)) control.value = control.value.replace(/[\r\n]+/g, " ");
    if (held()) return;
    edits.write(id, field, control.value);
    presence.say({ at: id, typing: [id, field] });
    if (control.value !== text()) show(); // my words from before a reload are being placed: what I see is what is there
  }

  const on = {
    input,
    focus: () => presence.say({ at: id }),
    blur: () => {
      presence.say({ typing: null });
      show();
    },
    keydown: (event) => {
      if (oneLine && event.key === "Enter") event.preventDefault();
    },
    compositionstart: () => { composing = true; },
    compositionend: () => {
      composing = false;
      input();
      show();
    },
  };
  for (const [type, listener] of Object.entries(on)) control.addEventListener(type, listener);

  const heard = ({ detail }) => {
    if (detail.id === id && detail.field === field) caret = (caret ?? points(control)).map((at) => follow(at, detail.delta));
  };
  const changed = ({ detail }) => {
    if (detail.ids.has(id)) show();
    caret = null;
  };
  store.addEventListener("text", heard);
  store.addEventListener("change", changed);
  control.value = text();

  return {
    release() {
      store.removeEventListener("text", heard);
      store.removeEventListener("change", changed);
      for (const [type, listener] of Object.entries(on)) control.removeEventListener(type, listener);
      presence.say({ typing: null });
    },
  };
}

const points = ({ value, selectionStart, selectionEnd }) => [selectionStart, selectionEnd].map((at) => size(value.slice(0, at)));
const units = (value, at) => Array.from(value).slice(0, at).join("").length;

// One line that always tells the truth: Saved · Saving… · Offline, 3 edits kept here · Needs attention.
// Read out only when it turns for the worse or comes good again, never for every keystroke.
import { announce } from "./announce.js";

const SLOW = 300; // ms before "Saving…" is worth a word; the state itself tells the truth at once

export function watchStatus({ element, banner, line, store, outbox, attend }) {
  let worst = "saved";
  let since = 0;
  let timer = null;

  function now() {
    const n = store.pending.length;
    const edits = `${n} ${n === 1 ? "edit" : "edits"}`;
    if (outbox.stuck.length) return ["attention", "Needs attention"];
    if (line.state === "stopped") return ["attention", n ? `Not connected, ${edits} kept here` : "Not connected"];
    if (line.state === "waiting") return ["offline", n ? `Offline, ${edits} kept here` : "Offline"];
    if (!n) return ["saved", line.state === "connecting" ? "Connecting…" : "Saved"];
    if (!outbox.safe && n > 20) return ["attention", "Stay on this page until it says Saved"];
    return ["saving", "Saving…"];
  }

  function show() {
    clearTimeout(timer);
    const [state, words] = now();
    if (state === "saving") {
      since ||= Date.now();
      const left = SLOW - (Date.now() - since);
      if (left > 0) {
        element.dataset.state = state;
        timer = setTimeout(show, left);
        return;
      }
    } else since = 0;
    if (element.dataset.state !== state || element.textContent !== words) {
      element.dataset.state = state;
      element.textContent = words;
    }
    element.disabled = !outbox.stuck.length;
    speak(state, words);
  }

  function speak(state, words) {
    if (state === worst || state === "saving") return;
    if (state !== "saved") announce(`${words}.`, { now: true });
    else if (worst !== "saved") announce("You’re back. Everything is saved.", { now: true });
    worst = state;
  }

  /** A sentence across the page for what lasts: after two seconds without a line, or when it needs a person. */
  let late = null;
  function warn() {
    const { state, why } = line;
    if (state === "waiting") {
      late ??= setTimeout(() => banner.show(line.why, "warn"), 2000); // every try in vain says "waiting" again
      return;
    }
    clearTimeout(late);
    late = null;
    if (state === "stopped") banner.show(why, "bad");
    else banner.hide();
  }

  line.addEventListener("state", ({ detail }) => {
    line.why = detail.why;
    show();
    warn();
  });
  store.addEventListener("pending", show);
  outbox.addEventListener("stuck", show);
  element.addEventListener("click", attend);
  show();
  return show;
}

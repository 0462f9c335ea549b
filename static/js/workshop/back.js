// My way back: what I did last, whether I press Undo beside the word about it or Ctrl+Z; Ctrl+Shift+Z does it again.
// In a text the browser's own Ctrl+Z goes first.
import { announce } from "../live/announce.js";
import { toast } from "../board/toast.js";
import { History } from "../board/undo.js";

const TYPING = "textarea, select, input:not([type=radio], [type=checkbox]), dialog";

export class Back {
  constructor(store) {
    Object.assign(this, { store, history: new History(store) });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z" || event.target.closest(TYPING)) return;
      event.preventDefault();
      if (event.shiftKey) announce(this.history.redo() ? "Done again." : "Nothing to do again.", { now: true });
      else this.undo();
    });
  }

  /** Say what was done. `again`: how to do it anew, where nobody's name is stored to undo under. */
  did(command, words, again = null) {
    const step = Object.assign(this.history.did([command]), { again });
    toast(words, ["Undo", () => this.undo(step), "Ctrl+Z"]);
    announce(words, { now: true });
  }

  undo(step = this.history.back.at(-1)) {
    const { history } = this;
    const there = history.back.includes(step);
    if (there && step.again && !this.store.cancel(step.ids[0])) step.again();
    if (there && step.again) history.back = history.back.filter((other) => other !== step);
    else if (there) history.undo(step);
    document.querySelector("#toasts .toast:not(.toast--bad)")?.remove();
    announce(there ? "Undone." : "Nothing of yours to undo.", { now: true });
  }
}

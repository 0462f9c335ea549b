// Writing straight on the map: a card's title where it stands, and a new card that is only sent once it has a title.
import { bindText } from "./field.js";
import { $, el } from "./dom.js";
import { quote } from "./words.js";

const ASK = "What does she do here?";

export class Inline {
  constructor({ map, model, edits, presence }) {
    Object.assign(this, { map, model, edits, presence });
  }

  /** Edit a card's title. Enter and leaving keep it, Escape puts back what stood there. */
  title(id) {
    const li = this.map.card(id)?.parentElement;
    const touchpoint = this.model.store.get(id);
    if (!li || $(".card__write", li)) return;
    if (!this.model.mayEdit(touchpoint)) {
      this.map.dispatchEvent(new CustomEvent("open-card", { detail: { id } }));
      return;
    }
    const was = touchpoint.title;
    const begun = Date.now();
    const box = writing(was, `Title of ${quote(was)}`);
    $(".card__title", li).after(box);
    li.dataset.writing = "";
    const bound = bindText(box, { edits: this.edits, presence: this.presence, id, field: "title", required: true, oneLine: true });
    let over = false;
    const done = (keep, focus = true) => {
      if (over) return;
      over = true; // taking the box away blurs it, which comes back here
      bound.release();
      if (!keep && this.model.store.get(id)) this.edits.takeBack(`${id}.title`, begun);
      delete li.dataset.writing;
      box.remove();
      if (focus) this.map.card(id)?.focus();
    };
    keys(box, done);
    box.focus();
    box.select();
  }

  /** A new card under another one (null: at the top; undefined: at the end). */
  add(stage, after = this.model.in(stage).at(-1)?.id ?? null) {
    const list = this.map.list(stage);
    if (!list || !this.model.mayAdd) return;
    const box = writing("", `New touchpoint in ${this.model.nameOf(stage)}`);
    const li = el("li.tp.tp--new", { data: { look: "pencil", writing: "" } },
      el("article.card", {}, el("div.card__in", {}, box, el("p.card__hint", {}, matchMedia("(hover: none)").matches ? "Done pencils it in" : "Enter to pencil it in, Esc to leave"))));
    const above = after && this.map.card(after)?.parentElement;
    if (above) above.after(li);
    else if (after === null) list.prepend(li);
    else list.append(li);
    let over = false;
    const done = (keep, focus = true) => {
      if (over) return;
      over = true;
      const title = box.value.trim();
      li.remove();
      if (keep && title) {
        const id = this.edits.add(stage, after, title);
        if (focus) this.focus(id);
        return;
      }
      if (focus) (this.map.card(after) ?? $(".add", this.map.column(stage)))?.focus();
    };
    keys(box, done);
    box.focus();
    li.scrollIntoView({ block: "center", inline: "nearest" });
  }

  focus(id) {
    const card = this.map.card(id);
    card?.focus();
    card?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function writing(value, label) {
  return el("textarea.card__write", { value, rows: 1, maxLength: 160, enterKeyHint: "done", placeholder: ASK, "aria-label": label });
}

function keys(box, done) {
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      done(true);
    } else if (event.key === "Escape") {
      event.preventDefault();
      done(false);
    }
  });
  box.addEventListener("blur", () => done(true, false));
}

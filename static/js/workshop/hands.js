// What one may do with answers, and doing it: each act is a live command with a way back.
import { newId } from "../live/ids.js";
import { ask } from "./asking.js";
import { Back } from "./back.js";
import { labels, placeOf } from "./places.js";

export class Hands {
  constructor({ store, boot, departments }) {
    Object.assign(this, { store, boot, departments, back: new Back(store) });
  }

  get live() { return this.store.get(this.boot.workshop)?.state === "live"; }
  get mayTalk() { return this.live && this.boot.answers; }
  /** The phase in which answers become promises. */
  get commits() { return this.store.get(this.store.get(this.boot.workshop)?.phase)?.of_kind === "commit"; }
  department(id) { return this.departments().find((one) => one.id === id); }
  mayUntie(tie) { return this.boot.leads || tie.person === this.boot.me; }

  /** Mine until the reveal, and after it as long as it has my name; in an anonymous workshop what I see private is mine. */
  mayChange(answer) {
    if (!this.live) return false;
    return answer.revealed_at ? answer.author === this.boot.me : true;
  }

  /** Say what was done, with the way back. `gone`: the record as it was, for what leaves no name to undo under. */
  did(command, words, gone = null) { this.back.did(command, words, gone && this.boot.anonymous ? () => this.#again(gone) : null); }

  #again({ kind, author, heading, to_ask: asked, revealed_at: at, ...data }) { // an anonymous answer has no way back: it is written again
    const id = newId("an");
    this.store.submit("answer.add", { ...data, id }, { guess: { kind, author, heading, to_ask: asked, revealed_at: at } });
  }

  remove(answer) { this.did(this.store.submit("answer.remove", { id: answer.id }), "Rubbed out.", answer); }

  group(ids, heading) {
    const headings = Object.fromEntries(ids.map((id) => [id, heading]));
    this.did(this.store.submit("answer.group", { id: this.boot.workshop, headings }), heading ? `Under “${heading}”.` : "Not grouped any more.");
  }

  async name(ids) {
    const known = [...new Set(this.store.all("answer").map((answer) => answer.heading).filter(Boolean))];
    const heading = await ask({ title: "Under which heading?", label: "Heading", hint: "Choose one that is there, or write a new one.", words: "", choices: known, most: 80, button: "Group" });
    if (heading) this.group(ids, heading);
  }

  async rename(heading, ids) {
    const words = await ask({ title: "Another heading", label: "Heading", words: heading, most: 80, button: "Rename" });
    if (words && words !== heading) this.group(ids, words);
  }

  react(answer, kind) { this.store.submit("answer.react", { id: newId("rc"), answer: answer.id, of_kind: kind }); }

  async reply(answer) {
    const text = await ask({ title: "Reply", label: "What you say about it", hint: "With your name. Everybody in the room reads it.", most: 1000, long: true, button: "Reply" });
    if (!text) return;
    const data = { id: newId("rp"), answer: answer.id, text };
    this.did(this.store.submit("reply.add", data, { guess: { kind: "reply", author: this.boot.me, author_name: this.boot.name } }), "Said.");
  }

  unsay(reply) { this.did(this.store.submit("reply.remove", { id: reply.id }), "Taken back."); }

  async tie(answer) {
    const others = this.store.all("answer").filter((other) => other.revealed_at && other.id !== answer.id && other.workshop === answer.workshop);
    const texts = new Map(others.map((other) => [`Answer: ${other.text.slice(0, 90)}`, other.id]));
    const choices = [...labels().names.values(), ...texts.keys()];
    const words = await ask({ title: "Where does it belong?", label: "Touchpoint, let-down or another answer", choices, button: "Tie", check: (said) => texts.has(said) || Object.values(placeOf(said) ?? {}).some((id) => id && !id.startsWith("st_")) });
    if (!words) return;
    const to = texts.get(words) ?? Object.values(placeOf(words)).find(Boolean);
    const [name] = [{ tp: "touchpoint", is: "issue", an: "other" }[to.slice(0, 2)]];
    const guess = { kind: "tie", person: this.boot.me, touchpoint: null, issue: null, other: null, [name]: to };
    this.did(this.store.submit("tie.add", { id: newId("ti"), answer: answer.id, to }, { guess }), "Tied.");
  }

  untie(tie) { this.did(this.store.submit("tie.remove", { id: tie.id }), "Untied."); }

  ask(answer) {
    const words = answer.to_ask ? "Not asked any more." : "Goes to what we would love to ask.";
    this.did(this.store.submit("answer.ask", { id: answer.id, to_ask: !answer.to_ask }), words);
  }
}

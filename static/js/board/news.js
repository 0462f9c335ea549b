// What others do, in sentences: read out gathered and politely, kept in a list to ask for at any time. And the news
// that concern me: a value of mine that somebody replaced, a change of mine that could not be made.
import { announce } from "../live/announce.js";
import { hash } from "../live/reduce.js";
import { $, el } from "./dom.js";
import { toast } from "./toast.js";
import { property, quote, short, valueWords } from "./words.js";

const MOST = 100;
const ABOUT = new Set(["journey", "stage", "touchpoint", "channel", "remark", "proposal"]); // what is drawn on this page
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export class News {
  constructor({ store, model, presence, outbox }) {
    Object.assign(this, { store, model, presence, outbox, list: [], names: new Map() });
    this.how = localStorage.getItem("news") ?? "all";
    store.addEventListener("change", ({ detail }) => detail.events?.forEach((event) => this.#heard(event)));
    store.addEventListener("overruled", ({ detail }) => this.#overruled(detail));
    store.addEventListener("refused", ({ detail }) => this.#refused(detail));
    presence.addEventListener("people", () => {
      for (const [key, person] of presence.people) this.names.set(key, person.name);
    });
    const choice = $("#news-how");
    choice.value = this.how;
    choice.addEventListener("change", () => {
      this.how = choice.value;
      localStorage.setItem("news", this.how);
    });
    $("#news").addEventListener("toggle", (event) => event.newState === "open" && this.#show());
  }

  #who(key) { return (this.names.get(key) ?? "Somebody").split(" ")[0]; }

  #heard(event) {
    if (!event.by || event.by === this.model.me.key) return;
    const { words, about } = this.#sentence(event);
    if (!words) return;
    const last = this.list[0];
    if (last?.words === words) last.at = event.at;
    else this.list = [{ words, at: event.at }, ...this.list].slice(0, MOST);
    if (this.how === "none" || (this.how === "mine" && !(about && this.model.isMine(about)))) return;
    if (last?.words !== words) announce(words);
  }

  #sentence(event) {
    const who = this.#who(event.by);
    const [kind, verb] = event.name.split(".");
    if (verb && !ABOUT.has(kind)) return {};
    const id = event.text?.[0]?.id ?? event.put?.[0]?.id ?? event.remove?.[0] ?? Object.keys(event.patch ?? {})[0];
    const record = this.store.get(id) ?? event.put?.[0];
    const on = record?.touchpoint ? this.store.get(record.touchpoint) : record;
    const title = on?.title ?? on?.name;
    const name = title ? quote(short(title)) : `a ${kind}`;
    const about = on?.kind === "touchpoint" ? on : null;
    const words = {
      added: kind === "remark" ? `${who} remarked on ${name}.` : kind === "proposal" ? `${who} proposed a change to ${name}.` : `${who} added ${name}.`,
      moved: about ? `${who} moved ${name} to ${this.model.nameOf(about.stage)}.` : `${who} moved ${name}.`,
      removed: `${who} rubbed out a ${kind}.`, written: `${who} wrote in ${name}.`,
      changed: `${who} changed ${name}.`, accepted: `${who} accepted a proposal for ${name}.`,
      rejected: `${who} answered a proposal for ${name}.`,
    }[verb] ?? (event.name === "undone" ? `${who} took something back.` : null);
    return { words, about };
  }

  #overruled({ id, property: name, by, value }) {
    const record = this.store.get(id);
    if (!record || by === this.model.me.key) return;
    const words = valueWords(name, value, (one) => this.model.nameOf(one));
    const said = name === "stage" ? `${this.#who(by)} moved ${quote(short(record.title))} to ${words} a moment ago.`
      : `${this.#who(by)} set ${quote(property(name))} of ${quote(short(record.title ?? record.name))} to ${words} a moment ago.`;
    announce(said, { now: true });
    toast(said);
  }

  #refused({ frame, words }) {
    announce(frame.message, { now: true });
    toast(words ? `${frame.message} Your words are kept.` : frame.message, words ? ["See them", () => $("#status").click()] : null, { bad: true });
  }

  #show() {
    const box = $("#news-list");
    box.replaceChildren(...(this.list.length
      ? this.list.map(({ words, at }) => el("li", {}, el("span.hint.num", {}, clock.format(new Date(at))), words))
      : [el("li.muted", {}, "Nothing by others since you opened this page.")]));
    $("#news-proof").textContent = `As of change ${this.store.seq}, proof ${hash(this.store.confirmed)}. Two people who see the same have the same proof.`;
  }
}

// What a person does to the map, whichever way they do it: button, key, menu, dialog or pointer. Every way ends here,
// so each edit shows at once, can be undone, and is spoken in the same words.
import { announce } from "../live/announce.js";
import { between, newId } from "../live/ids.js";
import { BLANK, UNSAID } from "./model.js";
import { toast } from "./toast.js";
import { quote, short } from "./words.js";

export class Edits {
  constructor({ store, model, history }) {
    Object.assign(this, { store, model, history });
  }

  change(id, values) {
    const record = this.store.get(id);
    const changed = Object.fromEntries(Object.entries(values).filter(([name, value]) => record[name] !== value));
    if (!Object.keys(changed).length) return;
    this.history.did([this.store.submit(`${record.kind}.change`, { id, ...changed })]);
  }

  /** How it feels: for everybody or, while the map is seen through a persona's eyes, for her alone. */
  feel(id, values) {
    const seen = this.model.seen(this.store.get(id));
    if (Object.entries(values).every(([name, value]) => seen[name] === value)) return;
    this.history.did(this.store.submitAll([this.feeling(id, values)]));
  }

  /** The command for that: [name, data, guess]. */
  feeling(touchpoint, values) {
    const { persona } = this.model;
    if (!persona) return ["touchpoint.change", { id: touchpoint, ...values }];
    const id = this.model.experience(touchpoint)?.id ?? newId("ex");
    return ["experience.set", { id, persona, touchpoint, ...values }, UNSAID];
  }

  /** She meets us there: in a channel of the map (`known`), or in one that is new to it. */
  meet(id, known, channel) {
    const ch = known ?? newId("ch");
    const { channels } = this.store.get(id);
    if (channels.includes(ch)) return;
    const calls = known ? [] : [["channel.add", { id: ch, ...channel }, { kind: "channel" }]];
    this.history.did(this.store.submitAll([...calls, ["touchpoint.change", { id, channels: [...channels, ch].sort() }]]));
    announce(`${quote(channel.name)} is picked.`, { now: true });
  }

  /** What stands in a text now; typing on in it is one step to undo. */
  write(id, field, value) {
    const command = this.store.write(id, field, value);
    if (command) this.history.did([command], { text: `${id}.${field}` });
  }

  /** What I typed in a text since then goes back; what others typed meanwhile stays. */
  takeBack(text, since) {
    for (let step = this.history.back.at(-1); step?.text === text && step.at >= since; step = this.history.back.at(-1)) this.history.undo(step);
  }

  /** A new touchpoint behind another one (null: first). Returns its id. */
  add(stage, after, title, more = {}) {
    const id = newId("tp");
    const { me } = this.model;
    const lead = me.edit === "own" ? [...me.departments].sort()[0] : null;
    const data = { id, stage, after, title, ...(lead ? { lead } : {}), ...more };
    const guess = { ...BLANK, order: this.#between(this.model.in(stage), after) };
    this.history.did([this.store.submit("touchpoint.add", data, { guess })]);
    announce(`Added ${quote(title)} to ${this.model.nameOf(stage)}.`, { now: true });
    return id;
  }

  /** Put a touchpoint behind another one of a stage. Says where it is now. */
  move(id, stage, after, { quiet = false } = {}) {
    const touchpoint = this.store.get(id);
    const siblings = this.model.in(stage).filter((other) => other.id !== id);
    const list = this.model.in(touchpoint.stage);
    const before = list[list.indexOf(touchpoint) - 1]?.id ?? null;
    if (touchpoint.stage === stage && before === after) return;
    const guess = { order: this.#between(siblings, after) };
    const step = this.history.did([this.store.submit("touchpoint.move", { id, stage, after }, { guess })]);
    const at = this.model.in(stage).findIndex((other) => other.id === id) + 1;
    announce(`Moved to ${this.model.nameOf(stage)}, position ${at} of ${siblings.length + 1}.`, { now: true });
    if (!quiet) this.offer(`Moved ${quote(short(touchpoint.title))} to ${this.model.nameOf(stage)}`, step);
  }

  remove(id, why = "") {
    const record = this.store.get(id);
    const cards = record.kind === "stage" ? this.model.in(id).length : 0;
    const step = this.history.did([this.store.submit(`${record.kind}.remove`, { id, ...(why ? { why } : {}) })]);
    const more = cards ? ` and the ${cards} in it` : "";
    announce(`Rubbed out ${quote(record.title ?? record.name)}${more}.`, { now: true });
    this.offer(`Rubbed out ${quote(short(record.title ?? record.name))}${more}`, step);
  }

  /** A stage in two: the new one takes the touchpoint `at` and those behind it. */
  splitStage(stage, at, name) {
    const id = newId("st");
    const list = this.model.in(stage);
    const rest = list.slice(list.findIndex((touchpoint) => touchpoint.id === at));
    this.history.did([this.store.submit("stage.split", { id, stage, at, name })]);
    announce(`Split off ${quote(name)} with ${rest.length} touchpoints.`, { now: true });
  }

  addStage(after, name) {
    const id = newId("st");
    const guess = { kind: "stage", internal_name: "", question: "", goal: "", confirmation: "", confirmed_by: 0, confirmed_on: null, order: this.#between(this.model.stages, after) };
    this.history.did([this.store.submit("stage.add", { id, after, name }, { guess })]);
    announce(`Added the stage ${quote(name)}.`, { now: true });
    return id;
  }

  moveStage(id, after) {
    const siblings = this.model.stages.filter((stage) => stage.id !== id);
    this.history.did([this.store.submit("stage.move", { id, after }, { guess: { order: this.#between(siblings, after) } })]);
    announce(`The stage is now number ${this.model.stages.findIndex((stage) => stage.id === id) + 1}.`, { now: true });
  }

  remark(touchpoint, text, mentions = []) {
    const { key, name } = this.model.me;
    const guess = { kind: "remark", by: key, by_name: name, at: new Date().toISOString(), mentions };
    this.history.did([this.store.submit("remark.add", { id: newId("rm"), touchpoint, text, ...(mentions.length ? { mentions } : {}) }, { guess })]);
  }

  propose(touchpoint, field, text) {
    const { key, name } = this.model.me;
    const guess = { kind: "proposal", state: "open", by: key, by_name: name, at: new Date().toISOString(), reason: "" };
    this.store.submit("proposal.add", { id: newId("pr"), touchpoint, field, text }, { guess });
  }

  undo(step) {
    const done = this.history.undo(step);
    this.offered?.();
    announce(done ? "Undone." : "Nothing of yours to undo.", { now: true });
    return done;
  }

  redo() {
    announce(this.history.redo() ? "Done again." : "Nothing to do again.", { now: true });
  }

  /** Undo instead of "Are you sure?". */
  offer(text, step) { this.offered = toast(text, ["Undo", () => this.undo(step), "Z"]); }

  #between(siblings, after) {
    const at = after === null ? 0 : siblings.findIndex((other) => other.id === after) + 1 || siblings.length;
    return between(siblings[at - 1]?.order ?? "", siblings[at]?.order);
  }
}

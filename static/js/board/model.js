// Reading the room's records as a journey, and knowing what this person may do with them (the same rules as
// touchpoints/permissions.py; the server decides, this only keeps the page from offering what would be refused).
import { byOrder } from "../live/ids.js";

const ARCHIVED = "This journey is archived: it can be read, not changed.";

export class Model {
  constructor({ store, me, people = [] }) {
    Object.assign(this, { store, people });
    this.me = { departments: [], ...me };
    this.departments = new Map(); // those there are now: what is offered
    this.everyDepartment = new Map(); // and those that were, to name them
    this.talk = null;
    this.scores = {}; // stage or touchpoint → NPS and how many answered, once asked for (lanes.js)
    this.lens = new WeakMap();
    store.addEventListener("change", ({ detail }) => {
      if ([...detail.ids].some((id) => id?.startsWith("ex_"))) this.lived = null;
      if ([...detail.ids].some((id) => id?.startsWith("rm_") || id?.startsWith("pr_"))) this.talk = null;
    });
  }

  welcome({ you, departments }) {
    this.me = you;
    this.everyDepartment = new Map(departments.map((department) => [department.id, department]));
    this.departments = new Map([...this.everyDepartment].filter(([, { retired }]) => !retired));
  }

  get journey() { return this.store.all("journey")[0]; }
  get stages() { return this.store.all("stage").sort(byOrder); }
  get channels() { return this.store.all("channel").sort((a, b) => a.name.localeCompare(b.name)); }
  get personas() { return this.store.all("persona").sort((a, b) => a.name.localeCompare(b.name)); }
  in(stage) { return this.store.all("touchpoint").filter((touchpoint) => touchpoint.stage === stage).sort(byOrder); }

  /** A touchpoint as one persona lives it: her feelings instead of the overall ones. `unsaid`: nobody said yet how
   *  it is for her. The same touchpoint and experience give the same object, so what did not change is not drawn. */
  seen(touchpoint) {
    if (!touchpoint || !this.persona) return touchpoint;
    const lived = this.experience(touchpoint.id);
    const key = lived ?? this.persona;
    const known = this.lens.get(touchpoint);
    if (known?.key === key) return known.seen;
    const { felt, felt_word, intended, intended_word } = lived ?? UNSAID;
    const seen = { ...touchpoint, felt, felt_word, intended, intended_word, unsaid: !lived };
    this.lens.set(touchpoint, { key, seen });
    return seen;
  }

  /** What the persona looked through feels at a touchpoint, if anybody said so. */
  experience(touchpoint) {
    this.lived ??= new Map(this.store.all("experience").filter(({ persona }) => persona === this.persona).map((one) => [one.touchpoint, one]));
    return this.lived.get(touchpoint);
  }

  of(kind, touchpoint) { return this.store.all(kind).filter((record) => record.touchpoint === touchpoint); }

  /** How much is said about a touchpoint: remarks, and proposals nobody answered yet. Counted once for all cards. */
  said(touchpoint) {
    if (!this.talk) {
      this.talk = new Map();
      for (const { kind, touchpoint: id, state } of this.store.records.values()) {
        if (kind !== "remark" && (kind !== "proposal" || state !== "open")) continue;
        const count = this.talk.get(id) ?? { remark: 0, proposal: 0 };
        count[kind] += 1;
        this.talk.set(id, count);
      }
    }
    return this.talk.get(touchpoint) ?? { remark: 0, proposal: 0 };
  }

  department(id) { return this.everyDepartment.get(id); }

  /** Touchpoints by stage in one go: for the first drawing and the curve. */
  columns() {
    const columns = new Map(this.stages.map((stage) => [stage.id, []]));
    for (const touchpoint of this.store.all("touchpoint")) columns.get(touchpoint.stage)?.push(this.seen(touchpoint));
    for (const list of columns.values()) list.sort(byOrder);
    return columns;
  }

  // -- rights ----------------------------------------------------------------------------------
  /** "all", "own" or "none"; of an archived journey nobody changes anything. */
  get edit() { return this.journey?.archived ? "none" : this.me.edit; }
  get runs() { return this.edit === "all"; }
  get mayAdd() { return this.edit !== "none"; }
  mayEdit(touchpoint) {
    if (this.runs) return true;
    return this.edit === "own" && this.isMine(touchpoint);
  }
  isMine({ lead, contributors }) {
    return this.me.departments.includes(lead) || contributors.some((id) => this.me.departments.includes(id));
  }
  mayRemoveRemark(remark) { return this.runs || remark.by === this.me.key; }

  /** Why not, in one sentence that names who may. */
  whyNot(touchpoint, { short = false } = {}) {
    if (this.journey?.archived) return ARCHIVED;
    const names = [touchpoint.lead, ...touchpoint.contributors].map((id) => this.department(id)?.name).filter(Boolean);
    const who = [...new Set(names), "facilitators"];
    const list = who.length > 1 ? `${who.slice(0, -1).join(", ")} and ${who.at(-1)}` : who[0];
    return `Only ${list} edit this.${short ? "" : " Propose a change."}`;
  }
  whyNotAdd() {
    if (this.journey?.archived) return ARCHIVED;
    return this.me.edit === "none" ? "You read and comment here. Facilitators and departments add touchpoints." : "";
  }

  /** The words for any id, for sentences about changes. */
  nameOf(id) {
    const record = this.store.get(id);
    return record?.title ?? record?.name ?? this.department(id)?.name ?? id;
  }

  matches(touchpoint, search) {
    const words = [touchpoint.title, touchpoint.statement, touchpoint.description, touchpoint.benefit, touchpoint.notes,
      this.department(touchpoint.lead)?.name, ...touchpoint.channels.map((id) => this.store.get(id)?.name)];
    const text = words.filter(Boolean).join("\n").toLocaleLowerCase();
    return search.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word));
  }
}

/** What a new touchpoint looks like until the server has answered. */
export const BLANK = {
  kind: "touchpoint", statement: "", description: "", benefit: "", notes: "", of_kind: "contact", verdict: "unknown",
  needs: "", moment_of_truth: false, agreed: false, severity: null, felt: null, felt_word: "", intended: null, intended_word: "",
  lead: null, contributors: [], channels: [], evidence: "none", quotes: 0, stated: {}, metric: "", ask: "", ask_when: "", ask_whom: "",
};

/** How it is for a persona of whom nobody said it yet. */
export const UNSAID = { kind: "experience", felt: null, felt_word: "", intended: null, intended_word: "", need: "" };

// Who is here, what they look at, what they type in (P8, P16). On cards and fields, never as flying cursors.
const MOST_SHOWN = 6;
const QUIET = 10_000; // typing that pauses for so long is over

export class Presence extends EventTarget {
  constructor({ line, me }) {
    super();
    Object.assign(this, { line, me, people: new Map(), departments: new Map(), mine: { at: null, typing: null } });
    line.addEventListener("presence", ({ detail }) => this.#hear(detail));
    line.addEventListener("welcome", ({ detail }) => {
      this.departments = new Map(detail.departments.map((department) => [department.id, department]));
      this.people.clear();
      this.told = "";
      this.say({});
    });
    line.addEventListener("state", ({ detail }) => {
      if (detail.state === "live") this.say({});
    });
  }

  /** What I look at and type in. Sent when it changed, at most ten times a second. */
  say(change) {
    Object.assign(this.mine, change);
    clearTimeout(this.over);
    if (this.mine.typing) this.over = setTimeout(() => this.say({ typing: null }), QUIET);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      const frame = JSON.stringify(this.mine);
      if (frame === this.told || this.line.state !== "live") return;
      this.told = frame;
      this.line.say({ t: "presence", ...this.mine });
    }, 100);
  }

  #hear(people) {
    const at = new Set();
    for (const [key, person] of Object.entries(people)) {
      for (const one of [this.people.get(key), person]) for (const id of [one?.at, one?.typing?.[0]]) if (id) at.add(id);
      if (person) this.people.set(key, person);
      else this.people.delete(key);
    }
    this.dispatchEvent(new CustomEvent("people", { detail: { at } }));
  }

  /** The others who type in this record, then those who look at it. */
  at(id) {
    const others = [...this.people].filter(([key]) => key !== this.me.key).map(([, person]) => person);
    const typing = others.filter((person) => person.typing?.[0] === id);
    return { typing, looking: others.filter((person) => person.at === id && !typing.includes(person)) };
  }

  typingIn(id, field) { return this.at(id).typing.filter((person) => person.typing[1] === field); }
  colour(person) { return this.departments.get(person.department)?.colour; }

  /** Round marks with initials for the bar: the others, each one's name and department in words. */
  avatars() {
    const people = [...this.people].filter(([key]) => key !== this.me.key).map(([, person]) => person);
    const shown = people.slice(0, MOST_SHOWN).map((person) => this.avatar(person));
    if (people.length > MOST_SHOWN) {
      const more = document.createElement("span");
      more.className = "avatar";
      more.dataset.more = "";
      more.title = people.slice(MOST_SHOWN).map((person) => person.name).join(", ");
      more.textContent = `+${people.length - MOST_SHOWN}`;
      shown.push(more);
    }
    return shown;
  }

  avatar(person) {
    const department = this.departments.get(person.department);
    const words = [person.name, department?.name, person.typing && "typing"].filter(Boolean).join(", ");
    const mark = document.createElement("span");
    mark.className = "avatar";
    mark.title = words;
    if (department) mark.dataset.dept = department.colour;
    if (person.typing) mark.dataset.on = "typing";
    const seen = document.createElement("span");
    seen.ariaHidden = "true";
    seen.textContent = initials(person.name);
    const said = document.createElement("span");
    said.className = "vh";
    said.textContent = words;
    mark.append(seen, said);
    return mark;
  }
}

export function initials(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)].map((word) => Array.from(word)[0]) : Array.from(words[0] ?? "?").slice(0, 2);
  return letters.join("").toUpperCase();
}

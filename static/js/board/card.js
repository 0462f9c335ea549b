// A touchpoint card. Built once; afterwards only what changed is touched, so one edit never redraws its neighbours.
import { chip, el, glyph, hidden, say } from "./dom.js";
import { EVIDENCE, FEELINGS, KINDS, KIND_SIGNS, SEVERITY, costParts, costWords, plural, points } from "./words.js";

const ENOUGH = 3; // answers: one customer is no score

const known = new WeakMap(); // li → the record and marks it shows

export function makeCard(touchpoint, model) {
  const title = el("h4.card__title", { id: `${touchpoint.id}-t` });
  const card = el("article.card", { tabIndex: -1, "aria-labelledby": `${touchpoint.id}-t` }, el("div.card__in", {},
    el("p.card__top"), title, el("p.card__quote"), el("p.card__meta")));
  const more = el("button.card__more.btn.btn--quiet.btn--icon.btn--s", { type: "button", tabIndex: -1 }, glyph("ellipsis"));
  const li = el("li.tp", { data: { id: touchpoint.id } }, card, more);
  showCard(li, touchpoint, model);
  return li;
}

/** Bring a card up to date. Parts whose values are the same are left alone. */
export function showCard(li, touchpoint, model) {
  const before = known.get(li);
  const { remark: remarks, proposal: proposals } = model.said(touchpoint.id);
  const nps = model.scores[touchpoint.id];
  const marks = `${remarks} ${proposals} ${nps ?? ""}`;
  if (before?.touchpoint === touchpoint && before.marks === marks) return;
  known.set(li, { touchpoint, marks });
  const was = before?.touchpoint ?? {};
  const differs = (...names) => !before || names.some((name) => was[name] !== touchpoint[name]);

  const [top, title, said, meta] = ["top", "title", "quote", "meta"].map((part) => li.querySelector(`.card__${part}`));
  if (differs("lead", "contributors")) {
    li.dataset.dept = model.department(touchpoint.lead)?.colour ?? "";
    li.toggleAttribute("data-mine", model.isMine(touchpoint));
    li.toggleAttribute("data-locked", !model.mayEdit(touchpoint));
  }
  if (differs("moment_of_truth")) li.toggleAttribute("data-mot", touchpoint.moment_of_truth);
  if (differs("evidence")) li.dataset.look = EVIDENCE[touchpoint.evidence].look;
  if (differs("channels", "of_kind", "moment_of_truth", "agreed", "evidence") || before.marks !== marks) top.replaceChildren(...topOf(touchpoint, model, nps));
  say(title, touchpoint.title);
  say(label(li), `Actions for ${touchpoint.title}`);
  if (differs("statement")) {
    said.replaceChildren("“", ...costParts(touchpoint.statement).map((part, i) => (i % 2 ? el("mark", {}, part) : part)), "”");
    said.hidden = !touchpoint.statement;
  }
  if (differs("unsaid")) li.toggleAttribute("data-unsaid", Boolean(touchpoint.unsaid));
  if (differs("lead", "felt", "intended", "severity", "quotes", "stated", "unsaid") || before.marks !== marks) {
    meta.replaceChildren(...metaOf(touchpoint, model, remarks, proposals));
  }
}

function label(li) {
  const more = li.querySelector(".card__more");
  return more.querySelector(".vh") ?? more.appendChild(hidden(""));
}

function topOf(touchpoint, model, [nps, answers] = []) {
  const channels = touchpoint.channels.map((id) => model.store.get(id)).filter(Boolean);
  const [first, ...rest] = channels;
  return [
    el("span.channel", { title: channels.map((channel) => channel.name).join(", ") },
      first ? [glyph(first.icon), first.name + (rest.length ? ` +${rest.length}` : "")] : ["No channel yet"]),
    touchpoint.of_kind !== "contact" && KINDS[touchpoint.of_kind] !== first?.name && el("span.channel.channel--kind", {}, glyph(KIND_SIGNS[touchpoint.of_kind]), KINDS[touchpoint.of_kind]),
    touchpoint.moment_of_truth && el("span.mot", { title: "Moment of truth" }, glyph("star"), hidden("Moment of truth.")),
    touchpoint.agreed && el("span.agreed", { title: "The group agreed on it" }, glyph("handshake"), hidden("Agreed.")),
    touchpoint.evidence === "verified" && el("span.seal", { title: "Customers confirmed it" }, glyph("check")),
    answers >= ENOUGH && el("span.nps.num", { title: `NPS ${points(nps)} from ${plural(answers, "answer")}` }, `NPS ${points(nps)}`, hidden(` from ${plural(answers, "answer")}.`)),
    hidden(`${EVIDENCE[touchpoint.evidence].words}.`),
  ].filter(Boolean);
}

function metaOf({ lead, felt, intended, severity, quotes, stated, unsaid }, model, remarks, proposals) {
  return [
    chip(model.department(lead)),
    unsaid ? el("span.hint", {}, "not said yet") : feeling(felt, intended),
    severity && el("span.sev", { data: { sev: severity }, title: `Severity to customers: ${SEVERITY[severity - 1]}` }, String(severity),
      hidden(" of 5 severity to customers.")),
    quotes > 0 && mark("quote", quotes, "customer comment"),
    ...costWords(stated).slice(0, 1).map((words) => el("mark", { title: `Customers say it cost them: ${costWords(stated).join(", ")}` }, words)),
    remarks > 0 && mark("message-square", remarks, "remark"),
    proposals > 0 && mark("pencil", proposals, "open proposal", "proposed"),
  ].filter(Boolean);
}

function mark(name, n, words, kind = "tally") {
  return el(`span.${kind}`, { title: plural(n, words) }, glyph(name), el("span.num", { "aria-hidden": "true" }, String(n)), hidden(`${plural(n, words)}.`));
}

/** Felt → wanted, as faces, with the words for who cannot see them. */
export function feeling(felt, intended) {
  if (felt === null && intended === null) return null;
  const words = [felt === null ? "Not known how it felt" : `Felt ${FEELINGS.get(felt)[1].toLowerCase()}`];
  if (intended !== null) words.push(`we want ${FEELINGS.get(intended)[1].toLowerCase()}`);
  return el("span.felt", { data: felt === null ? {} : { felt }, title: `${words.join(", ")}.` },
    hidden(`${words.join(", ")}.`),
    felt === null ? el("span.felt__none", { "aria-hidden": "true" }, "?") : glyph(FEELINGS.get(felt)[0]),
    intended !== null && intended !== felt && [el("i.i.i-arrow-right.felt__arrow", { "aria-hidden": "true" }), el(`i.i.i-${FEELINGS.get(intended)[0]}.felt__to`, { "aria-hidden": "true" })]);
}

/** Who types in or looks at this card, by name. Never a lock: what two people type is merged. */
export function showPresence(li, { typing, looking }, colour) {
  li.querySelector(".here")?.remove();
  li.toggleAttribute("data-typing", typing.length > 0);
  const person = typing[0] ?? looking[0];
  if (!person) return;
  const others = typing.length + looking.length - 1;
  const name = person.name.split(" ")[0] + (others ? ` +${others}` : "");
  const dots = typing.length ? el("span.here__dots", { "aria-hidden": "true" }, el("i"), el("i"), el("i")) : null;
  li.append(el("span.here", { data: { dept: colour(person) ?? "", on: typing.length ? "typing" : "looking" } },
    typing.length ? `${name} is typing` : `${name} is here`, dots));
}

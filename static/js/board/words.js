// The words of the map's fixed choices, in one place, as touchpoints/models.py has them.

/** −2 … +2: glyph and word. The mouth carries the meaning, the colour only helps. */
export const FEELINGS = new Map([
  [-2, ["angry", "Let down"]], [-1, ["frown", "Frustrated"]], [0, ["meh", "Indifferent"]],
  [1, ["smile", "Reassured"]], [2, ["laugh", "Delighted"]],
]);

/** How well a touchpoint is backed: pencil up to "heard", ink from "voiced" on. Computed, never set by hand. */
export const EVIDENCE = {
  none: { look: "pencil", words: "Nothing behind it yet" },
  opinion: { look: "pencil", words: "Our opinion" },
  heard: { look: "pencil", words: "We heard it" },
  voiced: { look: "ink", words: "Customers said it" },
  strong: { look: "ink", words: "Three accounts or more said it" },
  verified: { look: "seal", words: "Customers confirmed it" },
  contradicted: { look: "struck", words: "Customers contradicted it" },
};

/** How much of the map customers' words back; below 30 % it shows how we work, not how it is for them. */
export function purity(touchpoints) {
  const share = touchpoints.filter(({ evidence }) => EVIDENCE[evidence].look !== "pencil").length / touchpoints.length;
  if (Number.isNaN(share)) return "";
  return share < 0.3 ? `process map: ${Math.round(100 * share)} % backed by customers` : `${Math.round(100 * share)} % backed by customers`;
}

export const SEVERITY = ["hardly noticed", "irritates", "wastes their time", "costs them dearly", "stops their work"];
export const KINDS = {
  contact: "Contact with us", self_service: "Does it herself", document: "Document", product: "Product in use",
  waiting: "Waiting", partner: "Through a partner",
};
export const KIND_SIGNS = { contact: "handshake", self_service: "smartphone", document: "file-text", product: "wrench", waiting: "ellipsis", partner: "users" };
export const VERDICTS = { unknown: "Not judged yet", keep: "Keep", fix: "Fix", remove: "Remove" };
export const NEEDS = { "": "Nothing", resource: "Resources", improvement: "Improvement", people: "People", information: "Information" };
export const METRICS = {
  "": "Not measured", nps: "Would recommend (NPS)", csat: "Satisfaction (CSAT)", ces: "Effort (CES)",
  time: "Time it takes her", interview: "Asked in interviews",
};
export const CONFIRMATIONS = { "": "Customers were not asked", confirmed: "Customers confirmed it", disputed: "Customers see it otherwise" };
export const TEXTS = {
  title: "What she does", statement: "In her words", description: "What happens here",
  benefit: "What she gets out of it", notes: "Notes",
};
export const ASKED = { ask: "The question", ask_when: "When it is asked", ask_whom: "Who is asked" };
const PROPERTIES = {
  ...TEXTS, ...ASKED, metric: "How we measure it", confirmation: "What customers said of the stage", confirmed_by: "How many said it",
  confirmed_on: "When they said it", objective: "What the map is for", planned_use: "How it is used", success_measure: "The success measure",
  review_by: "The day of review", brand: "Whose brand it is about", owner: "The owner", felt: "How she felt", felt_word: "her word for it", intended: "How we want her to feel",
  intended_word: "our word for it", of_kind: "What kind of touchpoint", verdict: "Keep, fix or remove", needs: "What it needs",
  moment_of_truth: "Moment of truth", agreed: "Agreed in the group", severity: "How badly it hurts", lead: "The department that answers for it",
  contributors: "The departments also involved", channels: "Where she meets us", stage: "The stage", name: "The name",
  question: "Her question", internal_name: "Our name for the stage", goal: "The goal",
};
export const property = (name) => PROPERTIES[name] ?? name.replaceAll("_", " ");

/** A value as a person reads it. */
export function valueWords(name, value, names) {
  if (value === null || value === "" || value === undefined) return "nothing";
  if (name === "felt" || name === "intended") return FEELINGS.get(value)[1].toLowerCase();
  if (name === "moment_of_truth" || name === "agreed") return value ? "yes" : "no";
  const fixed = { of_kind: KINDS, verdict: VERDICTS, needs: NEEDS, metric: METRICS, confirmation: CONFIRMATIONS }[name]?.[value];
  if (fixed) return fixed.toLowerCase();
  if (Array.isArray(value)) return value.map((id) => names(id)).join(", ") || "nothing";
  return typeof value === "string" ? names(value) : String(value);
}

export const quote = (text) => `“${text}”`;
/** Promoters less detractors, with its sign. */
export const points = (n) => `${n > 0 ? "+" : n < 0 ? "−" : ""}${Math.abs(n)}`;
export const short = (text, most = 40) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);
export const plural = (n, one, many = `${one}s`) => `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;

/** What customers stated: hours and days they lost, money in the currency they named; each with what it is asked for by. */
export function costs({ hours, days, ...money } = {}) {
  const count = (amount) => amount.toLocaleString("en-GB", { maximumFractionDigits: amount < 20 ? 1 : 0 });
  return [hours && ["hours", `${count(hours)} h of work`], days && ["days", `${count(days)} days of waiting`],
    ...Object.entries(money).map(([currency, amount]) => [`money-${currency}`, `${currency} ${count(amount)}`])].filter(Boolean);
}
// Hours and money in a sentence of ours. Comments are read by the server, in full; this only paints what stands there.
const NUMBER = "(?:\\d+(?:[.,]\\d+)*|(?<!(?:\\b(?:once|twice|times|minutes|hours|days)|\\d) )an?|half an?|another|(?:a )?couple of|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|(?:twenty|thirty|forty|fifty|sixty|ninety)(?:-[a-z]+)?|zwei|drei|vier|deux|trois|dos|tres)";
const UNIT = "(?:minutes?|hours?|h|days?|nights?|weeks?|months?|years?|Minuten|Stunden?|Tage?n?|Wochen?|Monate?n?|minutos?|heures?|jours?|semaines?|mois|horas?|d[ií]as?|semanas?|meses)";
const AMOUNT = "\\d+(?:[.,’']\\d+)*(?: ?(?:k|thousand|million)\\b)?";
const COST = new RegExp(`((?:[€$£¥]|\\b(?:EUR|USD|GBP|CHF|SEK|PLN)) ?${AMOUNT}|\\b${AMOUNT} ?(?:€|£|(?:EUR|USD|GBP|CHF|SEK|PLN|euros?|dollars?|pounds?|francs?)\\b)`
  + `|\\b${NUMBER}(?:(?: to |[-–])${NUMBER})?(?: and a half)?[ -]?(?:whole |full |working |more |extra )?${UNIT}(?: and a half)?\\b(?![- ]old\\b))`, "i");
/** A sentence in parts, every second of which states hours or money. */
export const costParts = (text) => text.split(COST);

export const costWords = (stated) => costs(stated).map(([, words]) => words);

/** The Comments page with what customers said there and nothing else; null for whom it is not, and for what stood on a version. */
export const readComments = (model, filter) =>
  (model.past || model.me.role === "guest" ? null : `comments/?${new URLSearchParams({ ...filter, said: "customers", show: "placed" })}`);

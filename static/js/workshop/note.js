// One answer: its words, whose department's, where it belongs, what the room says about it, and what one may do.
import { chip, el, hidden, icon } from "../board/dom.js";
import { placeId, title, voiced } from "./places.js";

export const WORDS = [["too", "We see this too", "users"], ["new", "New to us", "lightbulb"], ["help", "We can help", "handshake"]];

/** On a phone one or two acts stand there and the others behind "More"; a desk has room for all. */
export const narrow = matchMedia("(width < 40rem)");

/** What an answer looks like depends on this and nothing else. */
export function signature(answer, about, hands) {
  const of = ["reaction", "reply", "tie"].map((kind) => about[kind].get(answer.id) ?? []);
  const named = [placeId(answer), ...of[2].map((tie) => tie.touchpoint ?? tie.issue ?? tie.other)].map((id) => title(hands.store, id));
  return JSON.stringify([answer, of, named, hands.mayTalk, hands.mayChange(answer), hands.live, hands.commits, narrow.matches]);
}

export function draw(answer, about, hands) {
  const mine = hands.mayChange(answer);
  const body = mine ? words(answer, hands) : el("p.hand", {}, answer.text);
  const open = Boolean(answer.revealed_at);
  const drag = open && hands.mayTalk && !mine;
  return el("li.pencil.answer", { data: { answer: answer.id }, draggable: drag, tabIndex: -1 }, body, foot(answer, about, hands),
    open && said(answer, about, hands),
    el("div.row.row--wrap.answer__do", {}, sorted(answer, hands, [
      ...(open && hands.live ? WORDS.map((word) => reaction(word, answer, about, hands)) : []),
      ...(open ? talk(answer, hands) : []),
      mine && act("remove", "trash-2", "Rub out", () => hands.remove(answer)),
    ].filter(Boolean))));
}

/** First what this answer and this phase ask for. */
function sorted(answer, hands, acts) {
  if (!narrow.matches || acts.length < 4) return acts;
  // What is learnt is talked about; what shall change is promised; what one would love to learn is asked.
  const wanted = answer.of_kind === "love_to_learn" ? "ask" : hands.commits || answer.of_kind !== "learn" ? "promise" : "reply";
  const there = (name) => acts.find((one) => one.dataset.do === name);
  const first = [there("react-too"), there(wanted) ?? there("reply")].filter(Boolean);
  return [...first, el("details.answer__more", {},
    el("summary.btn.btn--s.btn--quiet", { "aria-label": `More for “${answer.text.slice(0, 60)}”` }, icon("ellipsis"), "More"),
    el("div.row.row--wrap", {}, acts.filter((one) => !first.includes(one))))];
}

const act = (what, sign, label, onclick, more = {}) => el("button.btn.btn--s.btn--quiet", { type: "button", data: { do: what }, onclick, ...more }, icon(sign), label);

function words(answer, hands) {
  const box = el("textarea.answer__text.hand", { id: answer.id, rows: 1, maxLength: 2000, value: answer.text, "aria-label": "My answer", data: { do: "write" } });
  box.addEventListener("input", () => box.value.trim() && hands.store.write(answer.id, "text", box.value));
  box.addEventListener("blur", () => (box.value.trim() ? hands.wall(answer) : hands.remove(answer)));
  return box;
}

function foot(answer, about, hands) {
  const ties = about.tie.get(answer.id) ?? [];
  const place = title(hands.store, placeId(answer));
  const heard = answer.of_kind === "love_to_learn" ? voiced(hands.store, answer) : "";
  return el("p.answer__foot.hint", {},
    chip(hands.department(answer.department)),
    !answer.revealed_at && el("span", {}, icon("lock"), hands.boot.anonymous ? "Only this browser sees it; no name is stored" : "Only you see it"),
    place && el("span", {}, icon("map-pin"), place),
    heard && el("span", {}, icon("quote"), heard),
    answer.to_ask && el("span.status.status--good", {}, icon("check"), "Will be asked"),
    ties.map((tie) => el("span.tie", {}, icon("link"), title(hands.store, tie.touchpoint ?? tie.issue ?? tie.other) || "something that is gone",
      hands.live && hands.mayUntie(tie) && el("button.btn.btn--s.btn--quiet.btn--icon", { type: "button", data: { do: `untie-${tie.id}` }, onclick: () => hands.untie(tie) }, icon("x"), hidden("Untie")))));
}

/** What the room says. */
function said(answer, about, hands) {
  const replies = about.reply.get(answer.id) ?? [];
  return replies.length > 0 && el("ul.replies", { role: "list" }, replies.map((reply) => el("li", {}, el("b", {}, reply.author_name), " ", reply.text,
    hands.live && (reply.author === hands.boot.me || hands.boot.leads) && el("button.btn.btn--s.btn--quiet.btn--icon", { type: "button", data: { do: `unsay-${reply.id}` }, onclick: () => hands.unsay(reply) }, icon("x"), hidden("Remove this reply")))));
}

function reaction([kind, label, sign], answer, about, hands) {
  const given = (about.reaction.get(answer.id) ?? []).filter((row) => row.of_kind === kind);
  const pressed = given.some((row) => row.person === hands.boot.me);
  return act(`react-${kind}`, sign, [label, given.length > 0 && el("b.num", {}, String(given.length))], () => hands.react(answer, kind), { "aria-pressed": String(pressed) });
}

function talk(answer, hands) {
  if (!hands.live) return [];
  const love = answer.of_kind === "love_to_learn";
  return [
    act("reply", "message-square", "Reply", () => hands.reply(answer)),
    hands.mayTalk && act("group", "layout-grid", "Group", () => hands.name([answer.id])),
    hands.mayTalk && act("tie", "link", "Tie to …", () => hands.tie(answer)),
    hands.mayTalk && love && act("ask", answer.to_ask ? "x" : "send", answer.to_ask ? "Do not ask" : "Ask customers", () => hands.ask(answer)),
    hands.mayTalk && !love && el("a.btn.btn--s.btn--quiet", { href: `${hands.boot.promise}?answer=${answer.id}`, data: { do: "promise" } }, icon("handshake"), "Make it a promise"),
  ];
}

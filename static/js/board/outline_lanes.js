// What the map shows of a stage beside its touchpoints, for the outline: the feelings in a sentence, and the lists of
// the lanes, each under a heading of its own. A lane with nothing in it is left out.
import { LANES, holds, showCosts, showOwners } from "./columns.js";
import { $$, el, icon, say } from "./dom.js";
import { showMeasures, showPromises } from "./lanes.js";
import { FEELINGS, plural, quote } from "./words.js";

export function makeLanes() {
  return el("div.outline__lanes", {}, LANES.slice(2).map(([name, image, words]) =>
    el("section.outline__lane", { hidden: true }, el("h3", {}, icon(image), words), holds(name))));
}

export function showLanes(box, stage, { model, map }) {
  const touchpoints = model.in(stage.id).map((touchpoint) => model.seen(touchpoint));
  showCosts(box, stage.id, touchpoints, model);
  showPromises(box, touchpoints, model);
  showOwners(box, touchpoints, model);
  showMeasures(box, stage.id, touchpoints, model, map.words?.nps);
  map.words?.show(box, stage.id);
  for (const lane of box.children) lane.hidden = !lane.lastElementChild.childElementCount;
  for (const stop of $$(".lane-stop", box)) stop.removeAttribute("tabindex"); // here one walks with Tab, not with arrows
}

/** The curve, told: where it is worst and where it is best. */
export function tellFeelings(node, touchpoints) {
  const felt = touchpoints.filter((one) => one.felt !== null).sort((a, b) => a.felt - b.felt || b.quotes - a.quotes);
  const [low, high] = [felt[0], felt.findLast((one) => one.felt === felt.at(-1).felt)];
  const at = ({ title, felt: value, quotes }) => `${FEELINGS.get(value)[1].toLowerCase()} at ${quote(title)}${quotes ? ` (${plural(quotes, "comment")})` : ""}`;
  say(node, !low ? "" : low.felt === high.felt ? `Feels ${at(low)}.` : `Worst: ${at(low)}. Best: ${at(high)}.`);
  node.hidden = !low;
}

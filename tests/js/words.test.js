// What a card's sentence states in hours and money is marked; what only sounds like it is not.
import assert from "node:assert/strict";
import test from "node:test";

import { costParts, points } from "../../static/js/board/words.js";

const marked = (text) => costParts(text).filter((_, i) => i % 2);

for (const [text, expected] of [
  ["Four messages. Nine days to hear back.", ["Nine days"]],
  ["A week was promised, then a month, then another week.", ["A week", "a month", "another week"]],
  ["Forty minutes on paper, two hours in life.", ["Forty minutes", "two hours"]],
  ["A day and a half to merge them.", ["A day and a half"]],
  ["It cost us EUR 27,800 and $4.5k, or 300 euros more.", ["EUR 27,800", "$4.5k", "300 euros"]],
  ["Two to three weeks, 2-3 days, a twenty-five day wait", ["Two to three weeks", "2-3 days", "twenty-five day"]],
  ["48 a year. I asked for one.", []],
  ["Twice a week somebody calls about a 3 year old machine.", []],
  ["Your portal wants what our system cannot give.", []],
  ["Every Friday I count what we threw away.", []],
  ["Another mayor, ten daylight lamps, one hourglass", []],
  ["", []],
]) {
  test(`marks [${expected}] in “${text}”`, () => {
    assert.deepEqual(marked(text), expected);
    assert.equal(costParts(text).join(""), text); // nothing of the sentence is lost
  });
}

test("a score has its sign", () => assert.deepEqual([-41, 0, 58].map(points), ["−41", "0", "+58"]));

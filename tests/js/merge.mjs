// Runs calls of the browser's text merge: [[function, …arguments], …] on standard input, one JSON result a line on
// standard output, {"error": true} where the function throws. Compared with live/text.py in the test suite.
import { readFileSync } from "node:fs";

import * as delta from "../../static/js/live/delta.js";

for (const [name, ...given] of JSON.parse(readFileSync(0, "utf8"))) {
  let result;
  try {
    result = delta[name](...given);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    result = { error: true };
  }
  console.log(JSON.stringify(result));
}

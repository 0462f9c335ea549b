// Replays a trace through the browser's reducer: {"snapshot": {id: record}, "events": [event, …]} on standard input,
// one hash a line on standard output, before the first event and after each. Compared with live/ in the test suite.
import { readFileSync } from "node:fs";

import { hash, reduce } from "../../static/js/live/reduce.js";

const { snapshot, events } = JSON.parse(readFileSync(0, "utf8"));
const records = new Map(Object.entries(snapshot));
console.log(hash(records));
for (const event of events) console.log(hash(reduce(records, event)));

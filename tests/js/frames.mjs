// Feeds frames from the server to the browser's store: [frame, …] on standard input; after each the hash of what the
// page shows and the seq it stands at, one "hash seq" a line. Compared with live/ in the test suite.
import { readFileSync } from "node:fs";

import { hash } from "../../static/js/live/reduce.js";
import { Store } from "../../static/js/live/store.js";

const store = new Store({ client: "replay" });
store.addEventListener("need", () => { throw new Error(`a hole after ${store.seq}`); });
for (const frame of JSON.parse(readFileSync(0, "utf8"))) {
  store[frame.t](frame);
  console.log(hash(store.records), store.seq);
}

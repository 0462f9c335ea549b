// One polite region for the whole page. What I did is said at once; what others did is gathered into one sentence at
// most every five seconds, the newest two in words. Nothing is ever assertive.
const GATHER = 5000;
let heard = [];
let timer = null;

const region = () => document.getElementById("live");

export function announce(text, { now = false } = {}) {
  if (now) {
    region().textContent = text;
    return;
  }
  heard.push(text);
  timer ??= setTimeout(() => {
    region().textContent = heard.length === 1 ? heard[0] : `${heard.length} changes. ${heard.slice(-2).join(" ")}`;
    heard = [];
    timer = null;
  }, GATHER);
}

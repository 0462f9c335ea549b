// The minute of a department in the read-out: counted by the server's clock, whatever this one says or however long the
// tab slept. The number and the part of the ring say the same; what it says stands in the page without it, too.
const skews = new WeakMap(); // how far the server's clock is ahead, since this element was drawn

function tick() {
  for (const timer of document.querySelectorAll("[data-minute]")) {
    if (!skews.has(timer)) skews.set(timer, Number(timer.dataset.now) - Date.now());
    const whole = Number(timer.dataset.seconds);
    const left = whole - (Date.now() + skews.get(timer) - Number(timer.dataset.since)) / 1000;
    const shown = Math.floor(Math.abs(left));
    timer.querySelector(".timer__digits").textContent = `${left < 0 ? "-" : ""}${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`;
    timer.querySelector(".timer__part").textContent = left < 0 ? "over" : "to read";
    timer.toggleAttribute("data-soon", left >= 0 && left <= 10);
    timer.toggleAttribute("data-over", left < 0);
    timer.querySelector(".ring__left").style.setProperty("stroke-dashoffset", String(1 - Math.max(0, Math.min(1, left / whole))));
  }
}
setInterval(tick, 250);
document.addEventListener("visibilitychange", tick);

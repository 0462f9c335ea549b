// The timer: every screen computes it from the server's clock, so a wrong clock at home and a page that slept do not
// matter. It is told in digits, a shape and words; read out at five minutes, one minute and time; rung if one wants.
import { announce } from "../live/announce.js";

const SPOKEN = [[300, "Five minutes left."], [60, "One minute left."], [0, "Time is up."]];

export class Timer {
  /** `now`: the server's time in ms. `late`: called with each whole minute over time. */
  constructor({ now, late = () => {} }) {
    Object.assign(this, { now, late, left: null, minutes: 0, of: "" });
    setInterval(() => this.tick(), 500);
    document.addEventListener("visibilitychange", () => this.tick());
  }

  get sound() { return localStorage.getItem("bell") === "on"; }
  set sound(on) {
    localStorage.setItem("bell", on ? "on" : "off");
    if (on) this.#ring();
  }

  tick() {
    const timer = document.getElementById("timer");
    if (!timer) return;
    const { started, paused } = timer.dataset;
    const [alone, shared] = [Number(timer.dataset.private), Number(timer.dataset.shared)];
    const gone = Math.max(0, (Number(paused) || this.now()) - Number(started)) / 1000;
    const writing = alone > 0 && gone < alone;
    const left = writing ? alone - gone : alone + shared - gone;
    const words = paused ? "paused" : writing ? "to write" : left < 0 ? "over" : alone ? "to talk" : "left";
    say(timer.querySelector(".timer__digits"), digits(left));
    say(timer.querySelector(".timer__part"), words);
    timer.toggleAttribute("data-soon", left >= 0 && left <= 60);
    timer.toggleAttribute("data-over", left < 0);
    timer.toggleAttribute("data-paused-now", Boolean(paused));
    timer.querySelector(".ring__left").style.setProperty("stroke-dashoffset", String(1 - share(left, writing ? alone : shared)));
    this.#speak(`${started} ${writing}`, left, Boolean(paused), writing);
    const minutes = left < 0 ? Math.floor(-left / 60) : 0;
    if (minutes > this.minutes) this.late(minutes);
    this.minutes = minutes;
  }

  /** Said once, when the moment passes while we look; never for what passed before we came. */
  #speak(of, left, paused, writing) {
    const before = this.of === of ? this.left : null;
    Object.assign(this, { of, left });
    if (paused || before === null) return;
    for (const [at, words] of SPOKEN) {
      if (before > at && left <= at) {
        announce(at ? words : writing ? "Writing time is up." : words, { now: true });
        if (this.sound && at < 300) this.#ring(at ? 1 : 2);
      }
    }
    if (this.sound && before > 0 && left <= 0) this.#ring(2);
  }

  #ring(times = 1) {
    this.audio ??= new AudioContext();
    for (let n = 0; n < times; n += 1) {
      const at = this.audio.currentTime + n * 0.45;
      const tone = new OscillatorNode(this.audio, { frequency: 660 });
      const volume = new GainNode(this.audio, { gain: 0 });
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
      tone.connect(volume).connect(this.audio.destination);
      tone.start(at);
      tone.stop(at + 0.42);
    }
  }
}

const share = (left, of) => Math.max(0, Math.min(1, left / (of || 1)));
const say = (node, text) => node.textContent !== text && (node.textContent = text);

export function digits(left) {
  const whole = Math.floor(Math.abs(left));
  const sign = left < 0 ? "-" : "";
  if (whole >= 2 * 3600) return `${sign}${Math.floor(whole / 3600)} h`;
  return `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// A voice message as phones show it: a button, a wave that fills while it is heard, and the time.
import { h, icon } from "./dom.js";

const BARS = 32;
export const minutes = (seconds) => (Number.isFinite(seconds) ? `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}` : "0:00");

/** Heights that look like speech and are the same each time for the same file. */
function heights(name) {
  let seed = [...name].reduce((sum, char) => (sum * 33 + char.codePointAt(0)) % 65_521, 7);
  return Array.from({ length: BARS }, (_, at) => {
    seed = (seed * 75 + 74) % 65_537;
    return 3 + Math.round((seed % 15) * (0.45 + 0.55 * Math.abs(Math.sin(at / 3.1))));
  });
}

/** The player; `played` is called when it is listened to for the first time. */
export function voicePlayer(src, played) {
  const audio = h("audio", { src, preload: "metadata" });
  const button = h("button", { type: "button", class: "voice-play", "aria-label": "Play the voice message", data: { testid: "voice-play" }, onclick: () => (audio.paused ? audio.play() : audio.pause()) }, icon("play"));
  const bars = heights(src).map((height) => h("i", { data: { height } }));
  bars.forEach((bar) => (bar.style.height = `${bar.dataset.height}px`));
  const time = h("span", { class: "voice-time" }, "0:00");
  const show = () => {
    const part = Number.isFinite(audio.duration) && audio.duration > 0 ? audio.currentTime / audio.duration : 0;
    bars.forEach((bar, at) => bar.classList.toggle("heard", at < part * BARS));
    time.textContent = minutes(audio.currentTime || audio.duration);
  };
  const state = () => {
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-label", audio.paused ? "Play the voice message" : "Pause the voice message");
  };
  for (const name of ["timeupdate", "loadedmetadata", "ended"]) audio.addEventListener(name, show);
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, state);
  if (played) audio.addEventListener("play", played, { once: true });
  return h("div", { class: "voice" }, button, h("div", { class: "voice-wave", "aria-hidden": "true" }, ...bars), time, audio);
}

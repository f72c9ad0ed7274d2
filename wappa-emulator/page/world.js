// The world's dialog: time travel, and what is to go wrong. What happens then is decided by the emulator.
import * as api from "./api.js";
import { h, icon, iconButton, toast } from "./dom.js";
import { now, state } from "./state.js";

const STEPS = [["+1 min", 60], ["+1 h", 3600], ["+25 h", 90_000], ["+8 days", 691_200]];

// What can be asked for: the emulator's word, what people read, and what else it needs to know.
const FAULTS = [
  ["duplicate", "A webhook comes twice", { copies: 1 }],
  ["reorder", "Two webhooks change places", {}],
  ["delay", "A webhook comes later", { by: ["Milliseconds", 3000] }],
  ["lose", "A webhook is lost", {}],
  ["batch", "Webhooks come together", { size: ["How many", 3] }],
  ["drop_acks", "The bot's 200 is lost", {}],
  ["refuse", "Graph refuses a call", { code: ["Meta's code", 130429] }],
  ["status", "Graph answers with a broken page", { status: ["HTTP status", 503] }],
  ["slow", "Graph answers late", { by: ["Milliseconds", 5000] }],
  ["timeout", "Graph does nothing and doesn't answer", {}],
  ["timeout_after_accept", "Graph does it and doesn't answer", {}],
  ["fail_media", "A file fails", {}],
  ["fail_delivery", "A message is accepted and fails", { code: ["Meta's code", 131026] }],
];
const nameOf = (fault) => FAULTS.find(([name]) => name === fault)?.[1] ?? fault;
const WHEN = new Intl.DateTimeFormat("en", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false });

/** A button that opens the dialog. */
export function worldButton() {
  return iconButton("clock", "Time and faults", open, { "aria-haspopup": "dialog", data: { testid: "world" } });
}

function open() {
  const attempt = async (work) => {
    try {
      await work();
    } catch (error) {
      toast(error.message);
    }
  };
  const clock = h("p", { class: "muted", role: "status", data: { testid: "world-time" } });
  const active = h("ul", { class: "faults", data: { testid: "faults" } });
  const showTime = () => (clock.textContent = `It is ${WHEN.format(now())} in this world.`);
  async function showFaults() {
    const { faults } = await api.faults();
    active.replaceChildren(...faults.map((entry) => h("li", {}, h("span", {}, `${nameOf(entry.fault)}${entry.left ? `, ${entry.left} more` : ""}`),
      iconButton("close", `End: ${nameOf(entry.fault)}`, () => attempt(async () => {
        await api.liftFault(entry.id);
        await showFaults();
      })))));
  }
  const travel = ([label, seconds]) => h("button", { type: "button", class: "step", data: { testid: `advance-${seconds}` }, onclick: () => attempt(async () => {
    await api.advance(seconds);
    // The stream brings the new time; what is shown here can't wait for it.
    setTimeout(showTime, 150);
  }) }, label);

  const extra = h("div", { class: "extra" });
  const kind = h("select", { name: "fault", "aria-label": "What goes wrong", onchange: () => fill() }, ...FAULTS.map(([name, words]) => h("option", { value: name }, words)));
  const wanted = () => FAULTS.find(([name]) => name === kind.value)[2];
  function fill() {
    extra.replaceChildren(...Object.entries(wanted()).filter(([, given]) => Array.isArray(given)).map(([name, [label, given]]) =>
      h("label", {}, label, h("input", { name, type: "number", min: 0, required: true, value: String(given) }))));
  }
  fill();
  const form = h("form", { class: "world-form", onsubmit: (event) => {
    event.preventDefault();
    const fields = Object.fromEntries([...new FormData(form)].map(([name, given]) => [name, name === "fault" ? given : Number(given)]));
    const fixed = Object.fromEntries(Object.entries(wanted()).filter(([, given]) => !Array.isArray(given)));
    attempt(async () => {
      await api.addFault({ ...fixed, ...fields });
      await showFaults();
    });
  } }, kind, extra, h("label", {}, "How often", h("input", { name: "times", type: "number", min: 1, max: 1000, value: "1" })),
  h("button", { type: "submit", class: "primary", data: { testid: "fault-add" } }, "Let it happen"));

  const token = state.numbers.map((number) => h("button", { type: "button", class: "choice", onclick: () => attempt(async () => {
    await api.expireToken(number.id);
    toast(`The token of ${number.name} is too old from now on`);
  }) }, icon("alert"), `Let the token of ${number.name} expire`));

  const dialog = h("dialog", { class: "world", "aria-labelledby": "world-title", onclose: () => dialog.remove() },
    h("header", { class: "sheet-head" }, iconButton("close", "Close", () => dialog.close()), h("h2", { id: "world-title" }, "Time and faults")),
    h("section", {}, h("h3", {}, "Let time pass"), clock, h("div", { class: "steps" }, ...STEPS.map(travel))),
    h("section", {}, h("h3", {}, "Let something go wrong"), form, active,
      h("button", { type: "button", class: "choice", onclick: () => attempt(async () => {
        await api.liftFaults();
        await showFaults();
      }) }, icon("close"), "End all faults"), ...token));
  document.body.append(dialog);
  dialog.showModal();
  showTime();
  attempt(showFaults);
}

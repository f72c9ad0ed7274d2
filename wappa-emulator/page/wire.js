// The wire pane: every webhook and Graph call as a line that opens to its JSON, with a filter and
// copying. The list itself is kept in state.js.
import { copyText, h, icon, iconButton } from "./dom.js";
import { exactClock } from "./format.js";
import { pretty } from "./json.js";
import { state } from "./state.js";

const half = (name, value) => (value === null || value === undefined ? null : h("div", { class: "half" },
  h("div", { class: "half-head" }, h("h3", {}, name), iconButton("copy", `Copy ${name.toLowerCase()}`, () => copyText(JSON.stringify(value, null, 2)))),
  pretty(value)));

/** A call as a command for a shell. The token isn't known here; of a webhook the signature isn't. */
function curl(wire) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const call = wire.direction === "graph";
  const parts = [`curl -X ${wire.method} ${call ? quoted(location.origin + wire.path) : `"$BOT_URL"${quoted(wire.path)}`}`];
  if (call) parts.push('-H "Authorization: Bearer $WHATSAPP_TOKEN"');
  if (wire.request !== null && wire.request !== undefined) parts.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(wire.request))}`);
  return parts.join(" \\\n  ");
}

function outcome(wire) {
  if (wire.status === 0) return "none";
  return wire.status < 300 ? "good" : wire.status < 500 ? "refused" : "broken";
}

function row(wire) {
  const inward = wire.direction !== "graph";
  const what = { webhook: "Webhook to the bot", graph: "Graph call by the bot", flow: "A form asks the bot" }[wire.direction];
  const details = h("details", { class: `wire-row is-${outcome(wire)}`, data: { testid: "wire-row", direction: wire.direction, status: wire.status } },
    h("summary", {},
      h("span", { class: `arrow ${inward ? "to-bot" : "from-bot"}`, title: what }, icon(inward ? "down" : "up"),
        h("span", { class: "hidden" }, wire.direction)),
      h("span", { class: "wire-words" },
        h("span", { class: "wire-summary" }, wire.summary || `${wire.method} ${wire.path}`),
        h("span", { class: "wire-line" }, h("b", {}, wire.method), " ", wire.path)),
      h("span", { class: "wire-facts" },
        h("span", { class: "status" }, wire.status ? String(wire.status) : "no answer"),
        h("span", { class: "took" }, `${exactClock(wire.at)} · ${wire.ms} ms`))));
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    const halves = [half("Request", wire.request), half("Response", wire.response)].filter(Boolean);
    const command = h("button", { type: "button", class: "choice", data: { testid: "copy-curl" }, onclick: () => copyText(curl(wire)) }, icon("copy"), "Copy as curl");
    details.append(h("div", { class: "wire-body" }, command, ...(halves.length ? halves : [h("p", { class: "muted" }, "No body either way")])));
  });
  return details;
}

export function wirePane(root) {
  const rows = new Map();
  const filter = h("input", { type: "search", placeholder: "Filter: text, path, status, JSON", "aria-label": "Filter the wire", data: { testid: "wire-filter" }, oninput: () => sift() });
  const count = h("span", { class: "wire-count" });
  const list = h("div", { class: "wire-list", data: { testid: "wire" } });
  const none = h("p", { class: "empty" }, "Webhooks to the bot and its Graph calls appear here.");
  root.append(
    h("div", { class: "wire-filter" }, filter, count, iconButton("copy", "Copy what is shown", () => copyText(JSON.stringify(shown().map(([wire]) => wire), null, 2)))), none, list);

  const matches = (wire, words) => {
    if (!words) return true;
    return JSON.stringify(wire).toLowerCase().includes(words);
  };
  const shown = () => [...rows.values()].filter(([, el]) => !el.hidden);

  function sift() {
    const words = filter.value.trim().toLowerCase();
    for (const [wire, el] of rows.values()) el.hidden = !matches(wire, words);
    const visible = shown().length;
    count.textContent = words ? `${visible} of ${rows.size}` : rows.size ? String(rows.size) : "";
    none.hidden = visible > 0;
    none.textContent = words && rows.size ? "Nothing on the wire matches." : "Webhooks to the bot and its Graph calls appear here.";
  }

  return function draw() {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    const present = new Set(state.wire.map((wire) => wire.seq));
    for (const [seq, [, el]] of rows) {
      if (present.has(seq)) continue;
      el.remove();
      rows.delete(seq);
    }
    for (const wire of state.wire) {
      if (rows.has(wire.seq)) continue;
      const el = row(wire);
      list.append(el);
      rows.set(wire.seq, [wire, el]);
    }
    sift();
    if (atEnd) list.scrollTop = list.scrollHeight;
  };
}

// The state pane: what the bot remembers of the person whose phone is active, turn by turn, and what each turn changed.
import { memories } from "./api.js";
import { changing, copyText, h, icon, iconButton, place } from "./dom.js";
import { clock } from "./format.js";
import { pretty } from "./json.js";
import { personById } from "./state.js";

// What the framework itself keeps is called by what it is.
const NAMES = { UnderWay: "Under way" };
const named = (name) => NAMES[name] ?? name;

/** Values by their paths: `{"Cart.lines.0": "Margherita"}`. */
function flat(value, path, into) {
  if (value !== null && typeof value === "object" && Object.keys(value).length) {
    for (const [name, inner] of Object.entries(value)) flat(inner, path ? `${path}.${name}` : name, into);
  } else if (path) {
    into.set(path, JSON.stringify(value));
  }
  return into;
}

/** What became of each path: `[path, before, after]`; undefined where there was or is nothing. */
export function difference(before, after) {
  const [old, fresh] = [flat(before, "", new Map()), flat(after, "", new Map())];
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((path) => old.get(path) !== fresh.get(path)).map((path) => [path, old.get(path), fresh.get(path)]);
}

const line = ([path, before, after]) => h("li", { class: "diff" }, h("code", {}, path),
  before === undefined ? null : h("del", {}, before), after === undefined ? null : h("ins", {}, after));

function dialogue(session) {
  const frames = session.frames ?? [];
  return frames.map((frame) => h("div", { class: "frame-row" }, h("b", {}, frame.name), pretty(frame.state)));
}

/** A session as `{el, show(session)}`: whether it is folded in stays as the reader left it. */
function section(name) {
  let shown = null;
  const differs = changing();
  const summary = h("summary", {}, h("b", {}, named(name)), iconButton("copy", `Copy ${named(name)}`, (event) => {
    event.preventDefault();
    copyText(JSON.stringify(shown, null, 2));
  }));
  const el = h("details", { class: "mind-session", open: true, data: { testid: "mind-session", name } }, summary);
  return {
    el,
    show(session) {
      shown = session;
      if (differs(session)) place(el, [summary, ...(name === "UnderWay" ? dialogue(session) : [pretty(session)])]);
    },
  };
}

export function mindPane(root, active) {
  const who = h("p", { class: "mind-who muted" });
  const now = h("div", { class: "mind-now", data: { testid: "mind" } });
  const turns = h("ol", { class: "mind-turns", data: { testid: "mind-turns" } });
  root.append(who, now, h("h3", { class: "pane-title mind-title" }, "What turns changed"), turns);
  const title = root.querySelector(".mind-title");
  const empty = h("p", { class: "empty" });
  let sections = new Map();
  let of = "";
  let asked = 0;

  async function draw() {
    const chat = active();
    if (!chat || root.hidden) return;
    const turn = (asked += 1);
    let heard;
    try {
      heard = await memories(chat.number, chat.person);
    } catch {
      return;
    }
    if (turn !== asked) return;
    const last = heard.turns.at(-1)?.sessions ?? {};
    const entries = Object.entries(last);
    who.textContent = `What the bot remembers of ${personById(chat.person)?.name ?? "this person"}`;
    if (of !== `${chat.number}|${chat.person}`) sections = new Map();
    of = `${chat.number}|${chat.person}`;
    sections = new Map(entries.map(([name]) => [name, sections.get(name) ?? section(name)]));
    for (const [name, session] of entries) sections.get(name).show(session);
    empty.textContent = heard.known ? "Nothing so far. Sessions and dialogues appear here after the first turn that keeps one." : "This bot runs in a process of its own and doesn't say what it remembers.";
    place(now, entries.length ? [...sections.values()].map((one) => one.el) : [empty]);
    const changed = heard.turns.map((one, at) => [one.at, difference(heard.turns[at - 1]?.sessions ?? {}, one.sessions)]).slice(1).filter(([, lines]) => lines.length);
    title.hidden = !changed.length;
    turns.replaceChildren(...changed.reverse().slice(0, 50).map(([at, lines]) => h("li", {}, h("time", {}, icon("clock"), clock(at)), h("ul", {}, ...lines.map(line)))));
  }
  return draw;
}

// The page's entry: wires the stream to the state and the state to the panes, decides which phones
// are shown, and keeps the few choices that outlive a reload (theme, phones, wire pane).
import { follow } from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { mindPane } from "./mind.js";
import { peoplePane } from "./people.js";
import { networkButton } from "./network.js";
import { phone } from "./phone.js";
import { apply, chatKey, load, state, subscribe } from "./state.js";
import { wirePane } from "./wire.js";
import { worldButton } from "./world.js";

const PHONE_WIDTH = 352;
const MOST_PHONES = 3;
const TICK = 20_000;

const memory = {
  get(name) {
    try {
      return JSON.parse(localStorage.getItem(`wappa.${name}`));
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`wappa.${name}`, JSON.stringify(value));
    } catch {
      // Storage may be refused; the page then forgets, and that is all.
    }
  },
};

const $ = (id) => document.getElementById(id);
const stage = $("stage");
const phones = new Map();
let number = memory.get("number");
let slots = memory.get("phones") ?? [];
let active = 0;
let room = 1;
let mounted = [];

function phoneFor(key) {
  if (!phones.has(key)) {
    const [numberId, person] = key.split("|");
    phones.set(key, phone(numberId, person, { back: () => pane("people") }));
  }
  return phones.get(key);
}

/** Leaves only phones that exist and fills free places with people who aren't shown yet. */
function settleSlots() {
  if (!state.numbers.some((entry) => entry.id === number)) number = state.numbers[0]?.id ?? null;
  const known = (key) => {
    const [numberId, person] = key.split("|");
    return state.numbers.some((entry) => entry.id === numberId) && (state.people.some((entry) => entry.id === person) || state.groups.some((entry) => entry.id === person));
  };
  slots = [...new Set(slots)].filter(known).slice(0, MOST_PHONES);
  for (const person of state.people) {
    if (slots.length >= Math.min(room, 2) || number === null) break;
    const key = chatKey(number, person.id);
    if (!slots.includes(key)) slots.push(key);
  }
  active = Math.min(active, Math.max(0, Math.min(room, slots.length) - 1));
}

function drawStage() {
  settleSlots();
  const keys = slots.slice(0, room);
  if (keys.join() !== mounted.join() || !stage.hasChildNodes()) {
    for (const key of mounted) phoneFor(key).shown = false;
    mounted = keys;
    stage.replaceChildren(...keys.map((key) => phoneFor(key).el));
    if (!keys.length) stage.append(h("p", { class: "empty" }, state.numbers.length ? "Add a person to begin." : "Waiting for the emulator…"));
    for (const key of keys) phoneFor(key).shown = true;
  }
  for (const key of keys) {
    phoneFor(key).draw();
    phoneFor(key).look();
  }
  stage.dataset.phones = keys.length;
  keys.forEach((key, at) => phoneFor(key).el.classList.toggle("active", keys.length > 1 && at === active));
}

function show(person, at) {
  const key = chatKey(number, person);
  const there = slots.slice(0, room).indexOf(key);
  if (there >= 0) {
    active = there;
  } else {
    slots = slots.filter((slot) => slot !== key);
    slots.splice(at, at < slots.length ? 1 : 0, key);
    active = Math.min(at, room - 1);
  }
  memory.set("phones", slots);
  drawStage();
  drawPeople();
  drawMind();
  pane("chat");
  phoneFor(key).focus();
}

const drawPeople = peoplePane($("people"), {
  choose: (person) => show(person, active),
  beside: (person) => show(person, (active + 1) % Math.max(room, 1)),
  number: () => number,
  chooseNumber(id) {
    number = id;
    memory.set("number", id);
    slots = slots.map((slot) => chatKey(id, slot.split("|")[1]));
    memory.set("phones", slots);
    drawStage();
    drawPeople();
  },
  shownKeys: () => slots.slice(0, room),
});
const drawWire = wirePane($("wire"));
const drawMind = mindPane($("mind"), () => {
  const [numberId, person] = (mounted[active] ?? mounted[0] ?? "").split("|");
  return person ? { number: numberId, person } : null;
});

// What is behind the scenes: the wire and the bot's memory, one at a time.
const VIEWS = [["wire", "Wire"], ["mind", "State"]];
const views = new Map(VIEWS.map(([name, label]) => [name, h("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": name, data: { testid: `view-${name}` }, onclick: () => view(name) }, label)]));
$("side-tabs").append(...views.values());
$("side-tabs").addEventListener("keydown", (event) => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  view($("wire").hidden ? "wire" : "mind");
  views.get($("wire").hidden ? "mind" : "wire").focus();
});
function view(name) {
  for (const [other, tab] of views) {
    tab.setAttribute("aria-selected", String(other === name));
    tab.tabIndex = other === name ? 0 : -1;
    $(other).hidden = other !== name;
  }
  drawMind();
}
view("wire");

subscribe((change) => {
  if (change.type === "reset") {
    drawStage();
    drawPeople();
    drawWire();
    drawMind();
  } else if (change.type === "mind") {
    drawMind();
  } else if (change.type === "wire") {
    drawWire();
  } else if (change.type === "person" || change.type === "number" || change.type === "groups") {
    drawStage();
    drawPeople();
  } else if (change.number && typeof change.person === "string") {
    const key = chatKey(change.number, change.person);
    if (mounted.includes(key)) {
      phoneFor(key).draw();
      phoneFor(key).look();
    }
    drawPeople();
  }
});

const lookAll = () => mounted.forEach((key) => phoneFor(key).look());
addEventListener("focus", lookAll);
document.addEventListener("visibilitychange", lookAll);
setInterval(() => mounted.forEach((key) => phoneFor(key).drawHead()), TICK);

stage.addEventListener("focusin", (event) => {
  const at = mounted.findIndex((key) => phoneFor(key).el.contains(event.target));
  if (at < 0 || at === active) return;
  active = at;
  drawMind();
  mounted.forEach((key, index) => phoneFor(key).el.classList.toggle("active", index === active));
});

new ResizeObserver(([{ contentRect }]) => {
  const next = Math.max(1, Math.min(MOST_PHONES, Math.floor(contentRect.width / PHONE_WIDTH)));
  if (next === room) return;
  room = next;
  document.body.dataset.room = room;
  drawStage();
  drawPeople();
}).observe(stage);

// Panes: on a small screen one at a time, chosen by tabs; on a middle one the wire is a drawer.
const TABS = [["people", "People", "people"], ["chat", "Chat", "chat"], ["wire", "Inside", "wire"]];
const tabs = new Map(TABS.map(([name, label, sign]) => [name, h("button", { type: "button", data: { testid: `tab-${name}` }, onclick: () => pane(name) }, icon(sign), h("span", {}, label))]));
$("tabs").append(...tabs.values());

function pane(name) {
  document.body.dataset.pane = name;
  for (const [tab, button] of tabs) button.setAttribute("aria-pressed", String(tab === name));
  lookAll();
}
pane("chat");

const wide = matchMedia("(min-width: 1180px)");
const wireButton = iconButton("wire", "Show or hide what is behind the scenes", () => showWire(document.body.dataset.wire !== "open", true), { class: "icon-button wire-toggle" });
function showWire(open, remember) {
  document.body.dataset.wire = open ? "open" : "closed";
  wireButton.setAttribute("aria-pressed", String(open));
  if (remember && wide.matches) memory.set("wire", open);
}
const fitWire = () => showWire(wide.matches && memory.get("wire") !== false, false);
wide.addEventListener("change", fitWire);
fitWire();
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !wide.matches && document.body.dataset.wire === "open") showWire(false, false);
});

const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
const themeButton = iconButton("theme", "Switch between light and dark", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  memory.set("theme", root.dataset.theme);
});
const theme = memory.get("theme");
if (theme === "light" || theme === "dark") root.dataset.theme = theme;
$("tools").append(networkButton(), worldButton(), wireButton, themeButton);

// The key of the address has done its work once the page is here.
if (location.search.includes("key=")) history.replaceState(null, "", location.pathname);

const WORDS = { live: "Live", lost: "Connection lost, trying again…", connecting: "Connecting…" };
follow({
  onState: load,
  onEvent: apply,
  onLink(link) {
    $("link").dataset.state = link;
    $("link").textContent = WORDS[link];
  },
});

// Small helpers that make elements. Text always goes in as text nodes, so nothing a bot or a person
// writes can become markup. No state lives here.

/** Makes an element: `h("p", {class: "x", onclick: f}, "text", child)`. Null children are left out. */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(el.dataset, value);
    else if (name === "value") el.value = value;
    else el.setAttribute(name, value === true ? "" : String(value));
  }
  el.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return el;
}

const PATHS = {
  clock: "M8 2.500a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.200l2 1.3",
  tick: "M3 8.5 6.2 11.7 13 4.5",
  ticks: "M1.5 8.5 4.7 11.7 11 4.500M8 11l.7.700L15 4.5",
  alert: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 5v3.700M8 11v.1",
  send: "M2.5 3 13.5 8l-11 5 1.5-5zM4 8h5",
  plus: "M8 3v10M3 8h10",
  smile: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M6 6.300v.4M10 6.300v.4M5.3 9.500c1.3 2 4.1 2 5.4 0",
  close: "M4 4l8 8M12 4l-8 8",
  reply: "M6.5 4 2.5 7.500l4 3.500M2.5 7.500h6a5 5 0 0 1 5 5",
  chevron: "M4 6l4 4 4-4",
  back: "M10 3 5 8l5 5",
  list: "M3 4.500h.1M6 4.500h7M3 8h.1M6 8h7M3 11.500h.1M6 11.500h7",
  link: "M9 3h4v4M13 3 7.5 8.500M11 9.500V13H3V5h3.5",
  copy: "M5.5 5.500h7v7h-7zM3.5 10.500v-7h7",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
  image: "M2.5 3.500h11v9h-11zM2.5 11l3.5-3.5 3 3 1.5-1.5 3 3M10.5 6v.1",
  film: "M2.5 4h11v8h-11zM6.7 6v4l3-2z",
  music: "M6 12V4l6-1.200v8M6 12a1.7 1.7 0 1 1-3.4 0A1.7 1.7 0 0 1 6 12m6-1.200a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0",
  sticker: "M3 3h10v6l-4 4H3zM9 13V9h4",
  pin: "M8 14s4.5-4.3 4.5-7.500a4.5 4.5 0 0 0-9 0C3.5 9.7 8 14 8 14M8 5v0a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3",
  person: "M8 2.500a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.400M2.8 13.500c.4-5 10-5 10.4 0",
  people: "M6 3a2.3 2.3 0 1 0 0 4.600A2.3 2.3 0 0 0 6 3M1.5 13c.3-4.5 8.7-4.5 9 0M10.5 3.200a2.2 2.2 0 0 1 0 4.200M12 9.500c1.5.5 2.4 1.7 2.5 3.5",
  chat: "M3 3h10v8H7.500L4.5 13.500V11H3z",
  wire: "M2 5.500h10M9.5 3 12 5.5 9.5 8M14 10.500H4M6.5 8 4 10.5 6.5 13",
  beside: "M2.5 3h4.500v10H2.500zM9 3h4.500v10H9z",
  theme: "M8 2.500a5.5 5.5 0 1 0 0 11zM8 2.500a5.5 5.5 0 0 1 0 11",
  play: "M5 3.500l8 4.500-8 4.500z",
  pause: "M5.500 3.500v9M10.500 3.500v9",
  bag: "M4 5.500h8l.8 8H3.200zM6 7V4.500a2 2 0 0 1 4 0V7",
  forth: "M9.500 4l4 3.500-4 3.500M13.500 7.500h-6a5 5 0 0 0-5 5",
  again: "M3 3v3.500h3.500M3.400 6.300A5.2 5.2 0 1 1 3 9.500",
  edit: "M3 13l.7-3L11 2.700 13.300 5 6 12.300zM9.500 4.200l2.300 2.300",
  mic: "M8 2a2 2 0 0 0-2 2v4a2 2 0 0 0 4 0V4a2 2 0 0 0-2-2M3.800 7.500a4.200 4.200 0 0 0 8.400 0M8 11.700V14",
  phone: "M3 2.500h2.700l1.200 3-1.600 1.200a8 8 0 0 0 4 4l1.200-1.600 3 1.200V13c0 .8-.6 1.300-1.300 1.200C6.500 13.700 2.300 9.500 1.800 3.800 1.700 3.100 2.200 2.500 3 2.500",
  qr: "M2.500 2.500h4v4h-4zM9.500 2.500h4v4h-4zM2.500 9.500h4v4h-4zM9.500 9.500h1.500v1.500H9.500zM12 12h1.500v1.500H12zM12.500 9.500h1M9.500 12.500v1",
  stop: "M4.500 4.500h7v7h-7z",
  group: "M5.500 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4M10.800 4.500a1.700 1.700 0 1 0 0 3.400 1.700 1.700 0 0 0 0-3.400M1.500 13c.3-4 7.700-4 8 0M10.500 9.500c2.200 0 3.700 1.200 4 3",
  trash: "M3 4.500h10M6 4.500V3h4v1.500M4.5 4.500l.5 9h6l.5-9",
  up: "M8 13V3.500M4 7.500l4-4 4 4",
  down: "M8 3v9.500M4 8.500l4 4 4-4",
};

/** An icon drawn as strokes; it is decoration, so the control around it carries the label. */
export function icon(name, className = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name} ${className}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name] ?? "");
  svg.append(path);
  return svg;
}

/** A round button that shows only an icon. */
export function iconButton(name, label, onclick, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}

/** Makes `nodes` the children of `parent`. What stays is not moved, so that a tap on it or the focus in it isn't lost. */
export function place(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let cursor = parent.firstChild;
  for (const node of nodes) {
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
}

/** Answers a function that says whether what it is given differs from what it was given before. */
export function changing() {
  let last = null;
  return (value) => {
    const text = JSON.stringify(value) ?? "";
    const differs = text !== last;
    last = text;
    return differs;
  };
}

/** A coloured circle with a name's initials; the colour follows from the name. */
export function avatar(name) {
  const words = String(name).trim().split(/\s+/u).filter(Boolean);
  const initials = words.slice(0, 2).map((word) => [...word][0]).join("").toUpperCase() || "?";
  const hash = [...String(name)].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) % 997, 7);
  return h("span", { class: `avatar tone-${hash % 6}`, "aria-hidden": "true" }, initials);
}

/** Says something went wrong (or well) for a few seconds. */
export function toast(text) {
  const el = h("p", { class: "toast" }, text);
  document.getElementById("toasts").append(el);
  setTimeout(() => el.remove(), 6000);
}

/** Copies text and says so. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser didn't allow copying");
  }
}

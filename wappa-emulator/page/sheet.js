// Things that open over a phone: sheets that slide up (list rows, location and contact forms, emoji)
// and the small menu of a message. They hold the focus while open and give it back on closing.
import { h, icon, iconButton } from "./dom.js";

const FOCUSABLE = "button:not([disabled]), input:not([disabled]), textarea, select, a[href]";

/** Keeps Tab inside `el` and closes on Escape. */
function hold(el, close) {
  el.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      close();
    }
    if (event.key !== "Tab") return;
    const stops = [...el.querySelectorAll(FOCUSABLE)].filter((stop) => stop.tabIndex >= 0);
    const edge = event.shiftKey ? stops.at(0) : stops.at(-1);
    if (document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops.at(0))?.focus();
    }
  });
}

let sheets = 0;

/** Slides a sheet up over `screen`, and answers with it; `fill(close)` gives its content. */
export function openSheet(screen, title, fill, className = "") {
  screen.querySelector(".sheet-layer")?.close();
  const back = document.activeElement;
  const covered = [...screen.children];
  const id = `sheet-${(sheets += 1)}`;
  const close = () => {
    layer.remove();
    covered.forEach((el) => (el.inert = false));
    back?.focus?.();
  };
  const sheet = h("div", { class: `sheet ${className}`, role: "dialog", "aria-modal": "true", "aria-labelledby": id },
    h("header", { class: "sheet-head" }, iconButton("close", "Close", close), h("h2", { id }, title)),
    fill(close));
  const layer = h("div", { class: "sheet-layer", onclick: (event) => event.target === layer && close() }, sheet);
  layer.close = close;
  hold(sheet, close);
  covered.forEach((el) => (el.inert = true));
  screen.append(layer);
  (sheet.querySelector("[autofocus]") ?? sheet.querySelector("input:not([type=hidden]), .sheet-body button") ?? sheet.querySelector("button")).focus();
  return sheet;
}

/** The rows of a list message; `send(rowId)` is called with the chosen one. */
export function listSheet(screen, content, send) {
  openSheet(screen, content.button, (close) => {
    const submit = h("button", { type: "submit", class: "primary", disabled: true, data: { testid: "list-send" } }, "Send");
    const group = `rows-${sheets}`;
    const row = (entry) => {
      const radio = h("input", { type: "radio", name: group, value: entry.id, onchange: () => (submit.disabled = false) });
      return h("label", { class: "list-row", data: { testid: "list-row", id: entry.id } },
        h("span", { class: "list-words" }, h("b", {}, entry.title), entry.description ? h("span", {}, entry.description) : null), radio);
    };
    const form = h("form", { class: "sheet-form", onsubmit: (event) => {
      event.preventDefault();
      const chosen = form.querySelector("input:checked");
      if (!chosen) return;
      close();
      send(chosen.value);
    } },
    h("div", { class: "sheet-body" }, ...content.sections.map((section) =>
      h("fieldset", {}, h("legend", { class: section.title ? "" : "hidden" }, section.title || content.button), ...section.rows.map(row)))),
    h("div", { class: "sheet-foot" }, submit));
    return form;
  });
}

function fieldsSheet(screen, title, fields, send) {
  openSheet(screen, title, (close) => {
    const form = h("form", { class: "sheet-form", onsubmit: async (event) => {
      event.preventDefault();
      if (await send(Object.fromEntries(new FormData(form)))) close();
    } },
    h("div", { class: "sheet-body fields" }, ...fields.map(([name, label, props]) => h("label", {}, label, h("input", { name, ...props })))),
    h("div", { class: "sheet-foot" }, h("button", { type: "submit", class: "primary" }, "Send")));
    return form;
  });
}

export const locationSheet = (screen, send) =>
  fieldsSheet(screen, "Send a location", [
    ["latitude", "Latitude", { type: "number", step: "any", min: -90, max: 90, required: true, value: "52.37403" }],
    ["longitude", "Longitude", { type: "number", step: "any", min: -180, max: 180, required: true, value: "4.88969" }],
    ["name", "Name (optional)", { placeholder: "Town hall" }],
    ["address", "Address (optional)", { placeholder: "1 Main Street" }],
  ], ({ latitude, longitude, name, address }) =>
    send({ type: "location", latitude: Number(latitude), longitude: Number(longitude), ...(name && { name }), ...(address && { address }) }));

export const contactSheet = (screen, send) =>
  fieldsSheet(screen, "Send a contact", [
    ["name", "Name", { required: true, autocomplete: "off" }],
    ["phone", "Phone", { type: "tel", required: true, placeholder: "+1 555 010 0123", autocomplete: "off" }],
  ], (contact) => send({ type: "contacts", contacts: [contact] }));

const EMOJI = [..."😀😂🥰😍😎🤔😮😢😡🥳😴🤯👍👎👏🙏💪👋🤝✌🔥✨🎉💯✅❌❓❗🍕🍔🌮🍰☕🍺🚗✈🏠💼📦💡📷🎵⏰💰🎁🌞🌈⚡"];
const joined = (emoji) => (/[✌✈]/u.test(emoji) ? `${emoji}\u{fe0f}` : emoji);

export function emojiSheet(screen, title, chosen) {
  openSheet(screen, title, (close) => h("div", { class: "sheet-body emoji-grid" },
    ...[...EMOJI.map(joined), "❤️"].map((emoji) => h("button", { type: "button", "aria-label": emoji, onclick: () => {
      close();
      chosen(emoji);
    } }, emoji))));
}

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** A menu at `anchor` within `screen`. `items` are `[icon, label, act]`; `react` adds the emoji line. */
export function openMenu(screen, anchor, items, react = null) {
  screen.querySelector(".menu-layer")?.close();
  const back = document.activeElement;
  const close = () => {
    layer.remove();
    back?.focus?.();
  };
  const item = (props, act, ...children) => h("button", { type: "button", role: "menuitem", tabindex: "-1", ...props, onclick: () => {
    close();
    act();
  } }, ...children);
  const emoji = react ? h("div", { class: "menu-emoji", role: "group", "aria-label": "React" },
    ...QUICK.map((sign) => item({ class: react.current === sign ? "chosen" : "", "aria-label": react.current === sign ? `Remove ${sign}` : `React ${sign}` },
      () => react.act(react.current === sign ? "" : sign), sign)),
    item({ "aria-label": "Another emoji" }, react.more, icon("plus"))) : null;
  const menu = h("div", { class: "menu", role: "menu", "aria-label": react ? "Message options" : "Options" }, emoji,
    ...items.map(([name, label, act]) => item({ class: "menu-item" }, act, icon(name), label)));
  const layer = h("div", { class: "menu-layer", onclick: (event) => event.target === layer && close(), oncontextmenu: (event) => event.preventDefault() }, menu);
  layer.close = close;
  menu.addEventListener("keydown", (event) => {
    const stops = [...menu.querySelectorAll("[role=menuitem]")];
    const at = stops.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) stops.at((at + step + stops.length) % stops.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  screen.append(layer);
  const box = screen.getBoundingClientRect();
  const at = anchor.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const fit = (want, room) => Math.max(8, Math.min(want, room - 8));
  const below = at.bottom - box.top + 4;
  const top = below + size.height < box.height - 8 ? below : at.top - box.top - size.height - 4;
  menu.style.left = `${fit(at.left - box.left, box.width - size.width)}px`;
  menu.style.top = `${fit(top, box.height - size.height)}px`;
  menu.querySelector("[role=menuitem]").focus();
}

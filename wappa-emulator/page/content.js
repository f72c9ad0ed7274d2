// The inside of a bubble for each kind of message: text, media, places, contacts, buttons, lists
// and templates. The bubble around it (ticks, quote, reactions) is made in bubbles.js.
import { avatar, copyText, h, icon } from "./dom.js";
import { formatted } from "./format.js";
import { askedOf, flowChoice, interactiveOf, SENT } from "./interactive.js";
import { captioned, choice, framed, medium, outside } from "./parts.js";

function place(content) {
  const { latitude, longitude } = content;
  const words = `${Number(latitude).toFixed(5)}, ${Number(longitude).toFixed(5)}`;
  const href = `https://www.openstreetmap.org/?mlat=${Number(latitude)}&mlon=${Number(longitude)}#map=16/${Number(latitude)}/${Number(longitude)}`;
  return h("a", { class: "place", href, target: "_blank", rel: "noopener noreferrer" },
    h("span", { class: "map" }, icon("pin")),
    h("span", { class: "place-words" }, h("b", {}, content.name || "Location"),
      content.address ? h("span", {}, content.address) : null, h("span", { class: "muted" }, words)));
}

function contactCard(contact) {
  const name = contact.name?.formatted_name ?? "Contact";
  return h("div", { class: "contact" }, avatar(name),
    h("div", { class: "file-words" }, h("b", {}, name), ...(contact.phones ?? []).map((entry) => h("span", {}, entry.phone ?? ""))));
}

const KINDS = {
  text: (content) => [formatted(content.body)],
  image: captioned("image"),
  video: captioned("video"),
  audio: captioned("audio"),
  document: captioned("document"),
  sticker: (content) => [medium("sticker", content)],
  location: (content) => [place(content)],
  contacts: (content) => content.map(contactCard),
  buttons: (content) => framed(content),
  list: (content) => framed(content),
  cta_url: (content) => framed(content),
  template: (content) => framed(content),
  interactive: (content, message, act) => interactiveOf(message, act),
  ...SENT,
  reply: (content) => [formatted(content.title), content.description ? h("p", { class: "foot" }, content.description) : null],
  unsupported: (content) => [h("p", { class: "unsupported" }, icon("alert"), ` This kind isn't shown here: ${content.type}`)],
};

/** The nodes inside the bubble. */
export function contentOf(message, act) {
  const make = KINDS[message.type] ?? (() => KINDS.unsupported({ type: message.type }));
  return make(message.content ?? {}, message, act).filter(Boolean);
}

function templateButton(message, button, act) {
  if (button.type === "flow") return flowChoice(message, { cta: button.text, flow: button.flow, data: {} }, act);
  if (button.type === "url") return outside(button.text, button.url);
  if (button.type === "copy_code") {
    return h("button", { type: "button", class: "choice", onclick: () => copyText(button.payload ?? button.text) }, icon("copy"), button.text);
  }
  return choice(button.text, () => act.tap(message, button.payload ?? button.text));
}

/** The controls under the bubble: reply buttons, the list's opener, a link. */
export function choicesOf(message, act) {
  const { type, content } = message;
  switch (type) {
    case "buttons":
      return content.buttons.map((button) => choice(button.title, () => act.tap(message, button.id)));
    case "list":
      return [h("button", { type: "button", class: "choice", "aria-haspopup": "dialog", data: { testid: "list-open" }, onclick: () => act.openList(message) }, icon("list"), content.button)];
    case "cta_url":
      return [outside(content.display_text, content.url)].filter(Boolean);
    case "interactive":
      return askedOf(message, act);
    case "template":
      return (content.buttons ?? []).map((button) => templateButton(message, button, act)).filter(Boolean);
    default:
      return [];
  }
}

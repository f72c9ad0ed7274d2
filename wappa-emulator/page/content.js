// The inside of a bubble for each kind of message: text, media, places, contacts, interactive
// messages and templates. The bubble around it (ticks, quote, reactions) is made in bubbles.js.
import { mediaUrl } from "./api.js";
import { avatar, copyText, h, icon } from "./dom.js";
import { formatted, link, webUrl } from "./format.js";

/** Where a medium's bytes are, if this page may load them: an uploaded medium or the same origin. */
function sourceOf(medium) {
  if (medium.media) return mediaUrl(medium.media);
  if (!medium.link) return null;
  try {
    const url = new URL(medium.link, location.href);
    return url.origin === location.origin ? url.href : null;
  } catch {
    return null;
  }
}

function lightbox(src, alt) {
  const dialog = h("dialog", { class: "lightbox", "aria-label": alt, onclick: () => dialog.close(), onclose: () => dialog.remove() },
    h("img", { src, alt }),
    h("button", { type: "button", class: "icon-button", "aria-label": "Close picture" }, icon("close")));
  document.body.append(dialog);
  dialog.showModal();
}

function linkCard(kind, address) {
  return h("div", { class: "file-card" }, icon(kind === "image" || kind === "sticker" ? "image" : kind === "audio" ? "music" : "file"),
    h("div", { class: "file-words" }, h("b", {}, `${kind[0].toUpperCase()}${kind.slice(1)} by link`), h("span", {}, link(address))));
}

function medium(kind, content) {
  const src = sourceOf(content);
  if (!src) return content.link ? linkCard(kind, content.link) : h("p", { class: "muted" }, `This ${kind} has no bytes`);
  switch (kind) {
    case "image": {
      const alt = content.caption || "Photo";
      return h("button", { type: "button", class: "picture", "aria-label": `Open picture: ${alt}`, onclick: () => lightbox(src, alt) },
        h("img", { src, alt, loading: "lazy" }));
    }
    case "sticker":
      return h("img", { class: "sticker", src, alt: "Sticker", loading: "lazy" });
    case "video":
      return h("video", { class: "video", src, controls: true, preload: "metadata", "aria-label": content.caption || "Video" });
    case "audio":
      return h("div", { class: "audio" }, icon("music"),
        h("audio", { src, controls: true, preload: "metadata", "aria-label": content.voice ? "Voice message" : "Audio" }));
    default:
      return h("a", { class: "file-card", href: src, download: content.filename || "document", "aria-label": `Download ${content.filename || "document"}` },
        icon("file"),
        h("div", { class: "file-words" }, h("b", {}, content.filename || "Document"), h("span", {}, content.mime || "file")));
  }
}

const captioned = (kind) => (content) => [medium(kind, content), content.caption ? formatted(content.caption) : null];

function headerOf(header) {
  if (!header) return null;
  return header.type === "text" ? h("p", { class: "head" }, header.text) : medium(header.type, header);
}

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

const framed = (content, ...middle) => [
  headerOf(content.header),
  formatted(content.body ?? ""),
  ...middle,
  content.footer ? h("p", { class: "foot" }, content.footer) : null,
];

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
  reply: (content) => [formatted(content.title), content.description ? h("p", { class: "foot" }, content.description) : null],
  unsupported: (content) => [h("p", { class: "unsupported" }, icon("alert"), ` This kind isn't shown here: ${content.type}`)],
};

/** The nodes inside the bubble. */
export function contentOf(message) {
  const make = KINDS[message.type] ?? (() => KINDS.unsupported({ type: message.type }));
  return make(message.content ?? {}).filter(Boolean);
}

function outside(label, address) {
  const href = webUrl(address);
  return href ? h("a", { class: "choice", href, target: "_blank", rel: "noopener noreferrer" }, icon("link"), label) : null;
}

function templateButton(message, button, act) {
  if (button.type === "url") return outside(button.text, button.url);
  if (button.type === "copy_code") {
    return h("button", { type: "button", class: "choice", onclick: () => copyText(button.payload ?? button.text) }, icon("copy"), button.text);
  }
  return choice(button.text, () => act.tap(message, button.payload ?? button.text));
}

const choice = (title, onclick) =>
  h("button", { type: "button", class: "choice", data: { testid: "reply-button" }, onclick }, icon("reply"), title);

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
    case "template":
      return (content.buttons ?? []).map((button) => templateButton(message, button, act)).filter(Boolean);
    default:
      return [];
  }
}

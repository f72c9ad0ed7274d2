// The pieces bubbles are made of: media, headers, frames, links and buttons. Which message has which is
// decided in content.js and interactive.js.
import { mediaUrl } from "./api.js";
import { h, icon } from "./dom.js";
import { formatted, link, webUrl } from "./format.js";
import { voicePlayer } from "./player.js";

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

/** A picture or film elsewhere: nothing is loaded from there, so that its place shows what it is. */
function elsewhere(kind, address) {
  const name = decodeURIComponent(address.split(/[?#]/u)[0].split("/").pop() || address);
  return h("a", { class: "elsewhere", href: webUrl(address), target: "_blank", rel: "noopener noreferrer", title: address },
    icon(kind === "video" ? "film" : "image"), h("span", {}, name));
}

export function medium(kind, content, played = null) {
  const src = sourceOf(content);
  if (!src && content.link && (kind === "image" || kind === "video")) return elsewhere(kind, content.link);
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
      return content.voice ? voicePlayer(src, played)
        : h("div", { class: "audio" }, icon("music"), h("audio", { src, controls: true, preload: "metadata", "aria-label": "Audio" }));
    default:
      return h("a", { class: "file-card", href: src, download: content.filename || "document", "aria-label": `Download ${content.filename || "document"}` },
        icon("file"),
        h("div", { class: "file-words" }, h("b", {}, content.filename || "Document"), h("span", {}, content.mime || "file")));
  }
}

export const captioned = (kind) => (content, message, act) => [medium(kind, content, message?.from === "business" ? () => act?.played(message) : null), content.caption ? formatted(content.caption) : null];

export function headerOf(header) {
  if (!header) return null;
  return header.type === "text" ? h("p", { class: "head" }, header.text) : medium(header.type, header);
}

export const framed = (content, ...middle) => [
  headerOf(content.header),
  formatted(content.body ?? ""),
  ...middle,
  content.footer ? h("p", { class: "foot" }, content.footer) : null,
];

export function outside(label, address) {
  const href = webUrl(address);
  return href ? h("a", { class: "choice", href, target: "_blank", rel: "noopener noreferrer" }, icon("link"), label) : null;
}

export const choice = (title, onclick) =>
  h("button", { type: "button", class: "choice", data: { testid: "reply-button" }, onclick }, icon("reply"), title);

// WhatsApp's text formatting as DOM nodes, and the wording of times. Every piece of text becomes a
// text node; only http(s) addresses become links.
import { h } from "./dom.js";

const CODE = /`([^`\n]+)`/u;
const LINK = /\bhttps?:\/\/[^\s<>"]+|\bwww\.[^\s<>"]+\.[^\s<>"]+/iu;
const EMPHASIS = /(?<![\p{L}\p{N}])([*_~])(?!\1)(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/u;
const TAGS = { "*": "strong", _: "em", "~": "s" };
const MARKS = /(?<![\p{L}\p{N}])([*_~`])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/gu;
const ONLY_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;

/** The address if a browser may safely follow it, else null. */
export function webUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

export function link(text, address = text) {
  const href = webUrl(/^www\./iu.test(address) ? `https://${address}` : address);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, text) : document.createTextNode(text);
}

/** Formatting within one line. */
export function inline(text) {
  const found = [
    [CODE.exec(text), (m) => h("code", {}, m[1])],
    [LINK.exec(text), (m) => link(m[0])],
    [EMPHASIS.exec(text), (m) => h(TAGS[m[1]], {}, ...inline(m[2]))],
  ].filter(([match]) => match);
  if (!found.length) return text ? [document.createTextNode(text)] : [];
  let [match, make] = found.reduce((a, b) => (b[0].index < a[0].index ? b : a));
  // A sentence's full stop after an address isn't part of the address.
  if (match[0].length > 4 && LINK.test(match[0]) && match[1] === undefined) {
    const trimmed = match[0].replace(/[.,;:!?)\]'*_~]+$/u, "");
    match = Object.assign([trimmed], { index: match.index });
  }
  return [...inline(text.slice(0, match.index)), make(match), ...inline(text.slice(match.index + match[0].length))];
}

const BLOCKS = [
  ["blockquote", null, /^> ?(?<text>.*)$/u],
  ["ul", "li", /^[*-] (?<text>.+)$/u],
  ["ol", "li", /^(?<start>\d{1,3})\. (?<text>.+)$/u],
];

function lines(text) {
  const out = [];
  let open = null;
  for (const line of text.split("\n")) {
    const block = BLOCKS.map(([tag, item, rule]) => [tag, item, rule.exec(line)]).find(([, , match]) => match);
    if (!block) {
      const follows = out.length > 0 && !open;
      open = null;
      if (follows) out.push(document.createTextNode("\n"));
      out.push(...(line ? inline(line) : [document.createTextNode("")]));
      continue;
    }
    const [tag, item, { groups }] = block;
    if (open?.tagName.toLowerCase() !== tag) {
      open = h(tag, groups.start && groups.start !== "1" ? { start: groups.start } : {});
      out.push(open);
    } else if (!item) {
      open.append("\n");
    }
    open.append(...(item ? [h(item, {}, ...inline(groups.text))] : inline(groups.text)));
  }
  return out;
}

/** A whole message text: fenced monospace, quotes, lists and inline formatting. */
export function formatted(text) {
  const parts = String(text ?? "").split(/```([\s\S]+?)```/u);
  const nodes = parts.flatMap((part, at) => {
    if (at % 2 === 1) return [h("code", { class: "mono" }, part)];
    return part ? lines(part) : [];
  });
  return h("div", { class: ONLY_EMOJI.test(text ?? "") ? "text jumbo" : "text", dir: "auto" }, ...nodes);
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const EXACT = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false });
const DAY = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });
const DAY_YEAR = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

export const clock = (ms) => TIME.format(ms);
export const exactClock = (ms) => EXACT.format(ms);
export const dayKey = (ms) => new Date(ms).toDateString();

export function dayName(ms, today) {
  if (dayKey(ms) === dayKey(today)) return "Today";
  const eve = new Date(today);
  eve.setDate(eve.getDate() - 1);
  if (dayKey(ms) === eve.toDateString()) return "Yesterday";
  return new Date(ms).getFullYear() === new Date(today).getFullYear() ? DAY.format(ms) : DAY_YEAR.format(ms);
}

/** How much of the customer service window is left, in words. */
export function windowWords(until, at) {
  if (until === null || until === undefined) return "Window not opened yet";
  const minutes = Math.ceil((until - at) / 60_000);
  if (minutes <= 0) return "Window closed: templates only";
  return minutes >= 60 ? `Window open, ${Math.floor(minutes / 60)} h ${minutes % 60} min left` : `Window open, ${minutes} min left`;
}

/** A message in a few words, for quotes and the people list. */
export function gist(message) {
  const { type, content } = message;
  const named = { image: "📷 Photo", video: "🎬 Video", audio: "🎵 Audio", sticker: "🏷️ Sticker", document: "📄 Document", location: "📍 Location", contacts: "👤 Contact" };
  if (type === "document" && content.filename) return `📄 ${content.filename}`;
  if (type === "location" && content.name) return `📍 ${content.name}`;
  if (type === "contacts") return `👤 ${content[0]?.name?.formatted_name ?? "Contact"}`;
  if (named[type]) return content.caption ? `${named[type]} · ${content.caption}` : named[type];
  if (type === "reply") return content.title;
  const sent = { order: "🛒 Order", form: "📝 Form", call_permission: "📞 Permission to call", welcome: "👋 Opened the chat" };
  if (sent[type]) return sent[type];
  if (type === "interactive") return (content.body ?? content.action.kind.replaceAll("_", " ")).replace(MARKS, "$2");
  if (type === "unsupported") return `Unsupported: ${content.type}`;
  return (content.body ?? content.name ?? type).replace(MARKS, "$2");
}

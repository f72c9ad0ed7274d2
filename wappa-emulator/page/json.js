// JSON to look at: indented and coloured.
import { h } from "./dom.js";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gu;

/** Pretty-printed JSON as a coloured `pre`. */
export function pretty(value) {
  const text = JSON.stringify(value, null, 2);
  const out = h("pre", { class: "json", tabindex: "0" });
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [all, string, colon] = match;
    out.append(text.slice(from, match.index));
    const kind = string ? (colon ? "key" : "string") : /^[tfn]/u.test(all) ? "word" : "figure";
    out.append(h("span", { class: `json-${kind}` }, string ?? all), colon ?? "");
    from = match.index + all.length;
  }
  out.append(text.slice(from));
  return out;
}

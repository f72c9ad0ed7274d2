// A Flow's screen as elements: texts, pictures, lists and the footer, and the conditions that show or hide them. What is
// entered is in flow-fields.js, where screens lead in flow.js.
import { changing, h, icon, place } from "./dom.js";
import { FIELDS } from "./flow-fields.js";
import { holds } from "./flow-values.js";
import { link } from "./format.js";

const INLINE = /\*\*(.+?)\*\*|\*(.+?)\*|_(.+?)_|~~(.+?)~~|\[([^\]]+)\]\(([^)\s]+)\)/u;
const TAGS = ["strong", "em", "em", "s"];

/** The little Markdown that Flow texts may have. */
function marked(text) {
  const match = INLINE.exec(text);
  if (!match) return text ? [text] : [];
  const at = match.slice(1, 5).findIndex((part) => part !== undefined);
  const made = at < 0 ? link(match[5], match[6]) : h(TAGS[at], {}, ...marked(match[1 + at]));
  return [...marked(text.slice(0, match.index)), made, ...marked(text.slice(match.index + match[0].length))];
}

const RICH = [[/^## (.*)/u, "h4"], [/^# (.*)/u, "h3"], [/^[+*-] (.*)/u, "li"], [/^\d+\. (.*)/u, "li"]];

function richLine(line) {
  const [match, tag] = RICH.map(([rule, name]) => [rule.exec(line), name]).find(([found]) => found) ?? [[null, line], "p"];
  return h(tag, {}, ...marked(match[1]));
}

const lines = (given) => (Array.isArray(given) ? given.join("\n") : String(given ?? ""));

function text(tag, className) {
  return (node, ctx) => {
    const el = h(tag, { class: className, dir: "auto" });
    const differs = changing();
    return {
      el,
      refresh() {
        const given = lines(ctx.value(node.text));
        const weight = ctx.value(node["font-weight"]) ?? "normal";
        el.classList.toggle("is-bold", weight.includes("bold"));
        el.classList.toggle("is-italic", weight.includes("italic"));
        el.classList.toggle("is-struck", ctx.value(node.strikethrough) === true);
        if (differs(given)) el.replaceChildren(...(node.markdown === true ? marked(given) : [given]));
      },
    };
  };
}

function rich(node, ctx) {
  const el = h("div", { class: "flow-rich", dir: "auto" });
  const differs = changing();
  return {
    el,
    refresh() {
      const given = lines(ctx.value(node.text));
      if (differs(given)) el.replaceChildren(...given.split("\n").filter((line) => line.trim()).map(richLine));
    },
  };
}

const dataUrl = (src) => (String(src).startsWith("data:image/") ? src : `data:image/png;base64,${src}`);

function image(node, ctx) {
  const el = h("img", { class: "flow-image" });
  return {
    el,
    refresh() {
      el.src = dataUrl(ctx.value(node.src) ?? "");
      el.alt = ctx.value(node["alt-text"]) ?? "";
      el.classList.toggle("is-cover", ctx.value(node["scale-type"]) === "cover");
      const height = Number(ctx.value(node.height));
      if (height > 0) el.height = height;
    },
  };
}

function imageCarousel(node, ctx) {
  const el = h("ul", { class: "flow-images", tabindex: "0", "aria-label": "Pictures" });
  const differs = changing();
  const picture = (one) => h("li", {}, h("img", { class: "flow-image is-cover", src: dataUrl(one.src), alt: one["alt-text"] ?? "" }));
  return {
    el,
    refresh() {
      const images = ctx.value(node.images) ?? [];
      if (differs(images)) el.replaceChildren(...images.map(picture));
    },
  };
}

function embeddedLink(node, ctx) {
  const el = h("button", { type: "button", class: "flow-link", onclick: () => ctx.act(node["on-click-action"]) });
  return { el, refresh: () => (el.textContent = ctx.value(node.text) ?? "") };
}

function footer(node, ctx) {
  const button = h("button", { type: "submit", class: "primary", data: { testid: "flow-next" } });
  const captions = h("p", { class: "flow-captions" });
  ctx.onSubmit(() => ctx.act(node["on-click-action"], { checked: true }));
  return {
    el: h("div", { class: "sheet-foot flow-foot" }, captions, button),
    refresh() {
      button.textContent = ctx.value(node.label) ?? "";
      button.disabled = ctx.value(node.enabled) === false;
      const words = ["left-caption", "center-caption", "right-caption"].map((place) => ctx.value(node[place])).filter(Boolean);
      captions.replaceChildren(...words.map((word) => h("span", {}, word)));
      captions.hidden = !words.length;
    },
  };
}

function navigationList(node, ctx) {
  const el = h("div", { class: "flow-field" });
  const differs = changing();
  const row = (item) => h("button", { type: "button", class: "list-row flow-row", data: { testid: "flow-row" }, onclick: () => ctx.act(item["on-click-action"] ?? node["on-click-action"]) },
    item.start?.image ? h("img", { class: "flow-thumb", src: dataUrl(item.start.image), alt: item.start["alt-text"] ?? "" }) : null,
    h("span", { class: "list-words" }, h("b", {}, item["main-content"]?.title ?? "", item.badge ? h("em", { class: "flow-badge" }, item.badge) : null),
      item["main-content"]?.description ? h("span", {}, item["main-content"].description) : null,
      item["main-content"]?.metadata ? h("span", {}, item["main-content"].metadata) : null,
      item.tags?.length ? h("span", { class: "flow-tags" }, ...item.tags.map((tag) => h("em", {}, tag))) : null),
    item.end ? h("span", { class: "list-words flow-end" }, h("b", {}, item.end.title ?? ""), h("span", {}, item.end.description ?? ""), h("span", {}, item.end.metadata ?? "")) : null,
    icon("back", "is-forth"));
  return {
    el,
    refresh() {
      const label = ctx.value(node.label);
      const about = ctx.value(node.description);
      if (!differs([label, about, ctx.value(node["list-items"])])) return;
      el.replaceChildren(...[label ? h("p", { class: "flow-label" }, label) : null, about ? h("p", { class: "flow-about" }, about) : null].filter(Boolean),
        h("div", { class: "flow-items" }, ...(ctx.value(node["list-items"]) ?? []).map(row)));
    },
  };
}

/** One of several lists of children, drawn when it is first shown. */
function branches(ctx, pick) {
  const el = h("div", { class: "flow-branch" });
  const drawn = new Map();
  let current = [];
  return {
    el,
    refresh() {
      const children = pick();
      if (!drawn.has(children)) drawn.set(children, (children ?? []).map((child) => part(child, ctx)));
      current = drawn.get(children);
      place(el, current.map((one) => one.el));
      current.forEach((one) => one.refresh());
    },
    parts: () => current,
  };
}

function form(node, ctx) {
  for (const [name, given] of Object.entries(ctx.value(node["init-values"]) ?? {})) ctx.start(name, given);
  return branches(ctx, () => node.children);
}

const PARTS = {
  TextHeading: text("h3", "flow-heading"),
  TextSubheading: text("h4", "flow-subheading"),
  TextBody: text("p", "flow-body"),
  TextCaption: text("p", "flow-caption"),
  RichText: rich,
  Image: image,
  ImageCarousel: imageCarousel,
  EmbeddedLink: embeddedLink,
  Footer: footer,
  NavigationList: navigationList,
  Form: form,
  If: (node, ctx) => branches(ctx, () => (holds(node.condition, ctx.scope()) ? node.then : node.else ?? NOTHING)),
  Switch: (node, ctx) => branches(ctx, () => node.cases?.[String(ctx.value(node.value))] ?? node.cases?.default ?? NOTHING),
  ...FIELDS,
};
const NOTHING = [];

const unknown = (node) => ({ el: h("p", { class: "unsupported" }, `This component isn't drawn here: ${node.type}`), refresh() {} });

/** A component as `{el, refresh, name?, check?, parts?}`. */
export function part(node, ctx) {
  if (node["init-value"] !== undefined) ctx.start(node.name, ctx.value(node["init-value"]));
  const made = (PARTS[node.type] ?? unknown)(node, ctx);
  const refresh = made.refresh.bind(made);
  return Object.assign(made, {
    refresh() {
      made.el.hidden = ctx.value(node.visible) === false;
      refresh();
    },
  });
}

/** Every component that is on the screen, also within conditions. */
export const everyPart = (parts) => parts.filter((one) => !one.el.hidden).flatMap((one) => [one, ...(one.parts ? everyPart(one.parts()) : [])]);

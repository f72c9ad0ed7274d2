// What is wrong with what is to be seen: text that is hard to read (WCAG 2.2, 1.4.3 and 1.4.11), controls without a name,
// references that lead nowhere. Answers with a list of sentences.
const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
const COLOURS = /(?:rgba?|color|oklab|oklch|hsla?)\([^()]*\)/gu;

const shown = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !el.closest("[inert]") && el.getClientRects().length > 0;
const path = (el) => {
  const one = (at) => `${at.localName}${at.id ? `#${at.id}` : ""}${typeof at.className === "string" && at.className ? `.${at.className.trim().split(/\s+/u).join(".")}` : ""}`;
  return [el.parentElement, el].filter(Boolean).map(one).join(" > ");
};
const lineage = (el) => (el ? [...lineage(el.parentElement), el] : []);

/** The colours on `el` and below, as layers: each is a list of what may be there. */
const layers = (el) => lineage(el).flatMap((at) => {
  const style = getComputedStyle(at);
  const painted = style.backgroundImage.includes("gradient") ? style.backgroundImage.match(COLOURS) : null;
  return [[style.backgroundColor], ...(painted ? [painted] : [])];
});

function mixed(colours) {
  pen.globalAlpha = 1;
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = matchMedia("(prefers-color-scheme: dark)").matches ? "#000" : "#fff";
  pen.fillRect(0, 0, 1, 1);
  for (const [colour, opacity] of colours) {
    pen.globalAlpha = opacity;
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
  }
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

const light = (rgb) => {
  const [r, g, b] = rgb.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

function contrast(el, colour) {
  const choices = layers(el).reduce((known, layer) => known.flatMap((one) => layer.map((added) => [...one, [added, 1]])), [[]]).slice(0, 64);
  const opacity = lineage(el).reduce((all, at) => all * Number(getComputedStyle(at).opacity), 1);
  return Math.min(...choices.map((below) => {
    const [one, other] = [light(mixed(below)), light(mixed([...below, [colour, opacity]]))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  }));
}

const problems = [];
const measured = new Map();
function measure(el, colour, least, what) {
  const key = `${path(el)} ${colour} ${least}`;
  if (!measured.has(key)) measured.set(key, contrast(el, colour));
  const found = measured.get(key);
  if (found < least) problems.push(`${what} has a contrast of ${found.toFixed(2)}, not ${least}: ${path(el)}`);
}

const off = (el) => el.closest(":disabled, [aria-disabled=true]") !== null || el.closest("label")?.control?.disabled === true;
// Emoji have colours of their own.
const words = (node) => node.data.replaceAll(/\p{Extended_Pictographic}|\u{fe0f}/gu, "").trim();

const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const [node, el] = [texts.currentNode, texts.currentNode.parentElement];
  if (!words(node) || el.closest("script, style, noscript, svg, .hidden, option") || !shown(el) || off(el)) continue;
  const style = getComputedStyle(el);
  const size = Number.parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  measure(el, style.color, large ? 3 : 4.5, `"${words(node).slice(0, 40)}"`);
}
for (const el of document.querySelectorAll("input, textarea, select")) {
  if (!shown(el) || off(el)) continue;
  if (el.placeholder && !el.value) measure(el, getComputedStyle(el, "::placeholder").color, 4.5, `the placeholder "${el.placeholder}"`);
  else if (el.matches("select, textarea, input:not([type=checkbox], [type=radio])")) measure(el, getComputedStyle(el).color, 4.5, "what is written");
}
for (const el of document.querySelectorAll(":is(button, a, summary) svg.icon, .ticks svg.icon")) {
  if (shown(el) && !off(el)) measure(el, getComputedStyle(el).color, 3, "an icon");
}

const byIds = (ids) => (ids ?? "").split(/\s+/u).filter(Boolean).map((id) => document.getElementById(id));
const named = (el) =>
  [el.getAttribute("aria-label"), ...byIds(el.getAttribute("aria-labelledby")).map((of) => of?.textContent), ...[...(el.labels ?? [])].map((label) => label.innerText),
    el.matches("input, select, textarea") ? "" : el.textContent, ...[...el.querySelectorAll("img")].map((img) => img.alt), el.title].some((name) => name?.trim());
const CONTROLS = "button, a[href], input:not([type=hidden]), select, textarea, summary, audio[controls], video[controls], [tabindex='0'], [role=button], [role=menuitem], [role=tab], [role=dialog], [role=menu], [role=log], [role=tablist], [role=tabpanel], dialog, main section";
for (const el of document.querySelectorAll(CONTROLS)) if (shown(el) && !named(el)) problems.push(`no name: ${path(el)}`);
for (const el of document.querySelectorAll("img")) if (shown(el) && !el.hasAttribute("alt")) problems.push(`no alt text: ${path(el)}`);
for (const name of ["aria-labelledby", "aria-describedby", "aria-controls"]) {
  for (const el of document.querySelectorAll(`[${name}]`)) if (byIds(el.getAttribute(name)).includes(null)) problems.push(`${name} leads nowhere: ${path(el)}`);
}
// A name on what has no role is heard by nobody.
for (const el of document.querySelectorAll("span[aria-label], div[aria-label], p[aria-label], i[aria-label]")) if (!el.hasAttribute("role")) problems.push(`a name without a role: ${path(el)}`);
for (const el of document.querySelectorAll("[role=menu]")) if (!el.querySelector("[role=menuitem]")) problems.push(`an empty menu: ${path(el)}`);
for (const el of document.querySelectorAll("[role=tab]")) if (!el.hasAttribute("aria-selected") || !el.hasAttribute("aria-controls")) problems.push(`half a tab: ${path(el)}`);
const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) problems.push(`twice the same id: ${id}`);
const focusable = [...document.querySelectorAll("button, a[href], input, select, textarea, [tabindex='0']")].filter((el) => shown(el) && el.closest("[aria-hidden=true]"));
for (const el of focusable) problems.push(`hidden from some and reachable all the same: ${path(el)}`);
return { problems: [...new Set(problems)], measured: measured.size };

// The inputs of a Flow's screen: each is drawn, keeps what is entered in the screen's form, and says what is wrong with
// it. Texts, pictures and what leads on are in flow-parts.js.
import { upload } from "./api.js";
import { h, icon, iconButton } from "./dom.js";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
let ids = 0;

/** A frame around an input: label, helper, and the line that says what is wrong. */
function field(node, ctx, control, check, { group = false } = {}) {
  ids += 1;
  const [help, wrong] = [`flow-help-${ids}`, `flow-wrong-${ids}`];
  const label = h(group ? "legend" : "span", { class: "flow-label" });
  const about = h("p", { class: "flow-about", id: help });
  const error = h("p", { class: "flow-error", id: wrong, role: "alert", hidden: true, data: { testid: "flow-error" } });
  const el = h(group ? "fieldset" : "label", { class: "flow-field", data: { field: node.name } }, label, group ? about : null, control, error, group ? null : about);
  const focusable = () => (control.matches("input, select, textarea") ? control : control.querySelector("input, select, textarea, button"));
  control.setAttribute("aria-describedby", `${help} ${wrong}`);
  return {
    el,
    name: node.name,
    refresh() {
      const text = ctx.value(node.label);
      const required = ctx.value(node.required) === true;
      label.textContent = `${typeof text === "object" ? text?.["start-date"] ?? "" : text ?? ""}${required ? "" : " (optional)"}`;
      const helper = ctx.value(node["helper-text"] ?? node.description);
      about.textContent = typeof helper === "object" ? helper?.["start-date"] ?? "" : helper ?? "";
      about.hidden = !about.textContent;
      const enabled = ctx.value(node.enabled) !== false;
      for (const one of control.matches("input, select, textarea") ? [control] : control.querySelectorAll("input, button")) {
        if (!one.dataset.off) one.disabled = !enabled;
      }
    },
    /** What is wrong, said on the screen as well; null if nothing is. */
    check() {
      const own = ctx.value(node["error-message"]);
      const found = ctx.wrong(node.name) ?? check?.(ctx.form[node.name], ctx.value(node.required) === true) ?? null;
      error.textContent = found === null ? "" : typeof own === "string" && own ? own : found;
      error.hidden = found === null;
      control.setAttribute("aria-invalid", String(found !== null));
      return found === null ? null : { focus: () => focusable()?.focus() };
    },
  };
}

const NEEDED = "This is needed";
const TYPES = { email: "email", password: "password", passcode: "password", phone: "tel" };
const MODES = { number: "decimal", passcode: "numeric" };
const RULES = {
  number: [/^-?\d+(?:[.,]\d+)?$/u, "Enter a number"],
  email: [/^[^\s@]+@[^\s@]+\.[^\s@]+$/u, "Enter a valid e-mail address"],
  passcode: [/^\d+$/u, "Enter digits only"],
  phone: [/^\+?[\d\s().-]{5,}$/u, "Enter a valid phone number"],
};

function matches(pattern, text) {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(text);
  } catch {
    return true;
  }
}

function textual(tag, node, ctx) {
  const kind = node["input-type"] ?? "text";
  const most = Number(ctx.value(node["max-chars"] ?? node["max-length"]) ?? (tag === "textarea" ? 600 : 80));
  const least = Number(ctx.value(node["min-chars"]) ?? 0);
  const input = h(tag, {
    name: node.name, autocomplete: "off", dir: "auto", maxlength: most, ...(tag === "input" ? { type: TYPES[kind] ?? "text", inputmode: MODES[kind] ?? null } : { rows: 3 }),
    value: ctx.form[node.name] ?? "",
    oninput: () => ctx.enter(node.name, input.value),
  });
  ctx.start(node.name, "");
  return field(node, ctx, input, (given, required) => {
    const text = String(given ?? "");
    if (!text.trim()) return required ? NEEDED : null;
    if (text.length < least) return `At least ${least} characters`;
    const [rule, words] = RULES[kind] ?? [];
    if (rule && !rule.test(text)) return words;
    return node.pattern && !matches(node.pattern, text) ? "This doesn't have the right form" : null;
  });
}

const pictured = (item) => (item.image ? h("img", { class: "flow-thumb", src: `data:image/png;base64,${item.image}`, alt: item["alt-text"] ?? "" }) : null);

const words = (item) => h("span", { class: "list-words" }, h("b", {}, item.title), item.description ? h("span", {}, item.description) : null, item.metadata ? h("span", {}, item.metadata) : null);

const itemsOf = (node, ctx) => (Array.isArray(ctx.value(node["data-source"])) ? ctx.value(node["data-source"]) : []);

function chosen(node, ctx, item, on) {
  const action = on ? item["on-select-action"] ?? node["on-select-action"] : item["on-unselect-action"] ?? node["on-unselect-action"];
  if (action) ctx.act(action);
}

/** Several of a list. `make(item, checked, toggle)` draws one. */
function several(node, ctx, make, className) {
  ctx.start(node.name, []);
  const box = h("div", { class: className });
  const toggle = (item, on) => {
    const before = ctx.form[node.name] ?? [];
    ctx.enter(node.name, on ? [...before, item.id] : before.filter((id) => id !== item.id));
    chosen(node, ctx, item, on);
  };
  box.append(...itemsOf(node, ctx).map((item) => make(item, (ctx.form[node.name] ?? []).includes(item.id), (on) => toggle(item, on))));
  const [least, most] = [ctx.value(node["min-selected-items"]), ctx.value(node["max-selected-items"])];
  return field(node, ctx, box, (given, required) => {
    const count = given?.length ?? 0;
    if (required && count === 0) return "Choose at least one";
    if (least !== undefined && (required || count > 0) && count < Number(least)) return `Choose at least ${least}`;
    return most !== undefined && count > Number(most) ? `Choose ${most} at most` : null;
  }, { group: true });
}

const off = (item) => (item.enabled === false ? { disabled: true, data: { off: "1" } } : {});

const checkboxes = (node, ctx) => several(node, ctx, (item, checked, toggle) => {
  const input = h("input", { type: "checkbox", value: item.id, checked, ...off(item), onchange: () => toggle(input.checked) });
  return h("label", { class: "list-row" }, pictured(item), words(item), input);
}, "flow-items");

const chips = (node, ctx) => several(node, ctx, (item, checked, toggle) => {
  const chip = h("button", { type: "button", class: "flow-chip", "aria-pressed": String(checked), ...off(item), onclick: () => {
    const on = chip.getAttribute("aria-pressed") !== "true";
    chip.setAttribute("aria-pressed", String(on));
    toggle(on);
  } }, item.title);
  return chip;
}, "flow-chips");

function radios(node, ctx) {
  ctx.start(node.name, "");
  ids += 1;
  const group = `flow-radio-${ids}`;
  const box = h("div", { class: "flow-items" }, ...itemsOf(node, ctx).map((item) => h("label", { class: "list-row" }, pictured(item), words(item),
    h("input", { type: "radio", name: group, value: item.id, checked: ctx.form[node.name] === item.id, ...off(item), onchange: () => {
      ctx.enter(node.name, item.id);
      chosen(node, ctx, item, true);
    } }))));
  return field(node, ctx, box, (given, required) => (required && !given ? "Choose one" : null), { group: true });
}

function dropdown(node, ctx) {
  ctx.start(node.name, "");
  const items = itemsOf(node, ctx);
  const select = h("select", { name: node.name, onchange: () => {
    ctx.enter(node.name, select.value);
    const item = items.find((one) => one.id === select.value);
    if (item) chosen(node, ctx, item, true);
  } }, h("option", { value: "" }, "Choose"), ...items.map((item) => h("option", { value: item.id, disabled: item.enabled === false }, item.title)));
  select.value = ctx.form[node.name] ?? "";
  return field(node, ctx, select, (given, required) => (required && !given ? "Choose one" : null));
}

/** A day as `YYYY-MM-DD`; Flow JSON before 5.0 writes milliseconds. */
function day(value) {
  if (value === undefined || value === null || value === "") return "";
  return /^\d{9,}$/u.test(String(value)) ? new Date(Number(value)).toISOString().slice(0, 10) : String(value);
}

function unfit(node, ctx, date) {
  const [from, to] = [day(ctx.value(node["min-date"])), day(ctx.value(node["max-date"]))];
  if (from && date < from) return `Not before ${from}`;
  if (to && date > to) return `Not after ${to}`;
  if ((ctx.value(node["unavailable-dates"]) ?? []).map(day).includes(date)) return "This day isn't available";
  const days = ctx.value(node["include-days"]);
  return Array.isArray(days) && !days.includes(DAYS[new Date(`${date}T12:00:00`).getDay()]) ? "This day of the week isn't available" : null;
}

function dateInput(node, ctx, given, label, enter) {
  const input = h("input", { type: "date", "aria-label": label, min: day(ctx.value(node["min-date"])) || null, max: day(ctx.value(node["max-date"])) || null, value: day(given), onchange: () => enter(input.value) });
  return input;
}

function date(node, ctx) {
  ctx.start(node.name, "");
  const old = Number(ctx.version.split(".")[0]) < 5;
  const input = dateInput(node, ctx, ctx.form[node.name], null, (picked) => {
    ctx.enter(node.name, old && picked ? String(Date.parse(picked)) : picked);
    if (picked && node["on-select-action"]) ctx.act(node["on-select-action"]);
  });
  input.name = node.name;
  return field(node, ctx, input, (given, required) => (given ? unfit(node, ctx, day(given)) : required ? NEEDED : null));
}

function calendar(node, ctx) {
  if (ctx.value(node.mode) !== "range") return date(node, ctx);
  ctx.start(node.name, {});
  const enter = (end) => (picked) => {
    ctx.enter(node.name, { ...ctx.form[node.name], [end]: picked });
    const { "start-date": from, "end-date": to } = ctx.form[node.name];
    if (from && to && node["on-select-action"]) ctx.act(node["on-select-action"]);
  };
  const label = ctx.value(node.label);
  const named = (end, otherwise) => (typeof label === "object" ? label?.[end] : null) ?? otherwise;
  const box = h("div", { class: "flow-range" },
    dateInput(node, ctx, ctx.form[node.name]?.["start-date"], named("start-date", "From"), enter("start-date")),
    dateInput(node, ctx, ctx.form[node.name]?.["end-date"], named("end-date", "To"), enter("end-date")));
  return field(node, ctx, box, (given, required) => {
    const { "start-date": from, "end-date": to } = given ?? {};
    if (!from && !to) return required ? NEEDED : null;
    if (!from || !to) return "Choose both days";
    if (to < from) return "The last day comes before the first";
    const length = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
    if (length < Number(ctx.value(node["min-days"]) ?? 0)) return `At least ${ctx.value(node["min-days"])} days`;
    if (length > Number(ctx.value(node["max-days"]) ?? Infinity)) return `${ctx.value(node["max-days"])} days at most`;
    return unfit(node, ctx, from) ?? unfit(node, ctx, to);
  }, { group: true });
}

function optIn(node, ctx) {
  ctx.start(node.name, false);
  const input = h("input", { type: "checkbox", name: node.name, checked: ctx.form[node.name] === true, onchange: () => {
    ctx.enter(node.name, input.checked);
    chosen(node, ctx, {}, input.checked);
  } });
  const label = h("span", {});
  const more = node["on-click-action"] ? h("button", { type: "button", class: "flow-link", onclick: () => ctx.act(node["on-click-action"]) }, "Read more") : null;
  const error = h("p", { class: "flow-error", role: "alert", hidden: true });
  return {
    el: h("div", { class: "flow-optin" }, h("label", {}, input, label), more, error),
    name: node.name,
    refresh() {
      label.textContent = `${ctx.value(node.label) ?? ""}${ctx.value(node.required) === true ? "" : " (optional)"}`;
    },
    check() {
      const missing = ctx.value(node.required) === true && ctx.form[node.name] !== true;
      error.textContent = missing ? "You need to agree to go on" : "";
      error.hidden = !missing;
      return missing ? input : null;
    },
  };
}

/** Files, uploaded at once; what is entered is what a bot gets for them. */
function picker(node, ctx, what, accept) {
  ctx.start(node.name, []);
  const [least, most] = [Number(ctx.value(node[`min-uploaded-${what}s`]) ?? 0), Number(ctx.value(node[`max-uploaded-${what}s`]) ?? 30)];
  const largest = Number(ctx.value(node["max-file-size-kb"]) ?? 25_600) * 1024;
  const list = h("ul", { class: "flow-files" });
  const input = h("input", { type: "file", hidden: true, multiple: most > 1, accept, tabindex: "-1", "aria-label": "Choose files" });
  const button = h("button", { type: "button", class: "flow-pick", onclick: () => input.click() }, icon(what === "photo" ? "image" : "file"), what === "photo" ? "Add a photo" : "Add a document");
  const draw = () => list.replaceChildren(...(ctx.form[node.name] ?? []).map((file) => h("li", {}, h("span", {}, file.file_name),
    iconButton("close", `Remove ${file.file_name}`, () => {
      ctx.enter(node.name, ctx.form[node.name].filter((other) => other !== file));
      draw();
    }))));
  input.addEventListener("change", async () => {
    for (const file of input.files) {
      if (file.size > largest) ctx.say(`${file.name} is larger than ${Math.round(largest / 1024)} KB`);
      else if ((ctx.form[node.name] ?? []).length >= most) ctx.say(`${most} files at most`);
      else {
        try {
          const kept = await upload(file);
          ctx.enter(node.name, [...ctx.form[node.name], { id: kept.id, mime_type: kept.mime, sha256: kept.sha256, file_name: file.name }]);
        } catch (error) {
          ctx.say(error.message);
        }
      }
    }
    input.value = "";
    draw();
  });
  draw();
  const box = h("div", { class: "flow-picker" }, list, button, input);
  return field({ ...node, required: least > 0 }, ctx, box, (given) => ((given?.length ?? 0) < least ? `At least ${least} ${least === 1 ? "file" : "files"}` : null), { group: true });
}

/** How each kind of input is drawn: `(node, ctx)` to `{el, name, refresh, check}`. */
export const FIELDS = {
  TextInput: (node, ctx) => textual("input", node, ctx),
  TextArea: (node, ctx) => textual("textarea", node, ctx),
  CheckboxGroup: checkboxes,
  ChipsSelector: chips,
  RadioButtonsGroup: radios,
  Dropdown: dropdown,
  DatePicker: date,
  CalendarPicker: calendar,
  OptIn: optIn,
  PhotoPicker: (node, ctx) => picker(node, ctx, "photo", "image/*"),
  DocumentPicker: (node, ctx) => picker(node, ctx, "document", (ctx.value(node["allowed-mime-types"]) ?? []).join(",") || null),
};

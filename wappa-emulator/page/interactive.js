// Messages that ask for more than a tap: Flows, products, carousels, orders, addresses, places, calls
// and contact cards; and what a person sends back. Buttons, lists and links are in content.js.
import { h, icon } from "./dom.js";
import { openFlow } from "./flow.js";
import { formatted } from "./format.js";
import { choice, framed, headerOf, outside } from "./parts.js";
import { openSheet } from "./sheet.js";

const tile = (name, title, words) =>
  h("div", { class: "file-card" }, icon(name), h("div", { class: "file-words" }, h("b", {}, title), words ? h("span", {}, words) : null));

/** A product; its picture and price are in a catalog that isn't here. */
const goods = (id) => h("div", { class: "goods" }, h("span", { class: "goods-picture" }, icon("bag")), h("div", { class: "file-words" }, h("b", {}, id), h("span", {}, "Product")));

const productsOf = (action) =>
  action.kind === "product" ? [action.product_retailer_id] : action.kind === "products" ? action.sections.flatMap((section) => section.products) : [];

function carousel(message, action, act) {
  const cards = action.cards.map((card, at) =>
    h("li", { class: "card", data: { testid: "carousel-card" }, "aria-label": `Card ${at + 1} of ${action.cards.length}` },
      headerOf(card.header),
      card.product ? goods(card.product.product_retailer_id) : null,
      card.body ? formatted(card.body) : null,
      ...(card.buttons ?? []).map((button) => choice(button.title, () => act.tap(message, button.id))),
      card.link ? outside(card.link.text, card.link.url) : null));
  return h("ul", { class: "carousel", tabindex: "0", "aria-label": "Cards" }, ...cards);
}

const MIDDLES = {
  carousel: (message, action, act) => [carousel(message, action, act)],
  call_permission: () => [h("div", { class: "file-card" }, icon("phone"), h("div", { class: "file-words" }, h("b", {}, "May we call you?"), h("span", {}, "You can take this back at any time")))],
  product: (message, action) => [goods(action.product_retailer_id)],
  products: (message, action) => action.sections.map((section) => tile("list", section.title || "Products", section.products.join(", "))),
  catalog: (message, action) => [tile("list", "Catalog", action.thumbnail ?? "")],
  order_details: (message, action) => [tile("file", `Order ${action.reference_id}`, "Review and pay")],
  order_status: (message, action) => [tile("file", `Order ${action.reference_id}`, [action.status, action.description].filter(Boolean).join(": "))],
};

/** What is inside the bubble of an interactive message. */
export function interactiveOf(message, act) {
  const { content } = message;
  return framed(content, ...(MIDDLES[content.action.kind]?.(message, content.action, act) ?? []));
}

const control = (sign, label, kind, onclick, over = null) =>
  h("button", { type: "button", class: "choice", "aria-haspopup": "dialog", disabled: Boolean(over), title: over, data: { testid: `open-${kind}` }, onclick }, icon(sign), label);

/** The button of an invitation to fill in a Flow. */
export const flowChoice = (message, invite, act) =>
  control("list", invite.cta, "flow", () => openFlow(act, message, () => flowSheet(act, message, invite)), invite.over);

const PERMISSIONS = [["temporary", "Allow calls for a week"], ["permanent", "Always allow calls"], ["rejected", "Don't allow calls"]];

/** The controls under an interactive message. */
export function askedOf(message, act) {
  const { action } = message.content;
  switch (action.kind) {
    case "flow":
      return [flowChoice(message, action, act)];
    case "product":
    case "products":
    case "catalog":
      return [control("list", action.kind === "product" ? "View product" : action.kind === "products" ? "View items" : "View catalog", "order", () => orderSheet(act, action))];
    case "address":
      return [control("pin", "Provide address", "address", () => addressSheet(act, message, action))];
    case "location_request":
      return [control("pin", "Send location", "location", () => act.location((place) => {
        const { type, ...location } = place;
        return act.send({ type: "answer_location", message: message.id, location });
      }))];
    case "contact_request":
      return [choice("Share my contact", () => act.shareContact(message))];
    case "voice_call":
      return [control("phone", action.display_text ?? "Call now", "call", () => act.call())];
    case "call_permission":
      return PERMISSIONS.map(([response, label]) => choice(label, () => act.send({ type: "answer_call_request", message: message.id, response })));
    default:
      return [];
  }
}

function formSheet(act, title, testid, fill, read) {
  openSheet(act.screen, title, (close) => {
    const form = h("form", { class: "sheet-form", data: { testid }, onsubmit: async (event) => {
      event.preventDefault();
      const said = read(form);
      if (said && (await act.send(said))) close();
    } },
    h("div", { class: "sheet-body fields" }, ...fill()),
    h("div", { class: "sheet-foot" }, h("button", { type: "submit", class: "primary", data: { testid: `${testid}-send` } }, "Send")));
    return form;
  });
}

/** A value as the bot expects it: what reads as JSON but is no word is sent as such. */
function value(text) {
  if (!/^(?:true|false|null|-?\d+(?:\.\d+)?|[[{].*)$/su.test(text.trim())) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function flowSheet(act, message, flow) {
  const answer = (name, text) => h("div", { class: "pair" },
    h("input", { name: "name", "aria-label": "Field", placeholder: "field", value: name, autocomplete: "off", data: { testid: "flow-name" } }),
    h("input", { name: "value", "aria-label": `Answer${name ? ` for ${name}` : ""}`, placeholder: "answer", value: text, autocomplete: "off", data: { testid: "flow-value" } }));
  const known = Object.entries(flow.data ?? {}).map(([name, given]) => answer(name, typeof given === "string" ? given : JSON.stringify(given)));
  const pairs = h("div", { class: "pairs" }, ...(known.length ? known : [answer("", "")]));
  const more = h("button", { type: "button", class: "choice", onclick: () => {
    const pair = answer("", "");
    pairs.append(pair);
    pair.firstChild.focus();
  } }, icon("plus"), "Another field");
  formSheet(act, flow.cta, "flow-form", () => [
    h("p", { class: "muted" }, `Flow ${flow.flow}${flow.screen ? `, screen ${flow.screen}` : ""}. What you fill in here is what its last screen sends.`),
    pairs, more,
  ], (form) => {
    const fields = [...form.querySelectorAll(".pair")].map((pair) => [...pair.querySelectorAll("input")].map((input) => input.value));
    return { type: "submit_flow", message: message.id, response: Object.fromEntries(fields.filter(([name]) => name.trim()).map(([name, text]) => [name.trim(), value(text)])) };
  });
}

const ADDRESS = [["name", "Name"], ["phone_number", "Phone"], ["address", "Street and number"], ["city", "City"], ["state", "State"], ["in_pin_code", "Postal code"]];

const addressSheet = (act, message, { values }) =>
  formSheet(act, "Provide address", "address-form",
    () => ADDRESS.map(([name, label]) => h("label", {}, label, h("input", { name, value: values?.[name] ?? "", autocomplete: "off" }))),
    (form) => ({ type: "submit_address", message: message.id, values: Object.fromEntries([...new FormData(form)].filter(([, text]) => text)) }));

function orderSheet(act, action) {
  const known = productsOf(action);
  const line = (product) => h("fieldset", { class: "pair order-line" }, h("legend", {}, product || "A product of the catalog"),
    product ? h("input", { type: "hidden", name: "product", value: product }) : h("label", {}, "Its id", h("input", { name: "product", required: true })),
    h("label", {}, "How many", h("input", { name: "quantity", type: "number", min: 0, max: 999, value: known.length > 1 ? "0" : "1" })),
    h("label", {}, "Price of one", h("input", { name: "price", type: "number", min: 0, step: "any", value: "10" })));
  formSheet(act, "Order", "order-form", () => (known.length ? known : [""]).map(line), (form) => {
    const items = [...form.querySelectorAll(".order-line")].map((el) => ({
      product_retailer_id: el.querySelector("[name=product]").value.trim(),
      quantity: Number(el.querySelector("[name=quantity]").value),
      item_price: Number(el.querySelector("[name=price]").value),
      currency: "USD",
    })).filter((item) => item.quantity > 0 && item.product_retailer_id);
    return items.length ? { type: "order", catalog_id: action.catalog_id ?? "catalog", product_items: items } : null;
  });
}

const money = (item) => `${item.quantity} × ${item.product_retailer_id}, ${item.item_price} ${item.currency}`;

/** What a person sent back, as it stands in the bubble. */
export const SENT = {
  order: (content) => [h("b", {}, "Order"), ...content.product_items.map((item) => h("p", {}, money(item))), content.text ? formatted(content.text) : null],
  form: (content) => [
    h("b", {}, content.name === "flow" ? "Form sent" : "Address sent"),
    h("dl", { class: "answers" }, ...Object.entries(content.response?.values ?? content.response ?? {})
      .filter(([name]) => name !== "flow_token")
      .flatMap(([name, given]) => [h("dt", {}, name), h("dd", {}, typeof given === "string" ? given : JSON.stringify(given))])),
  ],
  call_permission: (content) => [h("p", {}, PERMISSIONS.find(([response]) => response === content.response)?.[1] ?? content.response)],
  welcome: () => [h("p", { class: "muted" }, "Opened the chat for the first time")],
};

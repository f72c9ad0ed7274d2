// The list of people: who there is, their last message, how many they haven't read, adding a person,
// and which business number they talk to. Which phones are shown is decided in app.js.
import { addGroup, addPerson } from "./api.js";
import { avatar, h, icon, iconButton, toast } from "./dom.js";
import { clock, gist } from "./format.js";
import { chatOf, state, unread } from "./state.js";

export function peoplePane(root, { choose, beside, number, chooseNumber, shownKeys }) {
  const list = h("ul", { class: "people-list" });
  const pick = h("select", { "aria-label": "Business number", onchange: () => chooseNumber(pick.value) });
  const pickBox = h("label", { class: "number-pick", hidden: true }, h("span", {}, "Talking to"), pick);
  const name = h("input", { name: "name", placeholder: "Name of a new person", "aria-label": "Name of a new person", autocomplete: "off", required: true, maxlength: "60", data: { testid: "person-name" } });
  const form = h("form", { class: "add-person", onsubmit: async (event) => {
    event.preventDefault();
    const wanted = name.value.trim();
    if (!wanted) return;
    name.value = "";
    try {
      choose((await addPerson(wanted)).id);
    } catch (error) {
      toast(error.message);
    }
  } }, name, h("button", { type: "submit", class: "icon-button add", "aria-label": "Add person", title: "Add person", data: { testid: "person-add" } }, icon("plus")));
  const groups = h("ul", { class: "people-list group-list", data: { testid: "groups" } });
  const newGroup = iconButton("plus", "New group", async () => {
    try {
      choose((await addGroup(number(), `Group ${state.groups.length + 1}`)).id);
    } catch (error) {
      toast(error.message);
    }
  }, { data: { testid: "group-add" } });
  root.append(h("h2", { class: "pane-title" }, "People"), pickBox, h("div", { class: "people-scroll" }, list,
    h("div", { class: "group-head" }, h("h2", { class: "pane-title" }, "Groups"), newGroup), groups), form);

  function groupEntry(group) {
    const chat = chatOf(number(), group.id);
    const last = chat.messages.at(-1);
    const current = shownKeys().includes(`${number()}|${group.id}`);
    return h("li", { class: current ? "current" : "" },
      h("button", { type: "button", class: "person", "aria-current": current ? "true" : null, data: { testid: "group", person: group.id }, onclick: () => choose(group.id) },
        h("span", { class: "avatar tone-5", "aria-hidden": "true" }, icon("group")),
        h("span", { class: "person-words" },
          h("span", { class: "person-top" }, h("b", {}, group.subject), last ? h("time", {}, clock(last.at)) : null),
          h("span", { class: "person-last" }, h("span", { class: "preview" }, last ? gist(last) : group.members.length ? `${group.members.length} members` : "nobody in it yet")))));
  }

  function entry(person) {
    const chat = chatOf(number(), person.id);
    const last = chat.messages.at(-1);
    const count = unread(chat);
    const current = shownKeys().includes(`${number()}|${person.id}`);
    return h("li", { class: current ? "current" : "" },
      h("button", { type: "button", class: "person", "aria-current": current ? "true" : null, data: { testid: "person", person: person.id }, onclick: () => choose(person.id) },
        avatar(person.name),
        h("span", { class: "person-words" },
          h("span", { class: "person-top" }, h("b", {}, person.name), last ? h("time", {}, clock(last.at)) : null),
          h("span", { class: "person-last" }, h("span", { class: "preview" }, last ? gist(last) : person.wa_id ? `+${person.wa_id}` : person.username ?? "no messages yet"),
            count ? h("span", { class: "badge", "aria-label": `${count} unread` }, String(count)) : null))),
      iconButton("beside", `Show ${person.name} beside`, () => beside(person.id), { class: "icon-button beside" }));
  }

  return function draw() {
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset.person : null;
    pickBox.hidden = state.numbers.length < 2;
    pick.replaceChildren(...state.numbers.map((entry) => h("option", { value: entry.id, selected: entry.id === number() }, `${entry.name} · ${entry.display}`)));
    list.replaceChildren(...state.people.map(entry));
    groups.replaceChildren(...state.groups.filter((group) => group.number === number()).map(groupEntry));
    if (focused) root.querySelector(`[data-person="${CSS.escape(focused)}"]`)?.focus();
  };
}

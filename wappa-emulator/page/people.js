// The list of people: who there is, their last message, how many they haven't read, adding a person,
// and which business number they talk to. Which phones are shown is decided in app.js.
import { addGroup, addPerson } from "./api.js";
import { avatar, changing, h, icon, iconButton, place, toast } from "./dom.js";
import { clock, gist } from "./format.js";
import { chatOf, meet, state, unread } from "./state.js";

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
      choose(meet("person", await addPerson(wanted)));
    } catch (error) {
      toast(error.message);
    }
  } }, name, h("button", { type: "submit", class: "icon-button add", "aria-label": "Add person", title: "Add person", data: { testid: "person-add" } }, icon("plus")));
  const groups = h("ul", { class: "people-list group-list", data: { testid: "groups" } });
  const newGroup = iconButton("plus", "New group", async () => {
    try {
      choose(meet("groups", await addGroup(number(), `Group ${state.groups.length + 1}`)));
    } catch (error) {
      toast(error.message);
    }
  }, { data: { testid: "group-add" } });
  root.append(h("h2", { class: "pane-title" }, "People"), pickBox, h("div", { class: "people-scroll" }, list,
    h("div", { class: "group-head" }, h("h2", { class: "pane-title" }, "Groups"), newGroup), groups), form);

  const rows = new Map();
  const numbersDiffer = changing();

  /** The line of a person or a group, made once: what is written in it changes, it itself stays to be tapped. */
  function line(id, testid, face, name) {
    const key = `${testid} ${id} ${name}`;
    if (rows.has(key)) return rows.get(key);
    const [title, time, preview] = [h("b"), h("time"), h("span", { class: "preview" })];
    const [count, unreadWords] = [h("span"), h("span", { class: "hidden" }, " unread")];
    const badge = h("span", { class: "badge" }, count, unreadWords);
    const open = h("button", { type: "button", class: "person", data: { testid, person: id }, onclick: () => choose(id) },
      face,
      h("span", { class: "person-words" },
        h("span", { class: "person-top" }, title, time),
        h("span", { class: "person-last" }, preview, badge)));
    const li = h("li", {}, open, ...(testid === "person" ? [iconButton("beside", `Show ${name} beside`, () => beside(id), { class: "icon-button beside" })] : []));
    const made = {
      li,
      show(words, last, otherwise, waiting) {
        const current = shownKeys().includes(`${number()}|${id}`);
        li.classList.toggle("current", current);
        if (current) open.setAttribute("aria-current", "true");
        else open.removeAttribute("aria-current");
        title.textContent = words;
        time.textContent = last ? clock(last.at) : "";
        preview.textContent = last ? gist(last) : otherwise;
        badge.hidden = !waiting;
        count.textContent = String(waiting);
        return li;
      },
    };
    rows.set(key, made);
    return made;
  }

  function groupEntry(group) {
    const last = chatOf(number(), group.id).messages.at(-1);
    const face = h("span", { class: "avatar tone-5", "aria-hidden": "true" }, icon("group"));
    return line(group.id, "group", face, group.subject).show(group.subject, last, group.members.length ? `${group.members.length} members` : "nobody in it yet", 0);
  }

  function entry(person) {
    const chat = chatOf(number(), person.id);
    const otherwise = person.wa_id ? `+${person.wa_id}` : person.username ?? "no messages yet";
    return line(person.id, "person", avatar(person.name), person.name).show(person.name, chat.messages.at(-1), otherwise, unread(chat));
  }

  return function draw() {
    pickBox.hidden = state.numbers.length < 2;
    const numbers = state.numbers.map((entry) => [entry.id, `${entry.name} · ${entry.display}`]);
    if (numbersDiffer([numbers, number()])) pick.replaceChildren(...numbers.map(([id, words]) => h("option", { value: id, selected: id === number() }, words)));
    place(list, state.people.map(entry));
    place(groups, state.groups.filter((group) => group.number === number()).map(groupEntry));
  };
}

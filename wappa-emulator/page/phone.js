// One phone: the chat of one person with one number. Header with "typing…", the log of messages kept
// in step with state.js, the composer, and the rule for when a chat counts as looked at.
import * as api from "./api.js";
import { avatar, changing, copyText, h, iconButton, place, toast } from "./dom.js";
import { bubbleRow } from "./bubbles.js";
import { composer } from "./composer.js";
import { dayKey, dayName, formatted, gist, windowWords } from "./format.js";
import { emojiSheet, listSheet, locationSheet, openMenu } from "./sheet.js";
import { chatOf, groupById, now, numberById, personById, state, unread } from "./state.js";

const NEAR_END = 80;
// A bot sends several messages in one go; they are looked at together.
const LOOK_AFTER = 60;

export function phone(numberId, personId, { back }) {
  const rows = new Map();
  const days = new Map();
  let typingTimer = 0;
  let looking = 0;
  let shown = false;
  const chat = () => chatOf(numberId, personId);
  const botName = () => numberById(numberId)?.name ?? "Business";
  const group = () => groupById(personId);
  const personName = () => personById(personId)?.name ?? group()?.subject ?? "Person";
  let speaker = null;

  async function attempt(work) {
    try {
      await work();
      return true;
    } catch (error) {
      toast(error.message);
      return false;
    }
  }
  const send = (message) => attempt(() => {
    if (!group()) return api.sendMessage(numberId, personId, message);
    if (message.type !== "text") throw new Error("Only texts can be said in a group here");
    return api.sayInGroup(personId, speaker, message.body);
  });
  const find = (id) => chat().messages.find((message) => message.id === id);
  const tap = (message, id) => send({ type: "tap", message: message.id, id });
  const react = (message, emoji) => attempt(() => api.react(numberId, personId, message.id, emoji));

  const act = {
    tap,
    send,
    number: numberId,
    person: personId,
    get screen() {
      return screen;
    },
    location: (sendPlace) => locationSheet(screen, sendPlace),
    shareContact: (message) => send({ type: "contacts", contacts: [{ name: personName(), phone: personById(personId)?.wa_id ?? "+1 555 010 0199" }], context: message.id }),
    played: (message) => attempt(() => api.deed(numberId, personId, { do: "play", message: message.id })),
    call: () => attempt(() => api.deed(numberId, personId, { do: "call" })),
    openList: (message) => listSheet(screen, message.content, (id) => tap(message, id)),
    reply: (message) => write.reply(message),
    show(id) {
      const row = rows.get(id)?.row;
      if (!row) return;
      row.scrollIntoView({ block: "center" });
      row.classList.remove("found");
      requestAnimationFrame(() => row.classList.add("found"));
      focusRow(row);
    },
    menu: (message, anchor) => openMenu(screen, anchor, [
      ["reply", "Reply", () => write.reply(message)],
      ...(message.type === "text" || message.content?.media ? [["forth", "Forward", () => forward(message)]] : []),
      ["copy", "Copy text", () => copyText(message.content?.body ?? message.content?.caption ?? gist(message))],
      ["link", "Copy id", () => copyText(message.id)],
      ...(message.from === "person" ? ownActs(message) : []),
    ], {
      current: message.reactions?.person ?? "",
      act: (emoji) => react(message, emoji),
      more: () => emojiSheet(screen, "React", (emoji) => react(message, emoji)),
    }),
  };

  const textOf = (message) => (message.type === "text" ? message.content.body : message.content?.caption ?? message.content?.title ?? "");

  const forward = ({ type, content }) => send({ type, ...(type === "text" ? { body: content.body } : { media: content.media, ...(content.caption && { caption: content.caption }), ...(content.filename && { filename: content.filename }) }), forwarded: "once" });

  /** What a person can do with a message of their own. */
  function ownActs(message) {
    const editable = message.type === "text" && message.mark !== "revoked";
    return [
      ["again", "Say again from here", () => attempt(async () => {
        const { rewound } = await api.rewind(numberId, personId, message.id);
        write.put(textOf(message));
        toast(rewound === "with_the_bot" ? "Back to before this message; the bot has forgotten what came after it" : "Back to before this message; the bot still remembers what came after it");
      })],
      ...(editable ? [["edit", "Edit", () => write.edit(message)]] : []),
      ...(message.mark === "revoked" ? [] : [["trash", "Delete for everyone", () => attempt(() => api.deed(numberId, personId, { do: "delete", message: message.id }))]]),
    ];
  }

  const title = h("b", { class: "chat-title" });
  const subtitle = h("span", { class: "chat-sub" });
  const face = h("span", { class: "face" });
  const groupActs = () => state.people.map((person) => (group().members.includes(person.id)
    ? ["trash", `${person.name} leaves`, () => attempt(() => api.membership(personId, person.id, "leave"))]
    : ["plus", `${person.name} joins`, () => attempt(() => api.membership(personId, person.id, "join"))]));
  const more = iconButton("chevron", "Chat options", () => openMenu(screen, more, group() ? groupActs() : [
    ["phone", "Call", () => attempt(async () => {
      await api.deed(numberId, personId, { do: "call" });
      toast(`Calling ${botName()}: the bot hears of it`);
    })],
    ...(personById(personId)?.attitude?.blocks?.includes(numberId)
      ? [["chat", "Unblock", () => attempt(() => api.deed(numberId, personId, { do: "unblock" }))]]
      : [["close", "Block", () => attempt(() => api.deed(numberId, personId, { do: "block" }))]]),
    ["alert", "Stop marketing", () => attempt(() => api.deed(numberId, personId, { do: "stop_marketing" }))],
    ["trash", "Clear chat", () => attempt(() => api.clearChat(numberId, personId))],
    ["list", "Copy as a transcript", () => attempt(async () => copyText(await api.transcript(numberId, personId, "talk")))],
    ["file", "Copy as a test", () => attempt(async () => copyText(await api.transcript(numberId, personId, "test")))],
    ["clock", "Close the window", () => attempt(() => api.closeWindow(numberId, personId))],
    ["copy", "Copy this person's id", () => copyText(personById(personId)?.wa_id ?? personById(personId)?.user_id ?? "")],
  ]), { "aria-haspopup": "menu" });
  const header = h("header", { class: "chat-head" },
    iconButton("back", "Back to people", back, { class: "icon-button back-button" }), face,
    h("div", { class: "chat-names" }, title, subtitle), more);

  const typing = h("div", { class: "row theirs first typing-row", hidden: true, data: { testid: "typing" }, role: "status" },
    h("div", { class: "bubble typing" }, h("span", { class: "hidden" }, "typing…"), h("i"), h("i"), h("i")));
  const log = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", "aria-label": "Messages" });
  const empty = h("div", { class: "chat-empty" });
  const end = h("button", { type: "button", class: "to-end", "aria-label": "Go to the newest message", hidden: true, onclick: () => toEnd() }, "↓");
  const scroller = h("div", { class: "scroller" }, empty, log, typing);
  const screen = h("div", { class: "screen" });
  const change = (message, body) => attempt(() => api.deed(numberId, personId, { do: "edit", message: message.id, body }));
  const write = composer({ screen, send, change, botName, label: `Message from ${personName()}` });
  screen.append(header, h("div", { class: "wall" }, scroller, end), write.form);
  const caption = h("p", { class: "phone-caption" });
  const el = h("article", { class: "phone", "aria-label": `Phone of ${personName()}`, data: { person: personId, number: numberId } },
    caption, h("div", { class: "frame" }, screen));

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  let stuck = true;
  scroller.addEventListener("scroll", () => {
    stuck = atEnd();
    end.hidden = stuck;
  });
  // Pictures and a rotated screen change heights after the message was placed.
  const keepEnd = new ResizeObserver(() => stuck && toEnd());
  keepEnd.observe(log);
  keepEnd.observe(scroller);

  function focusRow(row) {
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }
  log.addEventListener("keydown", (event) => {
    const all = [...log.querySelectorAll(".row")];
    const current = document.activeElement.closest?.(".row");
    const at = all.indexOf(current);
    if (event.key === "ArrowUp") focusRow(at < 0 ? all.at(-1) : all[Math.max(0, at - 1)]);
    else if (event.key === "ArrowDown") focusRow(all[Math.min(all.length - 1, at + 1)]);
    else if (event.key === "Home") focusRow(all[0]);
    else if (event.key === "End") focusRow(all.at(-1));
    else if (current && document.activeElement === current && ["Enter", "ContextMenu"].includes(event.key)) act.menu(find(current.dataset.id), current.querySelector(".bubble"));
    else if (current && document.activeElement === current && event.key.toLowerCase() === "r" && !event.ctrlKey && !event.metaKey) write.reply(find(current.dataset.id));
    else if (event.key === "Escape" && current) write.focus();
    else return;
    event.preventDefault();
  });

  function drawMessages() {
    const { messages } = chat();
    const present = new Set(messages.map((message) => message.id));
    for (const id of [...rows.keys()]) if (!present.has(id)) rows.delete(id);
    const nodes = [];
    let before = null;
    for (const message of messages) {
      const day = dayKey(message.at);
      const fresh = !before || dayKey(before.at) !== day;
      if (fresh) {
        if (!days.has(day)) days.set(day, h("div", { class: "day", role: "separator" }, h("span")));
        days.get(day).firstChild.textContent = dayName(message.at, now());
        nodes.push(days.get(day));
      }
      if (!rows.has(message.id)) rows.set(message.id, bubbleRow({ find, act, botName }));
      const { row, update } = rows.get(message.id);
      update(message, fresh || before.from !== message.from || before.by !== message.by, message.by ? { name: personById(message.by)?.name ?? message.by, own: message.by === speaker } : null);
      nodes.push(row);
      before = message;
    }
    place(log, nodes);
    empty.hidden = messages.length > 0;
    empty.replaceChildren(h("div", { class: "hint" }, avatar(botName()), h("b", {}, `Say hello to ${botName()}`),
      formatted("Write below, or drop a picture here. Only the bot on this computer can read it.")));
  }

  function drawHead() {
    const until = chat().typing_until ?? 0;
    const busy = until > now();
    const members = group()?.members.map((id) => personById(id)?.name ?? id);
    title.textContent = group()?.subject ?? botName();
    subtitle.textContent = busy ? "typing…" : members ? [...members, botName()].join(", ") : numberById(numberId)?.display ?? "";
    subtitle.classList.toggle("busy", busy);
    if (face.dataset.name !== title.textContent) {
      face.dataset.name = title.textContent;
      face.replaceChildren(avatar(title.textContent));
    }
    if (members) drawSpeakers();
    typing.hidden = !busy;
    clearTimeout(typingTimer);
    if (busy) typingTimer = setTimeout(draw, until - now() + 20);
    const closed = chat().window_until !== null && chat().window_until <= now();
    caption.replaceChildren(h("b", {}, personName()), h("span", { class: closed ? "window closed" : "window" }, windowWords(chat().window_until, now())));
  }

  const speakers = h("select", { "aria-label": "Who speaks", onchange: () => {
    speaker = speakers.value;
    drawMessages();
  } });
  const speakerLine = h("label", { class: "speakers", hidden: true }, h("span", {}, "Speaking as"), speakers);
  write.form.prepend(speakerLine);
  const differ = changing();
  function drawSpeakers() {
    const { members } = group();
    if (!members.includes(speaker)) speaker = members[0] ?? null;
    speakerLine.hidden = false;
    if (!differ([members.map((id) => personById(id)?.name ?? id), speaker])) return;
    speakers.replaceChildren(...(members.length ? members.map((id) => h("option", { value: id, selected: id === speaker }, personById(id)?.name ?? id)) : [h("option", {}, "nobody: let someone join, by the menu above")]));
  }

  function draw() {
    const follow = stuck || chat().messages.at(-1)?.from === "person" && !rows.has(chat().messages.at(-1).id);
    drawMessages();
    drawHead();
    if (follow) toEnd();
  }

  const visible = () => !group() && shown && el.checkVisibility() && document.visibilityState === "visible" && document.hasFocus();

  /** Tells the emulator that the person sees the chat, if they do and something is unread. */
  function look() {
    if (looking || !visible() || unread(chat()) === 0) return;
    looking = setTimeout(() => {
      looking = 0;
      if (visible()) api.openChat(numberId, personId).catch((error) => toast(error.message));
    }, LOOK_AFTER);
  }

  return {
    el, draw, look, drawHead,
    focus: write.focus,
    set shown(value) {
      shown = value;
    },
  };
}

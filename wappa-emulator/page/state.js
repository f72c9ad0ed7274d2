// What the page knows: numbers, people, chats, the wire, and how each event of the stream changes
// them. Messages are replaced, never changed in place, so views can compare by identity.

const WIRE_KEPT = 500;

export const state = { seq: 0, skew: 0, numbers: [], people: [], groups: [], chats: new Map(), wire: [] };

const listeners = new Set();

/** Calls `listener(change)` after every change; a change is an event or `{type: "reset"}`. */
export const subscribe = (listener) => listeners.add(listener);

const emit = (change) => listeners.forEach((listener) => listener(change));

/** The emulator's clock, in milliseconds; it need not agree with the browser's. */
export const now = () => Date.now() + state.skew;

export const chatKey = (number, person) => `${number}|${person}`;

/** The chat of a person with a number; an empty one when they never spoke. */
export function chatOf(number, person) {
  const key = chatKey(number, person);
  if (!state.chats.has(key)) {
    state.chats.set(key, { number, person, messages: [], typing_until: 0, window_until: null });
  }
  return state.chats.get(key);
}

export const personById = (id) => state.people.find((person) => person.id === id);
export const groupById = (id) => state.groups.find((group) => group.id === id);
export const numberById = (id) => state.numbers.find((number) => number.id === id);

/** Messages of the business that this person hasn't looked at. */
export const unread = (chat) =>
  chat.messages.filter((m) => m.from === "business" && (m.status === "sent" || m.status === "delivered")).length;

export function load(snapshot) {
  state.seq = snapshot.seq;
  state.skew = snapshot.now - Date.now();
  state.numbers = snapshot.numbers;
  state.people = snapshot.people;
  state.groups = snapshot.groups ?? [];
  state.wire = snapshot.wire;
  state.chats = new Map(snapshot.chats.map((chat) => [chatKey(chat.number, chat.person), chat]));
  emit({ type: "reset" });
}

const put = (list, item, same) => {
  const at = list.findIndex(same);
  if (at < 0) list.push(item);
  else list[at] = item;
};

/** Takes in a person or a group that was just made here: the stream may tell of it later. */
export function meet(type, one) {
  put(type === "person" ? state.people : state.groups, one, (known) => known.id === one.id);
  emit({ type });
  return one.id;
}

function change(chat, id, fields) {
  const at = chat.messages.findIndex((message) => message.id === id);
  if (at >= 0) chat.messages[at] = { ...chat.messages[at], ...fields };
}

export function apply(event) {
  if (event.seq <= state.seq) return;
  state.seq = event.seq;
  const chat = event.number && event.person && typeof event.person === "string" ? chatOf(event.number, event.person) : null;
  switch (event.type) {
    case "person":
      put(state.people, event.person, (person) => person.id === event.person.id);
      break;
    case "number":
      put(state.numbers, event.number, (number) => number.id === event.number.id);
      break;
    case "message":
      put(chat.messages, event.message, (message) => message.id === event.message.id);
      if (event.message.from === "business") chat.typing_until = 0;
      break;
    case "status":
      change(chat, event.id, { status: event.status, error: event.error ?? null });
      break;
    case "read_by_business":
      change(chat, event.id, { status: "read" });
      break;
    case "typing":
      chat.typing_until = event.until;
      break;
    case "window":
      chat.window_until = event.until;
      break;
    case "groups":
      state.groups = event.groups;
      break;
    case "mind":
      break;
    case "wire":
      put(state.wire, event.wire, (wire) => wire.seq === event.wire.seq);
      if (state.wire.length > WIRE_KEPT) state.wire.splice(0, state.wire.length - WIRE_KEPT);
      break;
    default:
      return;
  }
  emit(event);
}

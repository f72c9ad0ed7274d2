// The emulator's HTTP interface as functions: acts of a person, uploads, and the live stream with
// reconnecting. What an answer means for the page is decided in state.js.

async function answer(response) {
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Error(body?.error ?? `The emulator answered ${response.status}`);
  return body;
}

const post = async (path, body) =>
  answer(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));

async function text(path) {
  const response = await fetch(path, { cache: "no-store" });
  if (!response.ok) throw new Error(`The emulator answered ${response.status}`);
  return response.text();
}

const chatPath = (number, person, act) => `/api/chats/${encodeURIComponent(number)}/${encodeURIComponent(person)}/${act}`;

export const addPerson = (name) => post("/api/people", { name });
export const sendMessage = (number, person, message) => post(chatPath(number, person, "messages"), message);
export const react = (number, person, message, emoji) => post(chatPath(number, person, "reactions"), { message, emoji });
export const openChat = (number, person) => post(chatPath(number, person, "open"), {});
export const flow = async (number, person, message) => answer(await fetch(chatPath(number, person, `flows/${encodeURIComponent(message)}`), { cache: "no-store" }));
export const askFlow = (number, person, message, question) => post(chatPath(number, person, `flows/${encodeURIComponent(message)}`), question);
export const qrAddress = async () => (await answer(await fetch("/api/qr", { cache: "no-store" }))).url;
export const addGroup = (number, subject) => post("/api/groups", { number, subject });
export const sayInGroup = (group, person, text) => post(`/api/groups/${encodeURIComponent(group)}/messages`, { person, body: text });
export const membership = (group, person, act) => post(`/api/groups/${encodeURIComponent(group)}/members`, { person, act });
export const memories = async (number, person) => answer(await fetch(chatPath(number, person, "mind"), { cache: "no-store" }));
export const rewind = (number, person, message) => post(chatPath(number, person, "rewind"), { message });
export const deed = (number, person, act) => post(chatPath(number, person, "deeds"), act);
export const clearChat = (number, person) => post(chatPath(number, person, "clear"), {});
export const transcript = (number, person, form) => text(chatPath(number, person, `transcript?form=${form}`));
export const advance = (seconds) => post("/api/time", { seconds });
export const faults = async () => answer(await fetch("/api/faults", { cache: "no-store" }));
export const addFault = (fault) => post("/api/faults", fault);
export const liftFault = async (id) => answer(await fetch(`/api/faults/${encodeURIComponent(id)}`, { method: "DELETE" }));
export const liftFaults = async () => answer(await fetch("/api/faults", { method: "DELETE" }));
export const closeWindow = (number, person) => post(chatPath(number, person, "close-window"), {});
export const expireToken = (number) => post(`/api/numbers/${encodeURIComponent(number)}/expire-token`, {});
export const mediaUrl = (id) => `/api/media/${encodeURIComponent(id)}`;

/** Uploads a file; answers `{id, mime, size}`. */
export async function upload(file) {
  const response = await fetch(`/api/media?filename=${encodeURIComponent(file.name || "file")}`, {
    method: "POST",
    headers: { "Content-Type": file.type || "application/octet-stream" },
    body: file,
  });
  return answer(response);
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;

/**
 * Fetches the state and follows the stream. A lost stream is replaced by a fresh state rather than
 * resumed: the emulator may have been restarted meanwhile, and on loopback a state costs nothing.
 */
export function follow({ onState, onEvent, onLink }) {
  let wait = FIRST_WAIT;
  let stream = null;

  const again = () => {
    stream?.close();
    stream = null;
    onLink("lost");
    setTimeout(start, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };

  async function start() {
    let snapshot;
    try {
      snapshot = await answer(await fetch("/api/state", { cache: "no-store" }));
    } catch {
      again();
      return;
    }
    onState(snapshot);
    const source = new EventSource(`/api/events?after=${snapshot.seq}`);
    stream = source;
    source.onopen = () => {
      wait = FIRST_WAIT;
      onLink("live");
    };
    source.onmessage = ({ data }) => {
      if (source !== stream) return;
      const event = JSON.parse(data);
      if (event.type === "reset") {
        source.close();
        stream = null;
        start();
      } else {
        onEvent(event);
      }
    };
    source.onerror = () => {
      if (source === stream) again();
    };
  }

  onLink("connecting");
  start();
}

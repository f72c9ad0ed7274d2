// The line where a person writes: text, attachments waiting to be sent with a caption, the message
// being answered, files by picker, paste or drop. Sending itself is the phone's `send`.
import { mediaUrl, upload } from "./api.js";
import { h, icon, iconButton, toast } from "./dom.js";
import { gist } from "./format.js";
import { minutes } from "./player.js";
import { canRecord, listen, sample } from "./voice.js";
import { contactSheet, emojiSheet, locationSheet, openMenu } from "./sheet.js";

const TALLEST = 132;

function kindOf(file, wanted) {
  if (wanted) return wanted;
  const [family] = (file.type || "").split("/");
  return ["image", "video", "audio"].includes(family) ? family : "document";
}

/** `send(message)` posts and answers whether it went; `screen` is where sheets open. */
export function composer({ screen, send, change, botName, label }) {
  let answering = null;
  let editing = null;
  let waiting = [];
  let asked = null;
  const input = h("textarea", { rows: "1", placeholder: "Message", "aria-label": label, dir: "auto", enterkeyhint: "send", data: { testid: "composer" } });
  const button = h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send", data: { testid: "send" } }, icon("send"));
  const quoted = h("div", { class: "tray quote-tray", hidden: true });
  const files = h("div", { class: "tray file-tray", hidden: true });
  const picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-label": "Choose files" });

  const grow = () => {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, TALLEST)}px`;
  };
  const ready = () => form.classList.toggle("ready", input.value.trim() !== "" || waiting.length > 0);
  const set = (text) => {
    input.value = text;
    grow();
    ready();
  };

  function reply(message) {
    answering = message;
    quoted.hidden = !message;
    if (message) {
      quoted.replaceChildren(
        h("div", { class: `quote by-${message.from}` }, h("b", {}, message.from === "person" ? "You" : botName()), h("span", {}, gist(message))),
        iconButton("close", "Don't reply to this message", () => reply(null)));
      input.focus();
    } else {
      quoted.replaceChildren();
    }
  }

  /** Puts a message's words in the line; sending changes the message. */
  function edit(message) {
    editing = message;
    quoted.hidden = !message;
    if (message) {
      quoted.replaceChildren(h("div", { class: "quote by-person" }, h("b", {}, "Edit message"), h("span", {}, gist(message))),
        iconButton("close", "Don't edit", () => {
          edit(null);
          set("");
        }));
      set(message.content.body);
      input.focus();
    } else {
      quoted.replaceChildren();
    }
  }

  function put(text) {
    set(text);
    input.focus();
    input.select();
  }

  function drawFiles() {
    files.hidden = waiting.length === 0;
    files.replaceChildren(...waiting.map((entry) => h("figure", { class: "waiting" },
      entry.media && (entry.type === "image" || entry.type === "sticker") ? h("img", { src: mediaUrl(entry.media), alt: "" }) : icon(entry.type === "audio" ? "music" : entry.type === "image" ? "image" : "file"),
      h("figcaption", {}, h("b", {}, entry.filename), h("span", {}, entry.media ? entry.type : "Uploading…")),
      iconButton("close", `Remove ${entry.filename}`, () => {
        waiting = waiting.filter((other) => other !== entry);
        drawFiles();
        input.focus();
      }))));
    ready();
  }

  function attach(list, wanted = null) {
    for (const file of list) {
      const entry = { type: kindOf(file, wanted), filename: file.name || "file", media: null };
      waiting.push(entry);
      entry.done = upload(file).then((stored) => {
        entry.media = stored.id;
      }, (error) => {
        waiting = waiting.filter((other) => other !== entry);
        toast(`${entry.filename}: ${error.message}`);
      }).finally(drawFiles);
    }
    drawFiles();
    input.focus();
  }

  async function submit() {
    const text = input.value.trim();
    if (editing && text) {
      const message = editing;
      edit(null);
      set("");
      if (text !== message.content.body) await change(message, text);
      return;
    }
    const entries = waiting;
    const context = answering ? { context: answering.id } : {};
    if (!text && !entries.length) return;
    const replied = answering;
    waiting = [];
    set("");
    drawFiles();
    reply(null);
    await Promise.all(entries.map((entry) => entry.done));
    const stored = entries.filter((entry) => entry.media);
    const captioned = stored.find((entry) => entry.type !== "audio" && entry.type !== "sticker");
    const messages = stored.map((entry) => ({
      type: entry.type, media: entry.media, ...context,
      ...(entry.type === "document" && { filename: entry.filename }),
      ...(entry === captioned && text && { caption: text }),
    }));
    if (text && !captioned) messages.push({ type: "text", body: text, ...context });
    for (const message of messages) {
      if (await send(message)) continue;
      // What couldn't be sent comes back, unless something new is being written already.
      if (!input.value) set(text);
      if (!answering && replied) reply(replied);
      return;
    }
  }

  function pick(accept, wanted) {
    picker.accept = accept;
    asked = wanted;
    picker.click();
  }
  picker.addEventListener("change", () => {
    attach(picker.files, asked);
    picker.value = "";
  });

  async function sendVoice(file) {
    if (!file.size) {
      toast("Nothing was recorded");
      return;
    }
    try {
      const { id } = await upload(file);
      await send({ type: "audio", media: id, voice: true });
    } catch (error) {
      toast(error.message);
    }
  }

  let stopVoice = null;
  const recorded = h("span", { class: "recorded", role: "timer", hidden: true });
  const microphone = iconButton("mic", "Record a voice message", async () => {
    if (stopVoice) {
      const stop = stopVoice;
      stopVoice = null;
      form.classList.remove("recording");
      recorded.hidden = true;
      microphone.replaceChildren(icon("mic"));
      microphone.setAttribute("aria-label", "Record a voice message");
      await sendVoice(await stop());
      return;
    }
    recorded.textContent = minutes(0);
    stopVoice = await listen((seconds) => (recorded.textContent = minutes(seconds)));
    if (!stopVoice) return;
    recorded.hidden = false;
    form.classList.add("recording");
    microphone.replaceChildren(icon("stop"));
    microphone.setAttribute("aria-label", "Stop and send");
  }, { class: "icon-button microphone", hidden: !canRecord() });

  const insert = (text) => {
    input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
    grow();
    ready();
    input.focus();
  };

  const attachButton = iconButton("plus", "Attach", () => openMenu(screen, attachButton, [
    ["image", "Photo or video", () => pick("image/*,video/*", null)],
    ["file", "Document", () => pick("", "document")],
    ["music", "Audio", () => pick("audio/*", "audio")],
    ...(canRecord() ? [["mic", "Voice message (a sample)", async () => sendVoice(await sample())]] : []),
    ["sticker", "Sticker", () => pick("image/webp,image/png", "sticker")],
    ["pin", "Location", () => locationSheet(screen, send)],
    ["person", "Contact", () => contactSheet(screen, send)],
  ]), { "aria-haspopup": "menu" });

  const form = h("form", { class: "composer", onsubmit: (event) => {
    event.preventDefault();
    submit();
  } }, quoted, files,
  h("div", { class: "writing" }, attachButton,
    h("div", { class: "field" }, input, iconButton("smile", "Emoji", () => emojiSheet(screen, "Emoji", insert))),
    recorded, microphone, button), picker);

  input.addEventListener("input", () => {
    grow();
    ready();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && (answering || editing)) {
      event.stopPropagation();
      if (editing) set("");
      edit(null);
      reply(null);
    }
  });
  input.addEventListener("paste", (event) => {
    const pasted = [...event.clipboardData.files];
    if (!pasted.length) return;
    event.preventDefault();
    attach(pasted);
  });
  let over = 0;
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const shade = (count) => screen.classList.toggle("dropping", (over = Math.max(0, count)) > 0);
  screen.addEventListener("dragenter", (event) => carries(event) && shade(over + 1));
  screen.addEventListener("dragleave", (event) => carries(event) && shade(over - 1));
  screen.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  screen.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    shade(0);
    attach(event.dataTransfer.files);
  });
  return { form, reply, edit, put, focus: () => input.focus() };
}

// One message as a row of the log: bubble, quote, ticks, reactions, what is under the bubble, and the
// gestures on it (hover menu, right click, long press, swipe to reply).
import { changing, h, icon, place } from "./dom.js";
import { choicesOf, contentOf } from "./content.js";
import { clock, gist } from "./format.js";

const TICKS = {
  pending: ["clock", "waiting"],
  sent: ["tick", "sent"],
  delivered: ["ticks", "delivered"],
  read: ["ticks", "read"],
  played: ["ticks", "played"],
  failed: ["alert", "failed"],
};

function ticks(status) {
  const [name, words] = TICKS[status] ?? TICKS.pending;
  return h("span", { class: `ticks is-${status}`, role: "img", "aria-label": words, title: words }, icon(name));
}

const failure = (error) =>
  h("p", { class: "failure" }, icon("alert"),
    h("span", {}, h("b", {}, [error?.code, error?.title].filter(Boolean).join(" · ") || "Not sent"),
      error?.details && error.details !== error.title ? ` ${error.details}` : ""));

function quote(message, context) {
  const quoted = context.find(message.context.id);
  if (!quoted) return h("p", { class: "quote" }, h("span", {}, "A message that isn't here any more"));
  return h("button", { type: "button", class: `quote by-${quoted.from}`, "aria-label": `Quoted: ${gist(quoted)}. Show it`, onclick: () => context.act.show(quoted.id) },
    h("b", {}, quoted.from === "person" ? "You" : context.botName()), h("span", {}, gist(quoted)));
}

function reactions(message, context) {
  const { person, business } = message.reactions ?? {};
  if (!person && !business) return null;
  const words = [person && `you: ${person}`, business && `${context.botName()}: ${business}`].filter(Boolean).join(", ");
  return h("button", { type: "button", class: "reactions", "aria-label": `Reactions. ${words}`, onclick: (event) => context.act.menu(message, event.currentTarget) },
    person === business ? `${person} 2` : [person, business].filter(Boolean).join(" "));
}

const MARKS = { edited: "Edited" };

/** What became of a message, and how it came here. */
function marks({ mark, extras }) {
  const forwarded = extras?.forwarded === "frequently" ? "Forwarded many times" : extras?.forwarded ? "Forwarded" : null;
  const ad = extras?.referral ? `From an ad: ${extras.referral.headline ?? extras.referral.source_id}` : null;
  return [[forwarded, "forth"], [ad, "link"], [MARKS[mark], "edit"]].filter(([words]) => words).map(([words, sign]) => h("p", { class: "mark-line" }, icon(sign), words));
}

const LONG_PRESS = 450;
const SWIPE = 56;

function gestures(row, bubble, current, act) {
  let start = null;
  let press = 0;
  const end = () => {
    clearTimeout(press);
    bubble.style.transform = "";
    start = null;
  };
  bubble.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    start = { x: event.clientX, y: event.clientY };
    press = setTimeout(() => {
      end();
      act.menu(current(), bubble);
    }, LONG_PRESS);
  });
  bubble.addEventListener("pointermove", (event) => {
    if (!start) return;
    const right = event.clientX - start.x;
    if (Math.abs(event.clientY - start.y) > 12) end();
    else if (right > 8) {
      clearTimeout(press);
      bubble.style.transform = `translateX(${Math.min(right, SWIPE + 16)}px)`;
    }
  });
  bubble.addEventListener("pointerup", (event) => {
    const swiped = start && event.clientX - start.x >= SWIPE;
    end();
    if (swiped) act.reply(current());
  });
  bubble.addEventListener("pointercancel", end);
  bubble.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a")) return;
    event.preventDefault();
    act.menu(current(), bubble);
  });
  row.addEventListener("dblclick", (event) => {
    if (event.target === row) act.reply(current());
  });
}

/**
 * Makes the row of a message and answers `{row, update(message, first)}`. `update` touches only what
 * changed, so that a tick arriving doesn't stop a playing video.
 */
export function bubbleRow(context) {
  let message = null;
  const [spoken, offered, followed] = [changing(), changing(), changing()];
  let choices = null;
  let below = [];
  const meta = h("span", { class: "meta", "aria-live": "off" });
  const body = h("div", { class: "body" });
  const options = h("button", { type: "button", class: "options", tabindex: "-1", "aria-label": "Message options", "aria-haspopup": "menu",
    onclick: () => context.act.menu(message, options) }, icon("chevron"));
  const quickReply = h("button", { type: "button", class: "quick-reply", tabindex: "-1", "aria-label": "Reply to this message", title: "Reply",
    onclick: () => context.act.reply(message) }, icon("reply"));
  const author = h("b", { class: "author", hidden: true });
  const bubble = h("div", { class: "bubble" }, author, body, meta, options);
  const under = h("div", { class: "under" });
  const stack = h("div", { class: "stack" }, bubble, under);
  const row = h("div", { class: "row", role: "article", tabindex: "-1", data: { testid: "bubble" } }, stack, quickReply);
  gestures(row, bubble, () => message, context.act);

  function update(next, first, by = null) {
    const mine = next.from === "person" && (by === null || by.own);
    for (const [name, on] of [["mine", mine], ["theirs", !mine], ["first", first]]) row.classList.toggle(name, on);
    author.textContent = by && !mine && first ? by.name : "";
    author.hidden = !author.textContent;
    if (next === message) return;
    message = next;
    Object.assign(row.dataset, { from: next.from, status: next.status, id: next.id, type: next.type });
    row.setAttribute("aria-label", `${mine ? "You" : context.botName()}, ${clock(next.at)}, ${next.status}`);
    meta.replaceChildren(h("time", { datetime: new Date(next.at).toISOString() }, clock(next.at)), ticks(next.status));
    const revoked = next.mark === "revoked";
    if (spoken([next.type, next.content, next.context, next.mark, next.extras])) {
      bubble.className = `bubble kind-${next.type}`;
      body.replaceChildren(...(revoked
        ? [h("p", { class: "revoked" }, icon("close"), mine ? "You deleted this message" : "This message was deleted")]
        : [...(next.context ? [quote(next, context)] : []), ...marks(next), ...contentOf(next, context.act)]));
    }
    // What can be tapped stays as it is while reactions and ticks come and go around it.
    if (offered([next.type, next.content, revoked])) {
      const made = revoked ? [] : choicesOf(next, context.act);
      choices = made.length ? h("div", { class: "choices" }, ...made) : null;
    }
    bubble.classList.toggle("has-choices", choices !== null);
    if (followed([next.reactions, next.error, next.status === "failed", revoked])) {
      below = revoked ? [] : [reactions(next, context), next.error || next.status === "failed" ? failure(next.error) : null].filter(Boolean);
    }
    place(under, [...(choices ? [choices] : []), ...below]);
  }
  return { row, update };
}

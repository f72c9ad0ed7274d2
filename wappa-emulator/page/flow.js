// A Flow, filled in: which screen is shown, what its actions do, and what its endpoint is asked through the emulator,
// which plays WhatsApp's side of the encryption.
import * as api from "./api.js";
import { h, iconButton } from "./dom.js";
import { everyPart, part } from "./flow-parts.js";
import { resolve } from "./flow-values.js";
import { webUrl } from "./format.js";
import { openSheet } from "./sheet.js";

/** Opens the Flow of an invitation in a sheet over the phone; `otherwise()` where its JSON isn't known. */
export async function openFlow(act, message, otherwise) {
  let flow;
  try {
    flow = await api.flow(act.number, act.person, message.id);
  } catch {
    otherwise();
    return;
  }
  let filling = null;
  const sheet = openSheet(act.screen, flow.invite.cta, (close) => (filling = new Filling(act, message, flow, close)).el, "flow-sheet");
  filling.begin(sheet);
}

class Filling {
  constructor(act, message, { json, invite, status }, close) {
    Object.assign(this, { act, message, json, invite, close, stack: [], screens: {} });
    this.back = iconButton("back", "Back", () => this.goBack(), { data: { testid: "flow-back" }, hidden: true });
    this.notice = h("p", { class: "flow-notice", role: "alert", hidden: true, data: { testid: "flow-notice" } });
    this.body = h("div", { class: "sheet-body flow-parts" });
    this.form = h("form", { class: "sheet-form", novalidate: true, data: { testid: "flow-form" }, onsubmit: (event) => {
      event.preventDefault();
      this.submit?.();
    } });
    this.el = h("div", { class: "sheet-form flow" }, this.notice, this.form,
      h("p", { class: "flow-managed" }, status === "DRAFT" ? "A draft of the business" : "Managed by the business"));
  }

  begin(sheet) {
    this.title = sheet.querySelector(".sheet-head h2");
    this.title.tabIndex = -1;
    this.title.before(this.back);
    const { action, screen, data } = this.invite;
    if (action === "data_exchange") this.exchange({ action: "INIT" });
    else this.push(screen ?? this.json.screens[0].id, data ?? {});
  }

  get top() {
    return this.stack.at(-1);
  }

  scope() {
    return { data: this.top.data, form: this.top.form, screens: this.screens };
  }

  push(id, data) {
    const screen = this.json.screens.find((known) => known.id === id);
    if (!screen) {
      this.say(`The Flow has no screen ${id}.`);
      return;
    }
    const there = this.stack.findIndex((one) => one.screen.id === id);
    if (there >= 0) {
      this.stack.length = there + 1;
      this.top.data = { ...this.top.data, ...data };
    } else {
      this.stack.push({ screen, data, form: {} });
    }
    this.screens[id] = this.top;
    this.draw();
  }

  draw({ keepFocus = false } = {}) {
    const { screen, data } = this.top;
    const focused = keepFocus ? document.activeElement?.name : null;
    this.submit = null;
    this.title.textContent = resolve(screen.title, this.scope()) ?? "";
    this.back.hidden = this.stack.length < 2;
    const ctx = this.context();
    this.parts = (screen.layout?.children ?? []).map((node) => part(node, ctx));
    this.refresh();
    const feet = everyPart(this.parts).map((one) => one.el).filter((el) => el.classList.contains("flow-foot"));
    this.body.replaceChildren(...this.parts.map((one) => one.el).filter((el) => !feet.includes(el)));
    this.form.replaceChildren(this.body, ...feet);
    this.say(data.error_message ?? "");
    if (focused) this.form.elements.namedItem(focused)?.focus?.();
    else (this.form.querySelector("input:not([hidden]), select, textarea, .flow-row, .flow-chip") ?? this.title).focus({ preventScroll: true });
  }

  refresh() {
    this.parts.forEach((one) => one.refresh());
  }

  context() {
    const { form, data } = this.top;
    const wrong = { ...(data.error_messages ?? {}) };
    return {
      form,
      version: this.json.version ?? "7.3",
      scope: () => this.scope(),
      value: (given) => resolve(given, this.scope()),
      start: (name, given) => {
        if (!Object.hasOwn(form, name) && given !== undefined) form[name] = given;
      },
      enter: (name, given) => {
        form[name] = given;
        delete wrong[name];
        this.refresh();
      },
      wrong: (name) => wrong[name],
      act: (action, how) => this.does(action, how),
      say: (words) => this.say(words),
      onSubmit: (submit) => (this.submit = submit),
    };
  }

  say(words) {
    this.notice.textContent = words;
    this.notice.hidden = !words;
  }

  /** Whether everything on the screen is filled in well; what isn't gets the focus. */
  check() {
    const wrong = everyPart(this.parts).map((one) => one.check?.()).filter(Boolean);
    wrong[0]?.focus();
    return wrong.length === 0;
  }

  async does(action, { checked = false } = {}) {
    if (!action) return;
    if (checked && !this.check()) return;
    const payload = resolve(action.payload ?? {}, this.scope());
    switch (action.name) {
      case "navigate":
        this.push(resolve(action.next?.name, this.scope()), payload);
        break;
      case "data_exchange":
        await this.exchange({ action: "data_exchange", screen: this.top.screen.id, data: payload });
        break;
      case "complete":
        if (await this.act.send({ type: "submit_flow", message: this.message.id, response: payload })) this.close();
        break;
      case "update_data":
        this.top.data = { ...this.top.data, ...payload };
        this.draw({ keepFocus: true });
        break;
      case "open_url": {
        const url = webUrl(resolve(action.url, this.scope()) ?? "");
        if (url) open(url, "_blank", "noopener,noreferrer");
        break;
      }
      default:
        this.say(`This action isn't known here: ${action.name}`);
    }
  }

  async exchange(question) {
    this.el.setAttribute("aria-busy", "true");
    this.say("");
    let next;
    try {
      next = await api.askFlow(this.act.number, this.act.person, this.message.id, question);
    } catch (error) {
      next = { kind: "failed", message: error.message };
    }
    this.el.removeAttribute("aria-busy");
    switch (next.kind) {
      case "screen":
        this.push(next.screen, next.data ?? {});
        break;
      case "done":
        this.close();
        break;
      case "over":
        this.say(next.message);
        this.form.replaceChildren();
        break;
      default:
        this.say([next.message, next.detail && `(For the developer: ${next.detail}.)`].filter(Boolean).join(" "));
    }
  }

  async goBack() {
    const left = this.stack.pop();
    if (left.screen.refresh_on_back === true || this.top.screen.refresh_on_back === true) await this.exchange({ action: "BACK", screen: this.top.screen.id });
    else this.draw();
  }
}

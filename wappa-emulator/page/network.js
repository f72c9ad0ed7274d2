// The dialog with the code that makes a real phone's browser the phone.
import { qrAddress } from "./api.js";
import { copyText, h, icon, iconButton } from "./dom.js";

/** A button that opens the dialog. */
export const networkButton = () => iconButton("qr", "Use a real phone", open, { "aria-haspopup": "dialog", data: { testid: "qr" } });

const HOW = "Start the bot with WAPPA_PHONE=0.0.0.0:8001 to let browsers in your network in. Whoever has the address with its key can then use this page.";

async function open() {
  const address = await qrAddress().catch(() => null);
  const dialog = h("dialog", { class: "world network", "aria-labelledby": "network-title", onclose: () => dialog.remove() },
    h("header", { class: "sheet-head" }, iconButton("close", "Close", () => dialog.close()), h("h2", { id: "network-title" }, "On a real phone")),
    address ? h("section", {}, h("img", { class: "qr", src: "/api/qr.svg", alt: "A QR code with the address of this page", width: 240, height: 240, data: { testid: "qr-code" } }),
      h("p", { class: "muted" }, "Scan this with a phone in the same network."),
      h("button", { type: "button", class: "choice", onclick: () => copyText(address) }, icon("copy"), "Copy the address"))
      : h("section", {}, h("p", {}, "This page is for this computer alone."), h("p", { class: "muted" }, HOW)));
  document.body.append(dialog);
  dialog.showModal();
}

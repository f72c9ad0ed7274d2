"""A bot written with pywa, which knows nothing of Wappa, talks to the stand-alone emulator and checks what it hears.

Everything goes over HTTP as it would to Meta: sends through pywa's own client, webhooks into pywa's own server, which
checks their signatures. Settings come from the environment, as the emulator prints them.
"""

import os
import socket
import threading
import time

import fastapi
import httpx
import uvicorn
from pywa import WhatsApp, errors
from pywa.types import Button, Section, SectionList, SectionRow
from pywa.types.templates import BodyText, TemplateLanguage

BASE = os.environ["WHATSAPP_API_BASE_URL"]
PHONE = os.environ["WHATSAPP_PHONE_ID"]
WABA = os.environ["WHATSAPP_BUSINESS_ID"]
TOKEN = os.environ["WHATSAPP_TOKEN"]
PATIENCE = 15
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000a49444154789c63000100000500010d0a2db40000000049454e44ae426082"
)


class Heard:
    """What webhooks brought, in order."""

    def __init__(self):
        self.items, self.changed = [], threading.Condition()

    def add(self, kind, item):
        with self.changed:
            self.items.append((kind, item))
            self.changed.notify_all()

    def wait(self, kind, fits=lambda item: True):
        def find():
            return next((item for of, item in self.items if of == kind and fits(item)), None)

        with self.changed:
            found = self.changed.wait_for(find, PATIENCE)
        if not found:
            raise AssertionError(f"no {kind} within {PATIENCE} s; heard {[of for of, _ in self.items]}")
        return found


def refused(code, call):
    try:
        call()
    except errors.WhatsAppError as error:
        assert error.code == code, f"{error.code} instead of {code}: {error}"
        return error
    raise AssertionError(f"{code} was not raised")


heard = Heard()
app = fastapi.FastAPI()
session = httpx.Client()
wa = WhatsApp(
    phone_id=PHONE,
    token=TOKEN,
    session=session,
    server=app,
    webhook_endpoint="/hook",
    verify_token="outside",
    app_secret=os.environ["WHATSAPP_APP_SECRET"],
)
# pywa has no setting for it: this is how its base URL is pointed elsewhere.
session.base_url = f"{BASE}/v23.0"

wa.on_message(lambda _, message: heard.add("message", message))
wa.on_callback_button(lambda _, tap: heard.add("button", tap))
wa.on_callback_selection(lambda _, tap: heard.add("selection", tap))
wa.on_message_status(lambda _, status: heard.add("status", status))

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
while not server.started:
    time.sleep(0.02)
callback = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
answer = session.post(
    f"/{WABA}/subscribed_apps", json={"override_callback_uri": callback, "verify_token": "outside"}
)
assert answer.json() == {"success": True}, answer.text

# People act through the page's API.
page = httpx.Client(base_url=BASE)
ana = next(person for person in page.get("/api/state").json()["people"] if person["name"] == "Ana")
chat = f"/api/chats/{PHONE}/{ana['id']}"


def acts(act):
    answer = page.post(f"{chat}/messages", json=act)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def arrived(message):
    heard.wait("status", lambda status: status.id == message.id and status.status == "delivered")


said = acts({"type": "text", "body": "olá 👍"})
message = heard.wait("message")
assert (message.id, message.text, message.from_user.wa_id) == (said, "olá 👍", ana["wa_id"])

text = wa.send_message(to=ana["wa_id"], text="hello", reply_to_message_id=said)
assert text.id.startswith("wamid."), text
arrived(text)

buttons = wa.send_message(to=ana["wa_id"], text="Pick", buttons=[Button("Yes", "y"), Button("No", "n")])
arrived(buttons)
acts({"type": "tap", "message": buttons.id, "id": "y"})
tap = heard.wait("button")
assert (tap.data, tap.title, tap.reply_to_message.message_id) == ("y", "Yes", buttons.id), tap

rows = [SectionRow("Margherita", "m", "tomato"), SectionRow("Quattro", "q")]
menu = wa.send_message(
    to=ana["wa_id"], text="Choose", buttons=SectionList("See all", [Section("Pizzas", rows)])
)
arrived(menu)
acts({"type": "tap", "message": menu.id, "id": "q"})
assert heard.wait("selection").title == "Quattro"

media = wa.upload_media(PNG, mime_type="image/png", filename="dot.png")
image = wa.send_image(to=ana["wa_id"], image=media, caption="a dot")
arrived(image)
kept = wa.get_media_url(media.id)
assert wa.get_media_bytes(url=kept.url) == PNG

template = wa.send_template(
    to=ana["wa_id"], name="hello_world", language=TemplateLanguage.ENGLISH_US, params=[]
)
arrived(template)

reaction = wa.send_reaction(to=ana["wa_id"], emoji="👍", message_id=said)
heard.wait("status", lambda status: status.id == reaction.id)
assert wa.mark_message_as_read(said)
state = page.get("/api/state").json()["chats"][0]["messages"]
assert next(one for one in state if one["id"] == said)["reactions"]["business"] == "👍"

# What pywa doesn't check, the emulator refuses with Meta's codes.
refused(131009, lambda: wa.send_message(to=ana["wa_id"], text="x" * 4097))
refused(131009, lambda: wa.send_message(to=ana["wa_id"], text="Pick", buttons=[Button("x" * 21, "y")]))
four = [Button(str(nth), str(nth)) for nth in range(4)]
refused(131009, lambda: wa.send_message(to=ana["wa_id"], text="Pick", buttons=four))
refused(131026, lambda: wa.send_message(to="15559999999", text="nobody"))
words = wa.upload_media(b"words", mime_type="text/plain", filename="words.txt")
refused(131053, lambda: wa.send_image(to=ana["wa_id"], image=words))
body = [BodyText.params("extra")]
refused(132000, lambda: wa.send_template(to=ana["wa_id"], name="hello_world", language=TemplateLanguage.ENGLISH_US, params=body))
refused(132001, lambda: wa.send_template(to=ana["wa_id"], name="none", language=TemplateLanguage.ENGLISH_US, params=[]))
page.post("/api/faults", json={"fault": "refuse", "code": 130429, "only": "sends"})
refused(130429, lambda: wa.send_message(to=ana["wa_id"], text="too fast"))

server.should_exit = True
print("everything was understood")

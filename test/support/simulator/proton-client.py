"""A client of the bus on Qpid Proton. Reads its task as JSON from the first argument and prints what it saw as JSON.

The task: url, address, user and password; login is "plain" or "cbs"; count is how many messages it waits for; abort
says whether it takes a first request back; prefetch says how many messages the receiver asks for at a time; trust is the
file of the certificate of a bus with TLS.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from urllib.parse import quote_plus

from proton import Message, SSLDomain
from proton.handlers import MessagingHandler
from proton.reactor import Container

TASK = json.loads(sys.argv[1])


def token(audience):
    resource = quote_plus(audience)
    expiry = int(TASK["now"] / 1000) + 3600
    digest = hmac.new(TASK["password"].encode(), f"{resource}\n{expiry}".encode(), hashlib.sha256).digest()
    signature = quote_plus(base64.b64encode(digest))
    return f"SharedAccessSignature sr={resource}&sig={signature}&se={expiry}&skn={TASK['user']}"


def secured():
    if "trust" not in TASK:
        return None
    domain = SSLDomain(SSLDomain.MODE_CLIENT)
    domain.set_trusted_ca_db(TASK["trust"])
    domain.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME, TASK["trust"])
    return domain


class Client(MessagingHandler):
    def __init__(self):
        super().__init__(prefetch=TASK.get("prefetch", 10), auto_accept=True)
        self.seen = {"statuses": [], "messages": [], "errors": []}
        self.asked = False

    def on_start(self, event):
        plain = TASK["login"] == "plain"
        self.connection = event.container.connect(
            TASK["url"],
            user=TASK["user"] if plain else None,
            password=TASK["password"] if plain else None,
            allowed_mechs="PLAIN" if plain else "ANONYMOUS",
            allow_insecure_mechs=True,
            reconnect=False,
            ssl_domain=secured(),
        )
        if plain:
            # Everything at once: open, begin, attach and credit leave in one piece.
            event.container.create_receiver(self.connection, TASK["address"])
            return
        event.container.create_receiver(self.connection, "$cbs", name="answers")
        self.requests = event.container.create_sender(self.connection, "$cbs")

    def on_sendable(self, event):
        if event.sender != self.requests or self.asked:
            return
        self.asked = True
        if TASK.get("abort"):
            event.sender.delivery("aborted")
            event.sender.stream(b"\x00Sp")
            event.sender.current.abort()
        audience = f"amqps://{TASK['host']}/{TASK['address']}"
        properties = {"operation": "put-token", "type": "servicebus.windows.net:sastoken", "name": audience}
        event.sender.send(Message(id=1, properties=properties, body=token(audience)))

    def on_message(self, event):
        message = event.message
        if event.receiver.name == "answers":
            self.seen["statuses"].append([type(message.properties["status-code"]).__name__, int(message.properties["status-code"])])
            event.container.create_receiver(self.connection, TASK["address"])
            return
        body = bytes(message.body).decode("utf-8", "replace")
        self.seen["messages"].append(body[body.index("{") : body.rindex("}") + 1])
        if len(self.seen["messages"]) == TASK["count"]:
            # Closes the connection alone: no link is detached.
            self.connection.close()

    def on_transport_error(self, event):
        self.seen["errors"].append(str(event.transport.condition))

    def on_link_error(self, event):
        self.seen["errors"].append(str(event.link.remote_condition))
        self.connection.close()

    def on_connection_error(self, event):
        self.seen["errors"].append(str(event.connection.remote_condition))


client = Client()
Container(client).run()
print(json.dumps(client.seen))

"""Twice a slow download: once the server is slow, once the network.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import stage
import usual_clients

FETCH = "import time\n" + usual_clients.LOGIN + """
for step in (pop.list, lambda: pop.retr(1), lambda: pop.retr(2), lambda: pop.retr(3), pop.quit):
    time.sleep(0.06)
    step()
"""


# Lets the server sleep again and again, as if its disk were overloaded; it wakes for moments.
DOZE = """
while :; do
    pid=$(pgrep -x pop3) && kill -STOP $pid && sleep 0.9 && kill -CONT $pid
    sleep 0.02
done
"""


def play(_):
    parts = {"slow-server": ("delay=10,jitter=1", "The server takes its time before each answer;"
                             " the network is quick.", "pop.time > 0.5"),
             "slow-network": ("delay=150,jitter=10,rate=120", "The server is quick, the network is slow and"
                              " narrow.", "pop.response.transfer_time > 0.5")}
    for name, (link, shows, tries) in parts.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            box = [mails.medium(n, 12) for n in (1, 2, 3)]
            server = servers.Dovecot(part, {"alice": box})
            client = part.machine("alice-pc.example.org")
            part.connect(seed=6, alice_pc=link)
            with part.capture(name, client, server=server.describe(), client=client.client("poplib"),
                              shows=shows, tries=tries, linger=1) as capture:
                capture.truth(server.truth("alice"))
                if name == "slow-server":
                    server.machine.start(DOZE)
                client.python(FETCH)

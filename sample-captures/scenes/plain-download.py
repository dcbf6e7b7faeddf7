"""The everyday session: log in, list, fetch all mails, say goodbye.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers


def play(scene):
    server = servers.Dovecot(scene, {"alice": mails.everyday(3)})
    client = scene.machine("alice-pc.example.org")
    scene.connect(alice_pc="delay=10,jitter=1")
    with scene.capture("plain-download", client, shows="Three mails are fetched and stay on the server.",
                       server=server.describe(), client=f"curl {client.version('curl')}",
                       tries="pop.message.number == 2") as capture:
        capture.truth(server.truth("alice"))
        client.sh("curl -sS -u alice:wonderland pop3://pop.example.com/1 "
                  "pop3://pop.example.com/2 pop3://pop.example.com/3")

"""A session over IPv6.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import usual_clients


def play(scene):
    server = servers.Dovecot(scene, {"alice": mails.everyday(2)})
    client = scene.machine("alice-pc.example.org")
    usual_clients.write_mpoprc(client, "keep on", "pipelining off", host="v6.pop.example.com")
    scene.connect(seed=2, alice_pc="delay=30,jitter=5")
    with scene.capture("ipv6", client, server=server.describe(), client=client.client("mpop"),
                       shows="The same protocol over IPv6.", tries="ipv6 && pop.request") as capture:
        capture.truth(server.truth("alice"))
        client.sh("mpop")

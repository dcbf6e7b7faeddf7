"""A client that sends many commands without waiting for the answers.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import usual_clients


def play(scene):
    server = servers.Dovecot(scene, {"alice": mails.many(100)})
    client = scene.machine("alice-pc.example.org")
    usual_clients.write_mpoprc(client, "keep off", "pipelining on")
    scene.connect(seed=21, alice_pc="delay=40,jitter=5,loss=0.03")
    with scene.capture("pipelining-200", client, server=server.describe(), client=client.client("mpop"),
                       shows="100 RETR and 100 DELE, many in one segment, before their answers come.",
                       tries="pop.service_time") as capture:
        capture.truth(server.truth("alice"))
        client.sh("mpop")

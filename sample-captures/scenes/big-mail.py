"""One mail of some megabytes.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import usual_clients


def play(scene):
    server = servers.Dovecot(scene, {"alice": mails.everyday(1) + [mails.large(3)]})
    client = scene.machine("alice-pc.example.org")
    usual_clients.write_mpoprc(client, "keep on")
    scene.connect(seed=8, alice_pc="delay=20,jitter=2,rate=20000,loss=0.001")
    with scene.capture("big-mail", client, server=server.describe(), client=client.client("mpop"),
                       shows="A small mail and one of 3 MB over a link of 20 Mbit/s.",
                       tries="pop.response.bitrate") as capture:
        capture.truth(server.truth("alice"))
        client.sh("mpop")

#!/usr/bin/env python3
"""A session over IPv6.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import sys

sys.path.insert(0, sys.path[0] + "/../lib")
import mails
import servers
import stage


def play(scene):
    server = servers.Dovecot(scene, {"alice": mails.everyday(2)})
    client = scene.machine("alice-pc.example.org")
    client.write("/root/.mpoprc", "account default\nhost v6.pop.example.com\nuser alice\n"
                 "password wonderland\nauth user\ntls off\nkeep on\npipelining off\n"
                 "delivery mbox /root/inbox\n", 0o600)
    scene.connect(seed=2, alice_pc="delay=30,jitter=5")
    with scene.capture("ipv6", client, server=server.describe(), client=client.client("mpop"),
                       shows="The same protocol over IPv6.", tries="ipv6 && pop.request") as capture:
        capture.truth(server.truth("alice"))
        client.sh("mpop")


stage.play(play)

"""One session over a link that reorders and loses, captured at both ends and between them.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import usual_clients

BAD = "delay=12,jitter=4,loss=0.03,swap=0.06,repeat=0.02"
SHOWS = "A link that reorders and loses, captured {}. Compare the three: link-at-…."


def play(scene):
    box = [mails.medium(n, 14) for n in (1, 2, 3, 4)]
    server = servers.Dovecot(scene, {"alice": box})
    client = scene.machine("alice-pc.example.org")
    scene.connect(seed=31, record=True, alice_pc=BAD, pop=BAD)
    facts = {"server": server.describe(), "client": client.client("poplib"), "linger": 1}
    with scene.capture("link-at-client", client, shows=SHOWS.format("at the client"),
                       tries="tcp.analysis.lost_segment", **facts) as first, \
            scene.capture_of_middle("link-at-middle", shows=SHOWS.format("half way"),
                                    tries="tcp.analysis.retransmission", **facts) as second, \
            scene.capture("link-at-server", server.machine, shows=SHOWS.format("at the server"),
                          tries="tcp.analysis.duplicate_ack", **facts) as third:
        for capture in (first, second, third):
            capture.truth(server.truth("alice"))
        client.python(usual_clients.FETCH_ALL)

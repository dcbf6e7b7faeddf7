"""A story to solve: two clients, one maildrop. Who deleted the mail about the contract?
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import usual_clients

START = "import time\n" + usual_clients.LOGIN
# What each client does, visit by visit. Numbers are given anew in each session: that is the trap.
VISITS = [
    ("phone", "pop.list(); pop.uidl()\nfor n in (1, 2, 3, 4, 5): pop.top(n, 0)\npop.quit()"),
    ("pc", "pop.uidl()\npop.retr(3); pop.dele(3); pop.rset(); pop.quit()"),
    ("phone", "pop.uidl(); pop.retr(3); pop.dele(3); pop.close()"),
    ("pc", "pop.uidl(); pop.retr(1); pop.dele(1); pop.quit()"),
    ("phone", "pop.uidl(); pop.dele(2); pop.quit()"),
    ("pc", "pop.uidl(); pop.dele(3); pop.quit()"),
    ("phone", "pop.stat(); pop.uidl(); pop.quit()"),
]
SUBJECTS = ["Lunch on Friday?", "Choir practice", "The contract, signed", "Train times", "Photos"]


def play(scene):
    box = [mails.plain(n, subject, "See you soon.\n" if n != 3 else "Keep this mail well.\n")
           for n, subject in enumerate(SUBJECTS, 1)]
    server = servers.Dovecot(scene, {"alice": box})
    clients = {"pc": scene.machine("alice-pc.example.org"), "phone": scene.machine("alice-phone.example.org")}
    scene.connect(seed=9, alice_phone="delay=35,jitter=10,loss=0.03", alice_pc="delay=5")
    with scene.capture("story-who-deleted-it", server.machine, server=server.describe(),
                       client=clients["pc"].client("poplib"),
                       shows="A story to solve, captured at the server: two clients, one maildrop, and a mail"
                             " that is gone.",
                       tries="pop.message.deleted") as capture:
        kept = server.truth("alice")
        capture.truth([kept[2], kept[2], kept[0]])
        for who, commands in VISITS:
            clients[who].python(START + commands + "\n")
    left = b"".join(server.stored("alice"))
    if b"contract" in left or len(server.stored("alice")) != 2:
        raise RuntimeError("the story did not end as told")

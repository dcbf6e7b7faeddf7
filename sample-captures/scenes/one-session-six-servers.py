#!/usr/bin/env python3
"""The same session against six servers: what each of them says, and how it says it.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import sys

sys.path.insert(0, sys.path[0] + "/../lib")
import mails
import servers
import stage

CLIENT = """
import poplib
pop = poplib.POP3("pop.example.com")
try:
    pop.capa()
except poplib.error_proto:
    pass  # older servers have none
pop.user("alice")
pop.pass_("wonderland")
for command in (pop.stat, pop.list, pop.uidl):
    command()
pop.list(2); pop.uidl(2); pop.top(1, 0)
for n in (1, 2, 3):
    _, lines, _ = pop.retr(n)
    open(f"/root/mail{n}", "wb").write(b"".join(line + b"\\r\\n" for line in lines))
pop.dele(1); pop.noop()
pop.quit()
"""


def session(scene, kind, tries):
    server = kind(scene, {"alice": mails.everyday(3)})
    client = scene.machine("alice-pc.example.org")
    scene.connect(alice_pc="delay=5,jitter=1")
    with scene.capture(f"server-{kind.layer}", client, server=server.describe(), client=client.client("poplib"),
                       shows=f"How {kind.title} answers: CAPA, login, LIST, UIDL, TOP, RETR, DELE.",
                       tries=tries) as capture:
        capture.truth([] if kind is servers.Mailutils else server.truth("alice"))
        client.python(CLIENT)
        if kind is servers.Mailutils:  # adds X-UIDL, whose value it makes up in the session
            capture.truth([(client.read(f"/root/mail{n}"), f"mail {n} of alice, as the client wrote"
                            " it to disk: the server adds an X-UIDL line") for n in (1, 2, 3)])


def play(_):
    kinds = ((servers.Dovecot, "pop.capability"), (servers.Courier, "pop.response.description"),
             (servers.Cyrus, "pop.server.software"), (servers.Popa3d, "pop.uidl.uid"),
             (servers.SolidPop3d, "pop.list.size"), (servers.Mailutils, "pop.capability.name"))
    for kind, tries in kinds:
        if stage.wanted(kind.layer):
            with stage.part() as part:
                session(part, kind, tries)


stage.play(play)

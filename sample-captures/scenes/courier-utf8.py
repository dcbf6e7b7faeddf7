"""Courier and a mail with UTF-8 headers: wrapped for an old client, as it is after UTF8.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers

CLIENT = """
import poplib
poplib._MAXLINE = 20000

def fetch(pop, n, name):
    _, lines, _ = pop.retr(n)
    open(name, "wb").write(b"".join(line + b"\\r\\n" for line in lines))

pop = poplib.POP3("pop.example.com")
pop.capa()
pop.user("alice")
pop.pass_("wonderland")
try:
    pop._longcmd("LANG")
except poplib.error_proto as error:
    print(error)
pop.list()
fetch(pop, 1, "/root/wrapped")
pop.quit()
pop = poplib.POP3("pop.example.com")
pop.utf8()
pop.user("alice")
pop.pass_("wonderland")
fetch(pop, 1, "/root/plain")
pop.quit()
"""


def play(scene):
    server = servers.Courier(scene, {"alice": [mails.utf8_headers()]})
    client = scene.machine("alice-pc.example.org")
    scene.connect(alice_pc="delay=10,jitter=2")
    with scene.capture("courier-utf8", client, server=server.describe(), client=client.client("poplib"),
                       shows="A mail with UTF-8 headers, first wrapped for an old client, then as it is after"
                             " UTF8. LANG is refused.",
                       tries="pop.request.command == \"UTF8\"") as capture:
        client.python(CLIENT)
        capture.truth([(client.read("/root/wrapped"), "mail 1 of alice, as the client wrote it to disk: the"
                        " server wraps it, since the client did not say UTF8")])
        capture.truth(server.truth("alice"))

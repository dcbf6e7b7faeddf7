"""Three ends of a session with deletions: QUIT, no QUIT, and RSET before QUIT.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import stage
import usual_clients

DELETE = usual_clients.LOGIN + """
pop.stat()
for n in (1, 2):
    pop.retr(n)
    pop.dele(n)
pop.list()
"""
LOOK = usual_clients.LOGIN + """
pop.stat()
pop.quit()
"""
ENDS = {
    "delete-quit": ("pop.quit()\n", "Two mails are deleted; QUIT makes it so. A second visit finds one mail.",
                    "pop.message.deleted", 1),
    "delete-no-quit": ("pop.close()\n", "The same, but the connection ends without QUIT: nothing is deleted.",
                       "pop.request.command == \"DELE\"", 3),
    "delete-rset": ("pop.rset()\npop.stat()\npop.quit()\n", "The same, but RSET takes the deletions back.",
                    "pop.request.command == \"RSET\"", 3),
}


def play(_):
    for name, (end, shows, tries, left) in ENDS.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            server = servers.Dovecot(part, {"alice": mails.everyday(3)})
            client = part.machine("alice-pc.example.org")
            part.connect(alice_pc="delay=10,jitter=2")
            with part.capture(name, client, server=server.describe(), client=client.client("poplib"),
                              shows=shows, tries=tries) as capture:
                capture.truth(server.truth("alice", [1, 2]))
                client.python(DELETE + end)
                client.python(LOOK)
            if len(server.stored("alice")) != left:
                raise RuntimeError(f"{name}: the store holds other mails than expected")

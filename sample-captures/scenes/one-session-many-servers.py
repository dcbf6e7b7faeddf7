"""The same session against eleven servers: what each of them says, and how it says it.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import more_servers
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
for command, *numbers in ((pop.stat,), (pop.list,), (pop.uidl,), (pop.list, 2), (pop.uidl, 2),
                          (pop.top, 1, 0)):
    try:
        command(*numbers)
    except poplib.error_proto:
        pass
for n in range(1, pop.stat()[0] + 1):
    _, lines, _ = pop.retr(n)
    open(f"/root/mail{n}", "wb").write(b"".join(line + b"\\r\\n" for line in lines))
pop.dele(1); pop.noop()
pop.quit()
"""


UNKNOWN_BEFORE = (servers.Mailutils, more_servers.Tcllib, more_servers.Inetsim)


# Their captures are not named by the layer that they run in.
NAMES = {more_servers.Dovecot24: "dovecot-24", more_servers.WildDuck: "wildduck"}


def name_of(kind):
    return NAMES.get(kind, kind.layer)


def session(scene, kind, tries):
    server = kind(scene, {"alice": mails.everyday(12 if kind is more_servers.Inetsim else 3)})
    client = scene.machine("alice-pc.example.org")
    scene.connect(alice_pc="delay=5,jitter=1")
    with scene.capture(f"server-{name_of(kind)}", client, server=server.describe(), client=client.client("poplib"),
                       shows=f"How {kind.title} answers: CAPA, login, LIST, UIDL, TOP, RETR, DELE.",
                       tries=tries) as capture:
        capture.truth([] if kind in UNKNOWN_BEFORE else server.truth("alice"))
        client.python(CLIENT)
        if kind is more_servers.Inetsim:
            count = int(client.sh("ls /root | grep -c mail"))
            capture.truth(server.among([client.read(f"/root/mail{n + 1}") for n in range(count)], "alice"))
        if kind is more_servers.Tcllib:
            capture.truth([(client.read(f"/root/mail{n}"), f"mail {n} of alice, as the client wrote"
                            " it to disk: the server writes the header anew") for n in (1, 2, 3)])
        if kind is servers.Mailutils:  # adds X-UIDL, whose value it makes up in the session
            capture.truth([(client.read(f"/root/mail{n}"), f"mail {n} of alice, as the client wrote"
                            " it to disk: the server adds an X-UIDL line") for n in (1, 2, 3)])


def play(_):
    kinds = ((servers.Dovecot, "pop.capability"), (servers.Courier, "pop.response.description"),
             (servers.Cyrus, "pop.server.software"), (servers.Popa3d, "pop.uidl.uid"),
             (servers.SolidPop3d, "pop.list.size"), (servers.Mailutils, "pop.capability.name"),
             (more_servers.Dovecot24, "pop.capability"), (more_servers.Twisted, "pop.uidl.uid"),
             (more_servers.Tcllib, "pop.list.size"), (more_servers.WildDuck, "pop.capability.implementation"),
             (more_servers.Inetsim, "pop.uidl.uid"))
    for kind, tries in kinds:
        if stage.wanted(name_of(kind)):
            with stage.part() as part:
                session(part, kind, tries)

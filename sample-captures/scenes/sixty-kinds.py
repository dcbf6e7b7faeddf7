"""A maildrop of sixty mails of every MIME kind is moved; and one mail with a file that everybody can make.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import mime_kinds
import servers
import stage

MPOP = ("mpop --host=pop.example.com --user=alice --auth=user --tls=off --keep=off"
        " --passwordeval='echo wonderland' --uidls-file=/root/uidls --delivery=mbox,/root/inbox")
PARTS = {
    "sixty-kinds": (mime_kinds.sixty, "60 mails of every MIME kind are moved: charsets, names of RFC 2231,"
                    " calendar, DSN, S/MIME, PGP/MIME, TNEF and more.", "pop.message.subject"),
    "known-file": (lambda: [mails.mime(1, "The first thousand numbers", "known-1", [
        mails.part("text/plain", "One to a thousand, a line each: compare the sum of yours.\n"),
        mails.part('text/plain; name="thousand.txt"', mails.coded(mime_kinds.THOUSAND),
                   "Content-Transfer-Encoding: base64",
                   'Content-Disposition: attachment; filename="thousand.txt"')])],
        "A mail with a file that you can make yourself: `seq 1000`. Is the exported one the same?",
        "pop.message.subject"),
}


def play(_):
    for name, (box, shows, tries) in PARTS.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            server = servers.Dovecot(part, {"alice": box()})
            client = part.machine("alice-pc.example.org")
            part.connect(seed=51, alice_pc="delay=10,jitter=2")
            with part.capture(name, client, server=server.describe(), client=client.client("mpop"),
                              shows=shows, tries=tries) as capture:
                capture.truth(server.truth("alice"))
                client.sh(MPOP)

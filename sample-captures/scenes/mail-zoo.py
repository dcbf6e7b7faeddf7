"""All kinds of mails: attachments, mails in mails, other scripts, and odd ones.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import stage
import usual_clients


def kinds():
    return [mails.attachments(), mails.forwarded(), mails.eight_bit(), mails.utf8_headers(),
            mails.quoted(), mails.uuencode(), mails.no_final_line_end(), mails.dots()]


def mail_zoo(scene):
    server = servers.Dovecot(scene, {"alice": kinds() + [b""]})
    client = scene.machine("alice-pc.example.org")
    scene.connect(seed=5, alice_pc="delay=20,jitter=5")
    with scene.capture("mail-zoo", client, server=server.describe(), client=client.client("poplib"),
                       shows="Image, PDF, mail in mail in mail, 8-bit, UTF-8, uuencode, dots, a mail of"
                             " 0 octets, one without final line end.",
                       tries="pop.message.subject") as capture:
        capture.truth(server.truth("alice"))
        client.python(usual_clients.FETCH_ALL)


def mail_zoo_fetchmail(scene):
    # The mail with UTF-8 headers has a capture of its own: courier-utf8.
    box = [mail for mail in kinds() if mail != mails.utf8_headers()]
    server = servers.Courier(scene, {"alice": box})
    client = scene.machine("alice-pc.example.org")
    client.write("/root/.fetchmailrc", "poll pop.example.com protocol POP3 user alice password wonderland"
                 " keep fetchall no rewrite sslproto '' mda '/bin/cat >>/root/inbox'\n", 0o600)
    scene.connect(seed=5, alice_pc="delay=30,jitter=8,loss=0.03")
    with scene.capture("mail-zoo-courier", client, server=server.describe(),
                       client=client.client("fetchmail"),
                       shows="The same from another server, over a link that loses a little.",
                       tries="pop.message.number == 7") as capture:
        capture.truth(server.truth("alice"))
        client.sh("fetchmail -d0")


def play(_):
    for name, function in (("mail-zoo", mail_zoo), ("mail-zoo-courier", mail_zoo_fetchmail)):
        if stage.wanted(name):
            with stage.part() as part:
                function(part)

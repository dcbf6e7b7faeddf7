"""One mail on its whole way: handed in by SMTP, fetched by POP. The Message-ID tells that it is one.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import time

import mails
import servers
import usual_clients

SMTPD = """listen on 0.0.0.0 hostname pop.example.com
action "local" maildir "/srv/mail/alice/"
match from any for domain "example.com" action "local"
"""
# The delivery agent writes as alice, so the server reads as alice.
SETTINGS = "mail_uid = alice\nmail_gid = alice\n"


class DovecotWithSmtp(servers.Dovecot):
    """Dovecot, with a mail transfer agent that fills its store."""

    def setup(self):
        servers.add_unix_user(self.machine, "alice")
        self.owner = "alice:alice"
        super().setup()
        self.machine.sh("chown -R alice:alice /srv/mail/alice")
        self.machine.write("/etc/smtpd.conf", SMTPD)

    def stored(self, user):
        base = self.machine.path(f"/srv/mail/{user}")
        return [file.read_bytes() for sub in ("cur", "new") for file in (base / sub).iterdir()]


def play(scene):
    server = DovecotWithSmtp(scene, {"alice": []}, more=SETTINGS)
    sender = scene.machine("office-pc.example.org")
    client = scene.machine("alice-pc.example.org")
    scene.connect(seed=14, alice_pc="delay=20,jitter=3", office_pc="delay=35,jitter=5")
    server.machine.start("exec smtpd -d")
    server.machine.wait_for_port(25)
    sender.write("/root/letter", mails.everyday(1)[0])
    usual_clients.write_mpoprc(client, "keep off")
    smtp = f"OpenSMTPD {server.machine.version('opensmtpd')}"
    with scene.capture("smtp-to-pop", server.machine, server=f"{smtp}, {server.describe()}",
                       client=f"{sender.client('swaks')}, {client.client('mpop')}",
                       shows="One mail comes in by SMTP and goes out by POP: follow its Message-ID.",
                       tries='imf.message_id contains "2025010609"') as capture:
        sender.sh("swaks --server pop.example.com --ehlo office-pc.example.org --from bob@example.org"
                  " --to alice@example.com --data @/root/letter")
        for _ in range(100):
            if server.stored("alice"):
                break
            time.sleep(0.1)
        capture.truth([(mail, note + ", with the lines that SMTP delivery added")
                       for mail, note in server.truth("alice")])
        client.sh("mpop")

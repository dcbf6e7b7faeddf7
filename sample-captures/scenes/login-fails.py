"""Three logins that fail: a wrong password, a locked maildrop, a fault of the server.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import time

import mails
import servers
import stage
import usual_clients

SETTINGS = "pop3_lock_session = yes\n"
HOLD = "import time\n" + usual_clients.LOGIN + """
print("in", flush=True)
time.sleep(60)
"""
PARTS = {"login-wrong-password": ("looking-glass", "The server does not accept the password."),
         "login-locked": ("wonderland", "The password is right, but another session has the maildrop."),
         "login-system-fault": ("wonderland", "The password is right, but the server cannot read the store.")}


def hold_maildrop(phone):
    """Opens a session on the phone that stays open."""
    phone.write("/root/hold.py", HOLD)
    holder = phone.start("exec python3 /root/hold.py", stdout=stage.subprocess.PIPE)
    holder.stdout.readline()
    time.sleep(0.5)


def play(_):
    for name, (password, shows) in PARTS.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            server = servers.Dovecot(part, {"alice": mails.everyday(1)}, more=SETTINGS)
            phone = part.machine("alice-phone.example.org")
            client = part.machine("alice-pc.example.org")
            client.write("/root/.fetchmailrc", "poll pop.example.com protocol POP3 user alice password"
                         f" {password} keep fetchall sslproto '' mda '/bin/cat'\n", 0o600)
            part.connect(alice_pc="delay=10,jitter=2")
            if name == "login-system-fault":
                server.machine.sh("chown -R root /srv/mail/alice; chmod 700 /srv/mail/alice")
            else:
                hold_maildrop(phone)
            with part.capture(name, client, server=server.describe(), client=client.client("fetchmail"),
                              shows=shows, tries="pop.response.code"):
                client.sh("fetchmail -d0", check=False)

"""The same session three times: in the clear, with STLS, and with TLS from the start.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import stage

WAYS = {
    "transport-clear": ("pop3://pop.example.com", "", "In the clear: everybody on the way can read along.",
                        "pop.expert.cleartext_password"),
    "transport-stls": ("pop3://pop.example.com", "--ssl-reqd", "Clear at first, then STLS turns on TLS."
                       " The capture holds the keys and so decrypts.", "pop.session.tls == 1"),
    "transport-pop3s": ("pop3s://pop.example.com", "", "TLS from the first octet, port 995."
                        " The capture holds the keys and so decrypts.", "pop.session.tls == 1"),
}


def play(_):
    for name, (url, options, shows, tries) in WAYS.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            server = servers.Dovecot(part, {"alice": mails.everyday(2)}, tls=True)
            client = part.machine("alice-pc.example.org")
            client.write("/root/ca.pem", server.machine.read("/etc/dovecot/pop.crt"))
            part.connect(alice_pc="delay=15,jitter=2")
            with part.capture(name, client, server=server.describe(), client=client.client("curl"),
                              shows=shows, tries=tries) as capture:
                capture.truth(server.truth("alice"))
                client.sh(f"curl -sS --cacert /root/ca.pem {options} -u alice:wonderland {url}/1 {url}/2",
                          env={"SSLKEYLOGFILE": "/root/keys"})
                if name != "transport-clear":
                    capture.keys_from(client, "/root/keys")

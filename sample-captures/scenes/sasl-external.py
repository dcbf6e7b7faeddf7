"""SASL EXTERNAL: the client shows a certificate in TLS and needs no password.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers

SETTINGS = """auth_mechanisms = external
ssl_ca = </etc/dovecot/clients.crt
ssl_verify_client_cert = yes
ssl_require_crl = no
auth_ssl_username_from_cert = yes
ssl_cert_username_field = commonName
passdb {
  driver = static
  args = nopassword=y
  mechanisms = external
}
"""
MAKE_CLIENT = ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650"
               " -subj /CN=alice -keyout /root/alice.key -out /root/alice.crt; chmod 600 /root/alice.key")


def play(scene):
    client = scene.machine("alice-pc.example.org")
    client.sh(MAKE_CLIENT)
    box = {"alice": mails.everyday(1)}
    files = {"/etc/dovecot/clients.crt": client.read("/root/alice.crt")}
    server = servers.Dovecot(scene, box, tls=True, more=SETTINGS, files=files)
    client.write("/root/ca.pem", server.machine.read("/etc/dovecot/pop.crt"))
    client.write("/root/.mpoprc", "account default\nhost pop.example.com\nuser alice\nauth external\n"
                 "tls on\ntls_starttls on\ntls_trust_file /root/ca.pem\ntls_cert_file /root/alice.crt\n"
                 "tls_key_file /root/alice.key\nkeep on\ndelivery mbox /root/inbox\n", 0o600)
    scene.connect(alice_pc="delay=10,jitter=2")
    with scene.capture("sasl-external", client, server=server.describe(), client=client.client("mpop"),
                       shows="EXTERNAL after STLS: the certificate of the client is the login.",
                       tries="pop.auth.mechanism == \"EXTERNAL\"") as capture:
        capture.truth(server.truth("alice"))
        client.sh("mpop", env={"SSLKEYLOGFILE": "/root/keys"})
        capture.keys_from(client, "/root/keys")

"""SASL GSSAPI: the client shows a Kerberos ticket. The ticket's own journey is in the capture too.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import time

import mails
import servers

KRB5 = """[libdefaults]
  default_realm = EXAMPLE.COM
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
[realms]
  EXAMPLE.COM = {
    kdc = pop.example.com
  }
[domain_realm]
  .example.com = EXAMPLE.COM
"""
REALM = """set -e
kdb5_util create -s -r EXAMPLE.COM -P published-test-key
kadmin.local -q 'addprinc -pw wonderland alice'
kadmin.local -q 'addprinc -randkey pop/pop.example.com'
kadmin.local -q 'ktadd -k /etc/dovecot/krb5.keytab pop/pop.example.com'
chmod 644 /etc/dovecot/krb5.keytab
"""
SETTINGS = """auth_mechanisms = plain gssapi
auth_gssapi_hostname = pop.example.com
auth_krb5_keytab = /etc/dovecot/krb5.keytab
auth_realms = EXAMPLE.COM
auth_default_realm = EXAMPLE.COM
"""


class DovecotWithKerberos(servers.Dovecot):
    layer = "kerberos"

    def setup(self):
        self.machine.write("/etc/krb5.conf", KRB5)
        self.machine.sh("mkdir -p /etc/dovecot /var/lib/krb5kdc")
        self.machine.sh(REALM)
        super().setup()


def play(scene):
    server = DovecotWithKerberos(scene, {"alice": mails.everyday(1)}, more=SETTINGS)
    client = scene.machine("alice-pc.example.org", "kerberos")
    client.write("/etc/krb5.conf", KRB5)
    client.write("/root/.mpoprc", "account default\nhost pop.example.com\nuser alice\nauth gssapi\n"
                 "tls off\nkeep on\ndelivery mbox /root/inbox\n", 0o600)
    scene.connect(alice_pc="delay=6,jitter=1")
    server.machine.start("exec krb5kdc -n")
    time.sleep(1)
    kerberos = f"MIT Kerberos {server.machine.version('krb5-kdc')}"
    with scene.capture("sasl-gssapi", client, capture_filter="tcp or udp port 88",
                       server=f"{server.describe()}, {kerberos}", client=client.client("mpop"),
                       shows="GSSAPI: the client gets a Kerberos ticket and shows it to the server."
                             " Accepted, then refused for want of a ticket.",
                       tries='pop.auth.mechanism == "GSSAPI"') as capture:
        capture.truth(server.truth("alice"))
        client.sh("echo wonderland | kinit alice")
        client.sh("mpop")
        client.sh("kdestroy")
        client.sh("mpop; test $? != 0")

"""APOP with three servers and two clients: with the right secret, and with a wrong one.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import stage

PERL = r"""
use Net::POP3;
for my $secret ("looking-glass", "wonderland") {
    my $pop = Net::POP3->new("pop.example.com", Timeout => 20) or die "no connection";
    my $count = $pop->apop("alice", $secret);
    print defined $count ? "in: $count\n" : "refused\n";
    $pop->get(1, \*STDOUT) if defined $count;
    $pop->quit;
}
"""


def with_perl(client):
    client.write("/root/apop.pl", PERL)
    client.sh("perl /root/apop.pl")


def with_fetchmail(client):
    for secret, status in (("looking-glass", 3), ("wonderland", 0)):
        client.write("/root/.fetchmailrc", f"poll pop.example.com protocol APOP user alice password {secret}"
                     " keep fetchall no rewrite sslproto '' mda '/bin/cat'\n", 0o600)
        client.sh(f"fetchmail -d0; test $? = {status}")


SET_SECRET = """
import os, pty, time
pid, terminal = pty.fork()  # pop_auth asks on a terminal
if pid == 0:
    os.execvp("su", ["su", "alice", "-c", "pop_auth"])
for _ in range(2):
    time.sleep(0.5)
    os.write(terminal, b"wonderland\\n")
time.sleep(0.5)
print(os.read(terminal, 1000).decode())
"""


def solid(scene):
    server = servers.SolidPop3d(scene, {"alice": mails.everyday(1)})
    server.machine.python(SET_SECRET)
    return server


def play(_):
    parts = {"apop-dovecot": (lambda scene: servers.Dovecot(
                 scene, {"alice": mails.everyday(1)}, more="auth_mechanisms = plain apop\n"), "Net::POP3"),
             "apop-cyrus": (lambda scene: servers.Cyrus(scene, {"alice": mails.everyday(1)}), "fetchmail"),
             "apop-solid-pop3d": (solid, "Net::POP3")}
    for name, (make, program) in parts.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            server = make(part)
            client = part.machine("alice-pc.example.org")
            part.connect(alice_pc="delay=12,jitter=3")
            with part.capture(name, client, server=server.describe(), client=client.client(program),
                              shows="APOP: the digest of the greeting's timestamp and the password."
                                    " First refused, then accepted.",
                              tries="pop.apop.digest") as capture:
                capture.truth(server.truth("alice"))
                (with_fetchmail if program == "fetchmail" else with_perl)(client)

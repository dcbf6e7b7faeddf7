"""Mail stays on the server: the client knows by the unique-ids what it has already.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers

SETTINGS = """[retriever]
type = SimplePOP3Retriever
server = pop.example.com
username = alice
password = wonderland
[destination]
type = Mboxrd
path = /root/inbox
[options]
read_all = false
delete = false
"""


def play(scene):
    server = servers.Dovecot(scene, {"alice": mails.everyday(3)})
    client = scene.machine("alice-pc.example.org")
    client.write("/root/.config/getmail/getmailrc", SETTINGS, 0o600)
    client.write("/root/inbox", b"")
    client.sh("useradd -m reader; cp -r /root/.config /root/inbox /home/reader; chown -R reader /home/reader;"
              "sed -i s,/root/inbox,/home/reader/inbox, /home/reader/.config/getmail/getmailrc")
    scene.connect(seed=3, alice_pc="delay=25,jitter=6,loss=0.03")
    with scene.capture("leave-on-server", client, server=server.describe(), client=client.client("getmail"),
                       shows="Two visits. The second fetches only the mail that has come since: UIDL tells.",
                       tries="pop.uidl.uid") as capture:
        capture.truth(server.truth("alice"))
        client.sh("su reader -c 'HOME=/home/reader getmail'")
        server.deliver("alice", mails.plain(9, "One more thing", "I forgot to say: bring an umbrella.\n"))
        client.sh("su reader -c 'HOME=/home/reader getmail'")
        capture.truth(server.truth("alice", [4]))
        capture.note(b"UIDL", "First visit: the client has nothing yet and will fetch all.")
        capture.note(b"UIDL", "Second visit: three of the four unique-ids are known.", nth=2)

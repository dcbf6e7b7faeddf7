"""Sessions that end before their time, each for another reason; and one with nothing to fetch.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import time

import mails
import servers
import stage
import usual_clients

LOGIN = "import socket, sys, time\n" + usual_clients.LOGIN + """
pop.stat()
"""
PARTS = {
    "idle-logout": ("The client says nothing for 3 seconds; the server hangs up without a word, and the"
                    " deletion is lost.",
                    "tcp.flags.fin == 1",
                    "pop.retr(1); pop.dele(1)\ntime.sleep(5)\n"),
    "server-stopped": ("The server is shut down in mid-session and says so unasked.",
                       "pop.expert.unsolicited_reply",
                       "pop.retr(1); pop.dele(1)\nprint('ready', flush=True)\ntime.sleep(3)\n"
                       "try:\n    pop.quit()\nexcept (poplib.error_proto, OSError) as e:\n    print(e)\n"),
    "client-vanishes": ("The client is gone in the middle of a mail: the mail is not whole.",
                        "pop.message.complete == 0",
                        "pop.sock.sendall(b'RETR 2\\r\\n')\ngot = 0\n"
                        "while got < 20000:\n    got += len(pop.sock.recv(4096))\n"
                        "import os, struct\n"
                        "pop.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\n"
                        "os._exit(1)\n"),
}


def make(name, part):
    box = {"alice": [mails.everyday(1)[0], mails.medium(2, 60)]}
    if name == "idle-logout":
        return servers.SolidPop3d(part, box, settings="AutoLogoutTime 3s\n")
    return servers.Dovecot(part, box)


def play(_):
    for name, (shows, tries, steps) in PARTS.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            server = make(name, part)
            client = part.machine("alice-pc.example.org")
            part.connect(seed=15, alice_pc="delay=25,jitter=3,rate=4000")
            with part.capture(name, client, server=server.describe(), client=client.client("poplib"),
                              shows=shows, tries=tries) as capture:
                if name != "client-vanishes":
                    capture.truth(server.truth("alice", [1]))
                client.write("/root/program.py", LOGIN + steps)
                process = client.start("exec python3 /root/program.py", stdout=stage.subprocess.PIPE)
                if name == "server-stopped":
                    process.stdout.readline()
                    time.sleep(0.5)
                    server.machine.sh("kill -TERM $(pgrep -x pop3)")
                process.wait(30)
    if stage.wanted("nothing-new"):
        nothing_new()


def nothing_new():
    with stage.part() as part:
        server = servers.Courier(part, {"alice": []})
        client = part.machine("alice-pc.example.org")
        client.write("/root/.fetchmailrc", "poll pop.example.com protocol POP3 uidl user alice password wonderland"
                     " keep sslproto '' mda '/bin/cat'\n", 0o600)
        part.connect(alice_pc="delay=20,jitter=3")
        with part.capture("nothing-new", client, server=server.describe(),
                          client=client.client("fetchmail"), tries="pop.stat.count == 0",
                          shows="The session that happens most: a look into an empty maildrop."):
            client.sh("fetchmail -d0; test $? = 1")

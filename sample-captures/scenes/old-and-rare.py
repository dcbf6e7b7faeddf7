"""The ancestors and the rare ones: POP of 1984, POP2 of 1985, and LANG of RFC 6856.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import stage

# Sends lines; `want` says how the answer ends: a line, counted octets, or a dot.
CLIENT = """
import re, socket, sys, time
for session in SESSIONS:
    peer = socket.create_connection(("pop.example.com", PORT)).makefile("rwb")
    size = 0
    answer = peer.readline()
    for command in session:
        time.sleep(0.05)
        peer.write(command.encode() + b"\\r\\n")
        peer.flush()
        if command.upper() in ("RCEV", "RETR"):
            peer.read(size)
            continue
        answer = peer.readline()
        found = re.match(rb"[=#](\\d+)", answer)
        size = int(found[1]) if found else size
        if answer.startswith(b"+OK") and command.split()[0] in DOTTED and command not in ONE_LINE:
            while peer.readline() != b".\\r\\n":
                pass
    peer.close()
"""

POP2_RFC = [["HELO alice wonderland", "READ", "RETR", "ACKD", "RETR", "ACKD", "RETR", "ACKD", "QUIT"]]
POP2_FOLDERS = [["HELO alice wonderland", "FOLD Projects", "READ 2", "RETR", "NACK", "RETR", "ACKS",
                 "FOLD Nothing", "READ", "QUIT"],
                ["HELO alice looking-glass"]]
POP1 = [["USER alice", "PASS looking-glass", "USER alice", "PASS wonderland", "RETR INBOX", "RCEV", "RCVD",
         "NOOP", "RETR INBOX", "RSET", "QUIT"],
        ["USER alice", "PASS wonderland", "RDEL INBOX", "RCEV", "RCVD", "QUIT"]]
LANG = [["CAPA", "LANG", "LANG fr", "LANG tlh", "LANG *", "USER alice", "PASS wonderland", "STAT", "RETR 9",
         "LANG el", "RETR 9", "RETR 1", "QUIT"],
        ["UTF8", "USER alice", "PASS wonderland", "RETR 1", "RETR 2", "QUIT"]]

PARTS = {
    "pop2": ("2", 109, POP2_RFC, "POP2, the first example of RFC 937: read, receive, acknowledge and delete.",
             "pop.version == 2"),
    "pop2-folders": ("2", 109, POP2_FOLDERS, "POP2: another folder, a mail sent again after NACK, an empty"
                     " folder, a refused login.", "pop.request.command == \"NACK\""),
    "pop-rfc918": ("1", 109, POP1, "POP of 1984: the whole mailbox as one piece of counted octets.",
                   "pop.version == 1"),
    "lang-utf8": ("lang", 110, LANG, "LANG: the server changes its language. UTF8: a mail with UTF-8 headers"
                  " only after asking.", "pop.request.command == \"LANG\""),
}


def folders(machine, name):
    """Puts mails into folders and returns the truth, in the order in which they are fetched."""
    inbox = [servers.crlf(mail) for mail in mails.everyday(3)]
    projects = [servers.crlf(mail) for mail in mails.many(2)]
    if name == "lang-utf8":
        inbox = [servers.crlf(mails.utf8_headers()), inbox[0]]
    for folder, box in (("INBOX", inbox), ("Projects", projects)):
        for number, mail in enumerate(box, 1):
            machine.write(f"/srv/old/{folder}/{number}", mail)
    return {"pop2": [(mail, f"mail {n} of INBOX") for n, mail in enumerate(inbox, 1)],
            "pop2-folders": [(projects[1], "mail 2 of Projects"), (projects[1], "the same again")],
            "pop-rfc918": [(b"".join(inbox), "all three mails of INBOX as one"),
                           (b"".join(inbox), "the same in the second session")],
            "lang-utf8": [(mail, f"mail {n} of INBOX") for n, mail in enumerate(inbox, 1)]}[name]


def play(_):
    with open(stage.HERE / "lib/old_pop.py", encoding="utf-8") as file:
        program = file.read()
    for name, (version, port, sessions, shows, tries) in PARTS.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            machine = part.machine("pop.example.com")
            machine.write("/root/old_pop.py", program)
            truth = folders(machine, name)
            servers.inetd(machine, ["python3", "/root/old_pop.py", version], port)
            client = part.machine("alice-pc.example.org")
            part.connect(alice_pc="delay=30,jitter=3")
            dotted, one_line = (["CAPA", "LANG", "RETR"], ["LANG fr", "LANG *", "LANG el"]) \
                if version == "lang" else ([], [])
            with part.capture(name, client, shows=shows, tries=tries, server="a small script of ours",
                              client="a small script of ours") as capture:
                capture.truth(truth)
                client.python(f"SESSIONS, PORT = {sessions!r}, {port}\n"
                              f"DOTTED, ONE_LINE = {dotted!r}, {one_line!r}\n" + CLIENT)

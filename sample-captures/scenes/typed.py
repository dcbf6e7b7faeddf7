"""Sessions typed by a person: each key a segment of its own, and whole lines.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import random
import time

import mails
import servers
import stage

LINES = ["USER alice", "PASS wonderland", "STAT", "RETR 1", "QUIT"]


def type_keys(process):
    """Writes key by key, as a terminal in raw mode does; the line end is a bare LF."""
    chance = random.Random(7)
    for line in LINES:
        time.sleep(0.4)
        for key in line + "\n":
            process.stdin.write(key.encode())
            process.stdin.flush()
            time.sleep(chance.uniform(0.03, 0.09))


def type_lines(process):
    """Writes whole lines, as telnet does; it ends them with CRLF."""
    for line in ["HELLO", "user alice"] + LINES[1:2] + ["stat", "LIST", "RETR 9", "top 1 0"] + LINES[3:]:
        time.sleep(0.5)
        process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()


def play(_):
    parts = {"typed-key-by-key": ("nc", "nc pop.example.com 110", type_keys,
                                  "Every key is a segment; lines end with a bare LF.",
                                  "pop.expert.bare_lf"),
             "typed-with-telnet": ("telnet", "telnet pop.example.com 110", type_lines,
                                   "Typed lines, with an unknown command and a number that does not exist.",
                                   "pop.response.indicator == \"-ERR\"")}
    for name, (program, command, type_it, shows, tries) in parts.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            server = servers.Dovecot(part, {"alice": mails.everyday(1)})
            client = part.machine("alice-pc.example.org")
            part.connect(alice_pc="delay=8,jitter=2")
            with part.capture(name, client, shows=shows, tries=tries, server=server.describe(),
                              client=client.client(program)) as capture:
                capture.truth(server.truth("alice"))
                process = client.start("exec " + command, stdin=stage.subprocess.PIPE)
                time.sleep(0.5)
                type_it(process)
                time.sleep(0.5)
                process.stdin.close()
                process.wait(10)

"""Everything that is not as it should be: unknown commands, wrong order, wrong numbers.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import time

import mails
import servers
import stage

WRONG = ["XYZZY", "STAT", "PASS wonderland", "USER", "USER alice", "PASS wonderland", "USER alice", "LIST 0",
         "LIST 9", "RETR", "RETR -1", "RETR 1", "DELE 1", "DELE 1", "RETR 1", "TOP 2", "top 2 1", "UIDL 99",
         "LAST", "XTND XMIT", "STLS", "   STAT", "STAT   ", "sTaT", "NOOP now", "A" * 300, "RSET", "QUIT"]


def play(_):
    for kind in (servers.Dovecot, servers.Popa3d, servers.Mailutils):
        name = f"errors-{kind.layer}"
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            server = kind(part, {"alice": mails.everyday(2)})
            client = part.machine("alice-pc.example.org")
            part.connect(alice_pc="delay=3")
            with part.capture(name, client, server=server.describe(), client=client.client("nc"),
                              shows="Unknown commands, wrong order, missing and wrong numbers.",
                              tries='pop.response.indicator == "-ERR"') as capture:
                if kind is servers.Mailutils:
                    process = talk(client, [line for line in WRONG if line != "RETR 1"])
                else:
                    capture.truth(server.truth("alice", [1]))
                    process = talk(client, WRONG)
                process.wait(10)


def talk(client, lines):
    """Sends lines with CRLF, unhurried; goes on whatever the server answers, until it hangs up."""
    process = client.start("exec nc -C pop.example.com 110", stdin=stage.subprocess.PIPE)
    time.sleep(0.7)
    for line in lines:
        try:
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            break
        time.sleep(0.15)
    time.sleep(3)
    process.stdin.close()
    return process

"""How mail programs and libraries fetch: the same mailbox, one after the other.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import client_programs
import mails
import stage


def fetch(part, name, program):
    box = mails.everyday(3)
    server = program.server(part, {"alice": box}, **program.options)
    client = part.machine("alice-pc.example.org", program.layer)
    for path, text in program.files.items():
        client.write(path, text, 0o600)
    client.write("/root/.profile", "")
    part.connect(seed=41, alice_pc="delay=8,jitter=2")
    with part.capture(name, client, shows=program.shows, tries=program.tries, server=server.describe(),
                      client=f"{program.title} {client.version(program.package)}") as capture:
        capture.truth(server.truth("alice", program.fetches) if program.fetches else [])
        client.sh(program.command, check=program.must_succeed, env={"TERM": "xterm"})


def play(_):
    for name, program in client_programs.PROGRAMS.items():
        if stage.wanted(name):
            with stage.part() as part:
                fetch(part, name, program)

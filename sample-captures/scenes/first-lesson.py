"""The first capture for a class: one whole session, with a comment on each important frame.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers

CLIENT = """
import poplib, time
pop = poplib.POP3("pop.example.com")
for step in (lambda: pop.user("alice"), lambda: pop.pass_("wonderland"), pop.stat, pop.list,
             lambda: pop.retr(1), lambda: pop.dele(1), pop.quit):
    time.sleep(0.3)  # a person would take longer
    step()
"""


def play(scene):
    server = servers.Dovecot(scene, {"alice": mails.everyday(2)}, more="login_greeting = Hello.\n")
    client = scene.machine("alice-pc.example.org")
    scene.connect(alice_pc="delay=10,jitter=1")
    with scene.capture("first-lesson", client, server=server.describe(), client=client.client("poplib"),
                       shows="One whole session with comments: greeting, login, list, fetch, delete, quit.",
                       tries="pop.session.state == 2") as capture:
        capture.truth(server.truth("alice", [1]))
        client.python(CLIENT)
        note = capture.note
        note(b"+OK Hello.", "The server speaks first. Every good answer begins with +OK, every bad one"
             " with -ERR. The state is now AUTHORIZATION.")
        note(b"USER alice", "The client says who it is.")
        note(b"PASS ", "The password, readable for everybody on the way. See the captures"
             " transport-stls and transport-pop3s for the remedy.")
        note(b"+OK Logged in", "The login is accepted. The state is now TRANSACTION.")
        note(b"STAT", "How many mails, and how many octets in all?")
        note(b"LIST", "And each by itself? The answer has several lines and ends with a line that is"
             " only a dot.")
        note(b"RETR 1", "Fetch mail 1.")
        note(b"Subject: Lunch", "The mail: its header, an empty line, its body, and the dot.")
        note(b"DELE 1", "Mail 1 is only marked for deletion.")
        note(b"QUIT", "Only QUIT makes the deletion happen: the state is now UPDATE.")

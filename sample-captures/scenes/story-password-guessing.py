"""A story to solve: somebody guesses passwords, and at last is in.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import time

import mails
import servers

GUESS = """
import poplib, time
words = ["123456", "password", "qwerty", "alice", "alice2024", "letmein", "iloveyou", "rabbit", "teapot",
         "cheshire", "wonderland"]
for user in ("admin", "bob"):
    for word in words[:2]:
        pop = poplib.POP3("pop.example.com")
        try:
            pop.user(user)
            pop.pass_(word)
        except poplib.error_proto:
            pop.close()
pop = None
for number, word in enumerate(words):
    if number % 3 == 0:   # a new connection after three tries
        if pop:
            pop.close()
        pop = poplib.POP3("pop.example.com")
    try:
        pop.user("alice")
        pop.pass_(word)
        break
    except poplib.error_proto:
        pass
pop.stat()
pop.list()
for n in (1, 2):
    pop.retr(n)
pop.close()               # leaves quietly: nothing is deleted
"""
OWNER = """
import poplib
pop = poplib.POP3("pop.example.com")
try:
    pop.user("alice")
    pop.pass_("wonderlnad")   # a typing error
except poplib.error_proto:
    pop.user("alice")
    pop.pass_("wonderland")
pop.stat()
pop.quit()
"""


# Without the growing delay for addresses that fail, so that the capture does not take minutes.
SETTINGS = """auth_failure_delay = 1 secs
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""


def play(scene):
    server = servers.Dovecot(scene, {"alice": mails.everyday(2), "bob": []},
                             more=SETTINGS)
    owner = scene.machine("alice-pc.example.org")
    stranger = scene.machine("stranger.example.net")
    scene.connect(seed=12, stranger="delay=45,jitter=8,loss=0.02", alice_pc="delay=5")
    with scene.capture("story-password-guessing", server.machine, server=server.describe(),
                       client=owner.client("poplib"), tries="pop.auth.result == 2",
                       shows="A story to solve, captured at the server: many tries from one address, and one"
                             " user with a typing error.") as capture:
        capture.truth(server.truth("alice"))
        process = stranger.start(["python3", "-c", GUESS])
        time.sleep(5)
        owner.python(OWNER)
        process.wait(120)

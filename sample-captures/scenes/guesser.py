"""A program guesses passwords with four connections at once, while Alice reads her mail.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import usual_clients

FETCH = "import time\ntime.sleep(3)\n" + usual_clients.LOGIN + """
pop.retr(1)
pop.quit()
"""
USERS = "admin\nalice\nbob\n"
WORDS = "123456\npassword\nqwerty\nletmein\nbuilder\nsecret\n"


def play(scene):
    server = servers.Dovecot(scene, {"alice": mails.everyday(1), "bob": mails.everyday(1)})
    alice = scene.machine("alice-pc.example.org")
    stranger = scene.machine("stranger.example.net", "tools")
    stranger.write("/root/users", USERS)
    stranger.write("/root/words", WORDS)
    scene.connect(alice_pc="delay=8,jitter=2", stranger="delay=25,jitter=5")
    with scene.capture("guesser-parallel", server.machine, server=server.describe(),
                       client=f"hydra {stranger.version('hydra')}; {alice.client('poplib')}",
                       shows="A story to solve: somebody guesses with four connections at once, while Alice"
                             " fetches.", tries="pop.auth.result == 2") as capture:
        capture.truth(server.truth("alice"))
        alice.write("/root/fetch.py", FETCH)
        fetch = alice.start("exec python3 /root/fetch.py")
        stranger.sh("cd /root; hydra -t 4 -L users -P words 192.0.2.110 pop3", check=False)
        fetch.wait(30)

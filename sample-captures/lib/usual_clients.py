"""What many scenes give their clients: programs for Python's poplib, and settings of mpop.
SPDX-License-Identifier: GPL-2.0-or-later
"""

LOGIN = """
import poplib
pop = poplib.POP3("pop.example.com")
pop.user("alice")
pop.pass_("wonderland")
"""

FETCH_ALL = LOGIN + """
for n in range(1, pop.stat()[0] + 1):
    pop.retr(n)
pop.quit()
"""


def write_mpoprc(machine, *more, host="pop.example.com"):
    """Settings for a login in the clear, with `more` lines."""
    lines = ["account default", f"host {host}", "user alice", "password wonderland", "auth user", "tls off",
             *more, "delivery mbox /root/inbox"]
    machine.write("/root/.mpoprc", "\n".join(lines) + "\n", 0o600)

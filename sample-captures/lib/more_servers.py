"""Servers made of libraries: Twisted, tcllib; and Dovecot 2.4.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import servers

TWISTED = """
from twisted.cred import checkers, portal
from twisted.internet import protocol, reactor
from twisted.mail import maildir, pop3
from zope.interface import implementer

class Maildir(maildir.MaildirMailbox):
    # Two methods of Twisted's own fail with Python 3.
    def getMessage(self, number):
        return open(self.list[number], "rb")

    def getUidl(self, number):
        return self.list[number].split("/")[-1].split(",")[0].encode()

@implementer(portal.IRealm)
class Realm:
    def requestAvatar(self, name, mind, *interfaces):
        return pop3.IMailbox, Maildir("/srv/mail/" + name.decode()), lambda: None

checker = checkers.InMemoryUsernamePasswordDatabaseDontUse()
for name, password in %s.items():
    checker.addUser(name.encode(), password.encode())

class Factory(protocol.ServerFactory):
    def buildProtocol(self, address):
        made = pop3.POP3()
        made.factory, made.portal = self, portal.Portal(Realm(), [checker])
        return made

reactor.listenTCP(110, Factory())
reactor.run()
"""

TCLLIB = """
package require pop3d
package require pop3d::dbox
package require pop3d::udb
set users [::pop3d::udb::new]
%s
set store [::pop3d::dbox::new]
$store base /srv/mail
set server [::pop3d::new]
$server configure -port 110 -auth $users -storage $store
$server up
vwait forever
"""

DOVECOT_24 = """dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = /run/dovecot
log_path = /var/log/dovecot.log
protocols = pop3
listen = *
ssl = no
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = /srv/mail/%{user}
first_valid_uid = 1
mail_uid = mail
mail_gid = mail
passdb passwd-file {
  default_password_scheme = PLAIN
  passwd_file_path = /etc/dovecot/users
}
userdb static {
  fields {
    home = /srv/mail/%{user}
  }
}
"""


class Twisted(servers.Maildir, servers.Server):
    layer, package, title = "twisted", "python3-twisted", "Twisted"

    def setup(self):
        self.fill()
        for user in self.mailboxes:  # deleted mails go there
            self.machine.sh("mkdir -p " + " ".join(f"/srv/mail/{user}/.Trash/{name}"
                                                   for name in ("cur", "new", "tmp")))
        self.machine.write("/root/server.py", TWISTED % servers.PASSWORDS)
        self.machine.start("exec python3 /root/server.py")
        self.machine.wait_for_port(110)


class Tcllib(servers.Server):
    layer, package, title = "tcllib", "tcllib", "tcllib pop3d"

    def setup(self):
        users = "\n".join(f"$users add {user} {servers.PASSWORDS[user]} {user}"
                          for user in self.mailboxes)
        for user, mails in self.mailboxes.items():
            for number, mail in enumerate(mails, 1):
                self.machine.write(f"/srv/mail/{user}/{number}", mail)
        self.machine.write("/root/server.tcl", TCLLIB % users)
        self.machine.start("exec tclsh /root/server.tcl")
        self.machine.wait_for_port(110)

    def stored(self, user):
        files = self.machine.path(f"/srv/mail/{user}").iterdir()
        return [f.read_bytes() for f in sorted(files)]


class Dovecot24(servers.Maildir, servers.Server):
    layer, package, title = "trixie", "dovecot-pop3d", "Dovecot"

    def setup(self):
        self.machine.write("/etc/dovecot/dovecot.conf", DOVECOT_24)
        users = "".join(f"{user}:{{PLAIN}}{servers.PASSWORDS[user]}::::::\n" for user in self.mailboxes)
        self.machine.write("/etc/dovecot/users", users)
        self.fill()
        self.machine.start("exec dovecot -F")
        self.machine.wait_for_port(110)

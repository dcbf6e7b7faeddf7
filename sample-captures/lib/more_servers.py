"""Servers made of libraries: Twisted, tcllib, WildDuck's; the simulator INetSim; and Dovecot 2.4.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import re

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

# What WildDuck keeps in MongoDB and Redis is here a folder of files. The protocol is all WildDuck's.
WILDDUCK = """
const crypto = require("crypto"), fs = require("fs");
const POP3Server = require("/opt/node_modules/wildduck/lib/pop3/server");
const passwords = %s;
const folder = session => `/srv/mail/${session.user.id}/new/`;

function list(session) {
    return fs.readdirSync(folder(session)).sort().map((name, n) => ({
        id: crypto.createHash("sha1").update(name).digest("hex").slice(0, 24), uid: n + 1, name,
        mailbox: "INBOX", size: fs.statSync(folder(session) + name).size, flags: [], seen: false}));
}

const server = new POP3Server({
    disableSTARTTLS: true,
    id: {name: "WildDuck POP3 Server"},  // as its own program names it
    onAuth: (auth, session, done) => done(null, passwords[auth.username] === auth.password
        ? {user: {id: auth.username, username: auth.username}} : null),
    onListMessages(session, done) {
        const messages = list(session);
        done(null, {messages, count: messages.length, size: messages.reduce((sum, m) => sum + m.size, 0)});
    },
    onFetchMessage: (message, session, done) =>
        done(null, fs.createReadStream(folder(session) + message.name)),
    onUpdate(update, session, done) {
        (update.deleted || []).forEach(message => fs.unlinkSync(folder(session) + message.name));
        done();
    }
});
server.loggelf = () => {};
server.listen(110);
"""

INETSIM = """start_service pop3
service_bind_address 0.0.0.0
pop3_hostname pop
pop3_mbox_maxmails 200
pop3_enable_capabilities yes
pop3_capability TOP
pop3_capability USER
pop3_capability UIDL
pop3_capability IMPLEMENTATION "INetSim POP3 server"
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


class WildDuck(servers.Maildir, servers.Server):
    layer, title = "node", "WildDuck's POP3 server"
    package = "npm:wildduck"
    owner = "root:root"

    def setup(self):
        self.mailboxes = {user: [servers.crlf(mail) for mail in mails]  # so are WildDuck's sizes
                          for user, mails in self.mailboxes.items()}
        self.fill()
        self.machine.write("/root/server.js", WILDDUCK % servers.PASSWORDS)
        self.machine.start("cd /opt/node_modules/wildduck; exec node /root/server.js")
        self.machine.wait_for_port(110)


class Inetsim(servers.Server):
    """Lets everybody in, and shows a choice of its mails that it makes by chance, for want of users."""
    layer, package, title = "inetsim", "inetsim", "INetSim"
    note = "the server sends the empty line between the mails of its mbox file too"

    def setup(self):
        machine = self.machine
        machine.write("/etc/inetsim/inetsim.conf", INETSIM)
        machine.sh("rm /var/lib/inetsim/pop3/*")
        box = [b"From bob@example.org Mon Jan  6 09:00:00 2025\n" + mail + b"\n"
               for mail in sum(self.mailboxes.values(), [])]
        machine.write("/var/lib/inetsim/pop3/alice.mbox", b"".join(box), 0o664, "inetsim:inetsim")
        machine.start("exec inetsim")
        machine.wait_for_port(110)

    def stored(self, user):
        return self.mailboxes[user]

    def as_sent(self, mail):
        return servers.crlf_ended(mail) + b"\r\n"

    def among(self, fetched, user):
        """The truth about what was fetched: the mails of the store, found by their Message-IDs, and two
        lines of its own that this server takes for a mail."""
        known = {identity(mail): number for number, mail in enumerate(self.stored(user), 1)}
        return [self.truth(user, [known[identity(mail)]])[0] if identity(mail) else
                (mail, "no mail: the head of the server's own file, as the client wrote it to disk")
                for mail in fetched]


def identity(mail):
    found = re.search(rb"(?im)^Message-ID: *(<[^>]*>)", mail)
    return found and found[1]

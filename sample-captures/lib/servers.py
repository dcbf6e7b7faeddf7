"""The servers of the scenes: their throw-away configuration, and what is in their stores.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import re
import shlex

PASSWORDS = {"alice": "wonderland", "bob": "builder", "carol": "chorus"}


def crlf(mail):
    """The form in which POP sends a mail that is stored with LF."""
    return re.sub(rb"\r?\n", b"\r\n", mail)


def crlf_ended(mail):
    """As `crlf`; many servers also end the last line."""
    sent = crlf(mail)
    return sent if sent.endswith(b"\r\n") else sent + b"\r\n"


class Server:
    """`mailboxes` maps users to lists of mails (LF line ends)."""
    layer = package = title = ""
    note = ""  # what this server changes in a mail

    def __init__(self, scene, mailboxes, name="pop.example.com", **options):
        self.scene, self.mailboxes, self.options = scene, mailboxes, options
        self.machine = scene.machine(name, self.layer)
        self.setup()

    def describe(self):
        return f"{self.title} {self.machine.version(self.package)}"

    def as_sent(self, mail):
        return crlf_ended(mail)

    def truth(self, user, numbers=None):
        """The stored mails with these numbers (from 1) in the form in which POP sends them."""
        stored = self.stored(user)
        chosen = numbers or range(1, len(stored) + 1)
        return [(self.as_sent(stored[n - 1]), f"mail {n} of {user}{self.note_on(stored[n - 1])}")
                for n in chosen]

    def note_on(self, mail):
        notes = [self.note] if self.note else []
        if not crlf(mail).endswith(b"\r\n"):
            notes.append("the server adds the final CRLF")
        return ", " + ", ".join(notes) if notes else ""


class Maildir:
    """A store with one file for each mail."""
    folder = "/srv/mail/{user}"
    owner = "mail:mail"

    def fill(self):
        for user, mails in self.mailboxes.items():
            base = self.folder.format(user=user)
            self.machine.sh(f"mkdir -p {base}/cur {base}/new {base}/tmp; chown -R {self.owner} {base}")
            for mail in mails:
                self.deliver(user, mail)

    def deliver(self, user, mail):
        base = self.folder.format(user=user)
        self.delivered = getattr(self, "delivered", 0) + 1
        # The size in the name, as deliverers write it, lets a server know it without reading.
        name = f"{1736154000 + 60 * self.delivered}.M{self.delivered}P1.pop,S={len(mail)}"
        self.machine.write(f"{base}/new/{name}", mail, 0o600, self.owner)

    def stored(self, user):
        base = self.machine.path(self.folder.format(user=user))
        files = [f for sub in ("cur", "new") for f in (base / sub).iterdir()]
        return [f.read_bytes() for f in sorted(files, key=lambda f: int(f.name.split(".")[0]))]


class Mbox:
    """A store with one file for each user: mails that begin with a `From ` line."""
    spool = "/var/mail/{user}"

    def fill(self):
        for user, mails in self.mailboxes.items():
            path = self.spool.format(user=user)
            rows = []
            for mail in mails:
                quoted = re.sub(rb"(?m)^From ", b">From ", mail)
                if quoted and not quoted.endswith(b"\n"):
                    quoted += b"\n"
                rows.append(b"From bob@example.org Mon Jan  6 09:00:00 2025\n" + quoted + b"\n")
            self.machine.write(path, b"".join(rows), 0o660, f"{user}:mail")

    def stored(self, user):
        raw = self.machine.read(self.spool.format(user=user))
        mails = re.split(rb"(?m)^From \S+ \w{3} .*\n", raw)[1:]
        return [mail[:-1] if mail.endswith(b"\n\n") else mail for mail in mails]


class Dovecot(Maildir, Server):
    layer, package, title = "dovecot", "dovecot-pop3d", "Dovecot"
    config = """
base_dir = /run/dovecot
log_path = /var/log/dovecot.log
protocols = pop3
listen = *, ::
mail_location = maildir:/srv/mail/%n
first_valid_uid = 1
mail_uid = mail
mail_gid = mail
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%n /etc/dovecot/users
}
userdb {
  driver = static
  args = home=/srv/mail/%n
}
"""

    def setup(self):
        tls = self.options.get("tls", False)
        settings = self.config + self.options.get("more", "")
        if tls:
            make_certificate(self.machine)
            settings += ("ssl = yes\nssl_cert = </etc/dovecot/pop.crt\nssl_key = </etc/dovecot/pop.key\n")
        else:
            settings += "ssl = no\n"
        if "disable_plaintext_auth" not in settings:
            settings += "disable_plaintext_auth = no\n"
        self.machine.write("/etc/dovecot/dovecot.conf", settings)
        users = "".join(f"{user}:{{PLAIN}}{PASSWORDS[user]}::::::\n" for user in self.mailboxes)
        self.machine.write("/etc/dovecot/users", users)
        for path, data in self.options.get("files", {}).items():
            self.machine.write(path, data)
        self.fill()
        self.machine.start("exec dovecot -F")
        self.machine.wait_for_port(110)


def make_certificate(machine):
    machine.sh("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650"
               " -subj /CN=pop.example.com -addext subjectAltName=DNS:pop.example.com"
               " -keyout /etc/dovecot/pop.key -out /etc/dovecot/pop.crt")


def add_unix_user(machine, user):
    """A real user of the machine, for servers that ask the system."""
    if user not in machine.read("/etc/passwd").decode():
        machine.sh(f"useradd -m {user}")
        machine.sh(f"echo {user}:{PASSWORDS[user]} | chpasswd")


def inetd(machine, command, port=110):
    """Serves a program that talks on its standard input and output, as inetd does."""
    code = ("import socket,subprocess,sys\n"
            "listener = socket.create_server(('', %d), backlog=20)\n"
            "while True:\n"
            "    peer, _ = listener.accept()\n"
            "    subprocess.Popen(sys.argv[1:], stdin=peer, stdout=peer, stderr=subprocess.DEVNULL)\n"
            "    peer.close()\n" % port)
    machine.write("/root/inetd.py", code)
    machine.start("exec python3 /root/inetd.py " + " ".join(map(shlex.quote, command)))
    machine.wait_for_port(port)


class UnixServer(Server):
    """A server whose users are users of the machine."""

    def setup(self):
        for user in self.mailboxes:
            add_unix_user(self.machine, user)
        self.fill()
        self.begin()
        self.machine.wait_for_port(110)


class Popa3d(Mbox, UnixServer):
    layer, package, title = "popa3d", "popa3d", "popa3d"

    def begin(self):
        self.machine.start("exec popa3d -D")


class SolidPop3d(Mbox, UnixServer):
    layer, package, title = "solid-pop3d", "solid-pop3d", "solid-pop3d"
    note = "the server sends the empty line between the mails of its mbox file too"

    def as_sent(self, mail):
        return crlf_ended(mail) + b"\r\n"

    def begin(self):
        settings = self.options.get("settings", "")
        self.machine.write("/etc/spop3d.conf", '<Global>\nMailDropName "/var/mail/%s"\n'
                           f"MailDropType mailbox\n{settings}</Global>\n")
        inetd(self.machine, ["solid-pop3d"])


class Mailutils(Mbox, UnixServer):
    layer, package, title = "mailutils", "mailutils-pop3d", "GNU mailutils pop3d"

    def begin(self):
        self.machine.write("/etc/mailutils.conf",
                           'mailbox { mail-spool "/var/mail"; mailbox-type mbox; };\n'
                           "auth { authentication generic:system; authorization system; };\n")
        self.machine.start("exec pop3d --daemon=20 --foreground")


class Courier(Maildir, UnixServer):
    layer, package, title = "courier", "courier-pop", "Courier"
    folder = "/home/{user}/Maildir"

    def fill(self):
        for user in self.mailboxes:
            self.machine.sh(f"maildirmake /home/{user}/Maildir 2>/dev/null ||"
                            f" mkdir -p /home/{user}/Maildir/cur /home/{user}/Maildir/new"
                            f" /home/{user}/Maildir/tmp; chown -R {user}:{user} /home/{user}")
        for user, mails in self.mailboxes.items():
            for mail in mails:
                self.deliver(user, mail)

    def deliver(self, user, mail):
        self.owner = f"{user}:{user}"
        super().deliver(user, mail)

    def begin(self):
        self.machine.sh("mkdir -p /run/courier/authdaemon; chown -R courier /run/courier;"
                        "chmod 755 /run/courier/authdaemon")
        self.machine.sh("authdaemond start")
        self.machine.sh("sed -i -e 's/^MAXPERIP=.*/MAXPERIP=40/' /etc/courier/pop3d")
        self.machine.sh("pop3d start")


class Cyrus(Server):
    layer, package, title = "cyrus", "cyrus-pop3d", "Cyrus"

    def setup(self):
        machine = self.machine
        machine.write("/etc/imapd.conf", """configdirectory: /var/lib/cyrus
defaultpartition: default
partition-default: /var/spool/cyrus/mail
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
lmtpsocket: /run/cyrus/lmtp
servername: pop.example.com
autocreate_quota: 0
autocreate_post: yes
allowplaintext: yes
allowapop: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256 NTLM
""")
        machine.write("/etc/cyrus.conf", """START { recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -r" }
SERVICES {
  pop3 cmd="/usr/lib/cyrus/bin/pop3d" listen="0.0.0.0:pop3" prefork=1
  lmtpunix cmd="/usr/lib/cyrus/bin/lmtpd -a" listen="/run/cyrus/lmtp" prefork=1
}
""")
        machine.sh("mkdir -p /run/cyrus/proc /run/cyrus/lock; chown -R cyrus:mail /run/cyrus;"
                   "ls /var/lib/cyrus | head -3; su -s /bin/sh cyrus -c /usr/lib/cyrus/bin/makedirs || true")
        for user in self.mailboxes:
            machine.sh(f"echo {PASSWORDS[user]} | saslpasswd2 -p -c -u pop.example.com {user};"
                       "chown cyrus:sasl /etc/sasldb2")
        machine.start("exec /usr/lib/cyrus/bin/master")
        machine.wait_for_port(110)
        for user, mails in self.mailboxes.items():
            for number, mail in enumerate(mails):
                machine.write("/tmp/mail", mail)
                machine.sh(f"/usr/lib/cyrus/bin/deliver -r bob@example.org -d {user} </tmp/mail")

    def stored(self, user):
        spool = self.machine.path("/var/spool/cyrus/mail")
        files = list(spool.rglob("[0-9]*."))  # of the only user: the folders have no user names
        return [f.read_bytes() for f in sorted(files, key=lambda f: int(f.name[:-1]))]

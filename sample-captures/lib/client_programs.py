"""Mail programs and libraries: how each is told to fetch the mails of alice.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import dataclasses

import more_servers
import servers
import window_programs


@dataclasses.dataclass
class Program:
    title: str
    package: str
    layer: str
    shows: str
    tries: str
    command: str
    files: dict = dataclasses.field(default_factory=dict)
    fetches: tuple = (1, 2, 3)  # numbers of the mails fetched whole, in their order
    server: type = servers.Dovecot
    options: dict = dataclasses.field(default_factory=dict)
    must_succeed: bool = True


# A terminal, for programs that draw on a screen: keys, each after a second.
SCREEN = """
import os, pty, select, sys, time
child, fd = pty.fork()
if not child:
    os.execvp("sh", ["sh", "-c", sys.argv[1]])
end = time.time() + 2
for key in sys.argv[2:] + [None]:
    while time.time() < end:
        if select.select([fd], [], [], 0.1)[0]:
            try:
                shown = os.read(fd, 65536)
                sys.stdout.buffer.write(shown)
                if not shown:
                    break
            except OSError:
                break
    end = time.time() + 1
    if key is not None:
        try:
            os.write(fd, key.encode().decode("unicode_escape").encode())
        except OSError:
            pass
"""

MUTTRC = """set pop_host="pop://alice@pop.example.com"
set pop_pass="wonderland"
set pop_delete=no
set pop_last=no
set ssl_starttls=no
set ssl_force_tls=no
set folder=/root
set pop_authenticators="{authenticator}"
set spoolfile=/root/inbox
set mbox_type=mbox
set move=no
set quit=yes
set wait_key=no
set header_cache=""
set message_cachedir=""
"""

FDM = """account "pop" pop3 server "pop.example.com" user "alice" pass "wonderland" keep
action "keep" mbox "/root/inbox"
match all action "keep"
"""

MAILFILTER = """SERVER = "pop.example.com"
USER = "alice"
PASS = "wonderland"
PROTOCOL = "pop3"
PORT = 110
LOGFILE = "/root/mailfilter.log"
VERBOSE = 3
DENY = "^Subject:.*Train times"
"""

RUBY = """require "net/pop"
Net::POP3.start("pop.example.com", 110, "alice", "wonderland") do |pop|
  pop.each_mail { |mail| mail.unique_id; mail.pop }
end
"""

PHP = r"""<?php
$box = imap_open("{pop.example.com:110/pop3/notls}INBOX", "alice", "wonderland") or die(imap_last_error());
for ($n = 1; $n <= imap_num_msg($box); $n++) {
    imap_fetchheader($box, $n);
    imap_body($box, $n);
}
imap_close($box);
"""

JAVA = """import org.apache.commons.net.pop3.*;
import java.io.*;
public class Fetch {
    public static void main(String[] words) throws Exception {
        POP3Client pop = new POP3Client();
        pop.setDefaultTimeout(20000);
        pop.connect("pop.example.com");
        if (!pop.login("alice", "wonderland")) System.exit(1);
        for (POP3MessageInfo info : pop.listMessages()) {
            BufferedReader mail = (BufferedReader) pop.retrieveMessage(info.number);
            while (mail.readLine() != null) { }
            mail.close();
        }
        pop.logout();
        pop.disconnect();
    }
}
"""

JAKARTA = """import jakarta.mail.*;
import java.io.OutputStream;
import java.util.Properties;
public class Read {
    public static void main(String[] words) throws Exception {
        Store store = Session.getInstance(new Properties()).getStore("pop3");
        store.connect("pop.example.com", "alice", "wonderland");
        Folder inbox = store.getFolder("INBOX");
        inbox.open(Folder.READ_ONLY);
        for (Message mail : inbox.getMessages()) {
            System.out.println(((com.sun.mail.pop3.POP3Folder) inbox).getUID(mail) + mail.getSubject());
            mail.writeTo(OutputStream.nullOutputStream());
        }
        inbox.close(false);
        store.close();
    }
}
"""

NODE_POP3 = """const Pop3 = require("/opt/node_modules/node-pop3");
(async () => {
    const pop = new Pop3({host: "pop.example.com", user: "alice", password: "wonderland"});
    for (const [number] of await pop.UIDL()) {
        await pop.RETR(number);
    }
    await pop.QUIT();
})();
"""

YAPOPLE = """const {Client} = require("/opt/node_modules/yapople");
(async () => {
    const pop = new Client({host: "pop.example.com", port: 110, username: "alice", password: "wonderland"});
    await pop.connect();
    await pop.retrieveAndDeleteAll();
    await pop.quit();
})();
"""

PERL = r"""use Mail::POP3Client;
my $pop = Mail::POP3Client->new(HOST => "pop.example.com", USER => "alice", PASSWORD => "wonderland",
                                AUTH_MODE => "PASS") or die;
for my $n (1 .. $pop->Count()) { $pop->Head($n); $pop->Retrieve($n); }
$pop->Close();
"""

TCL = """package require pop3
set pop [pop3::open pop.example.com alice wonderland]
puts [pop3::status $pop]
foreach mail [pop3::retrieve $pop start end] { puts [string length $mail] }
pop3::close $pop
"""

TWISTED = """from twisted.internet import defer, protocol, reactor
from twisted.mail import pop3client

class Client(pop3client.POP3Client):
    allowInsecureLogin = True

    @defer.inlineCallbacks
    def serverGreeting(self, challenge):
        yield self.login(b"alice", b"wonderland")
        for n in range(len((yield self.listSize()))):
            yield self.retrieve(n)
        yield self.quit()
        reactor.stop()

protocol.ClientCreator(reactor, Client).connectTCP("pop.example.com", 110)
reactor.callLater(20, reactor.stop)
reactor.run()
"""


def screen(command, *keys):
    return f"python3 /root/screen.py '{command}' " + " ".join(f"'{key}'" for key in keys)


PROGRAMS = {
    "client-mutt": Program(
        "mutt", "mutt", "readers", "mutt fetches with a key into its own mailbox.", "pop.stat.count == 3",
        "touch /root/inbox; " + screen("mutt -F /root/muttrc", "G", "\\n", "q", "y"),
        {"/root/muttrc": MUTTRC.format(authenticator="user"), "/root/screen.py": SCREEN}),
    "client-neomutt": Program(
        "NeoMutt", "neomutt", "readers", "NeoMutt opens the maildrop as a folder: first the headers, then one mail.",
        "pop.request.command == \"TOP\"",
        screen("neomutt -F /root/muttrc -f pop://alice@pop.example.com/", "\\n", "q", "q", "y"),
        {"/root/muttrc": MUTTRC.format(authenticator="user"), "/root/screen.py": SCREEN}, (1,)),
    "client-alpine": Program(
        "Alpine", "alpine", "readers", "Alpine opens the maildrop as its inbox and reads one mail.",
        "pop.request.command == \"LIST\"",
        screen("alpine -p /root/pinerc -inbox-path={pop.example.com/pop3/user=alice/notls}inbox"
               " -i", "", "", "", "wonderland\\n", "n", "", "\\n", "", "q", "y", ""),
        {"/root/pinerc": "last-version-used=2.26\nnew-version-threshold=9.0\n", "/root/screen.py": SCREEN}, (1,)),
    "client-s-nail": Program(
        "S-nail", "s-nail", "readers", "S-nail opens the maildrop, prints one mail, and leaves without QUIT.", "pop.stat.count == 3",
        "printf 'p 2\\nx\\n' | s-nail -:/ -# -Sv15-compat=y -Spop3-no-apop "
        " -f pop3://alice:wonderland@pop.example.com", {}, (2,)),
    "client-nmh": Program(
        "nmh inc", "nmh", "readers", "inc of MH fetches and deletes.", "pop.request.command == \"DELE\"",
        "/usr/bin/mh/inc -user alice -host pop.example.com -port 110 </dev/null",
        {"/root/.mh_profile": "Path: Mail\ncredentials: file:/root/netrc\n",
         "/root/netrc": "machine pop.example.com login alice password wonderland\n", "/root/Mail/x": ""}),
    "client-movemail": Program(
        "GNU movemail", "mailutils", "readers", "movemail, which Emacs uses, moves the mails to a file.",
        "pop.message.deleted",
        "movemail --no-config 'pop://alice:wonderland;auth=+APOP@pop.example.com' /root/inbox ||"
        " movemail 'pop://alice:wonderland@pop.example.com' /root/inbox"),
    "client-fdm": Program("fdm", "fdm", "readers", "fdm fetches and keeps.", "pop.request.command == \"UIDL\"",
                          "fdm -f /root/fdm.conf fetch", {"/root/fdm.conf": FDM}),
    "client-mailfilter": Program(
        "mailfilter", "mailfilter", "tools", "mailfilter looks at headers and deletes what it does not like, unseen.",
        "pop.request.command == \"DELE\"", "mailfilter --mailfilterrc=/root/rc; cat /root/mailfilter.log",
        {"/root/rc": MAILFILTER}, (), must_succeed=False),
    "client-ruby": Program("Ruby net/pop", "ruby3.1", "tools", "Ruby's Net::POP3, against Courier.", "pop.uidl.uid",
                           "ruby /root/fetch.rb", {"/root/fetch.rb": RUBY}, server=servers.Courier),
    "client-php": Program("PHP imap", "php8.2-imap", "tools", "PHP's imap extension (c-client).",
                          "pop.request.command == \"RETR\"", "php /root/fetch.php", {"/root/fetch.php": PHP}),
    "client-perl-pop3client": Program(
        "Mail::POP3Client", "libmail-pop3client-perl", "tools", "Perl's Mail::POP3Client: TOP, then RETR, of each.",
        "pop.request.command == \"TOP\"", "perl /root/fetch.pl", {"/root/fetch.pl": PERL}),
    "client-nmap": Program(
        "nmap scripts", "nmap", "tools", "nmap asks for the capabilities; nobody logs in.",
        "pop.capability.name", "nmap -Pn -n -sT -p 110 --script pop3-capabilities 192.0.2.110", {}, ()),
    "client-commons-net": Program(
        "Apache Commons Net", "libcommons-net-java", "java", "Apache Commons Net, against Cyrus.", "pop.list.size",
        "java -cp /usr/share/java/commons-net.jar /root/Fetch.java", {"/root/Fetch.java": JAVA},
        server=servers.Cyrus),
    "client-jakarta-mail": Program(
        "Jakarta Mail", "libjakarta-mail-java", "java", "Jakarta Mail (JavaMail) reads headers, then mails.",
        "pop.request.command == \"TOP\"",
        "java -cp /usr/share/java/jakarta-mail.jar:/usr/share/java/jakarta-activation.jar /root/Read.java",
        {"/root/Read.java": JAKARTA}, server=servers.Popa3d),
    "client-node-pop3": Program(
        "node-pop3", "npm:node-pop3", "node", "node-pop3 of Node.js, against WildDuck's server.",
        "pop.uidl.uid", "node /root/fetch.js", {"/root/fetch.js": NODE_POP3},
        server=more_servers.WildDuck),
    "client-yapople": Program(
        "yapople", "npm:yapople", "node", "yapople of Node.js fetches all mails and deletes them.",
        "pop.request.command == \"DELE\"", "node /root/fetch.js", {"/root/fetch.js": YAPOPLE}),
    "client-testssl": Program(
        "testssl.sh", "testssl.sh", "tools", "testssl.sh asks for one version of TLS after the other, each behind"
        " STLS on a connection of its own.", "pop.request.command == \"STLS\"",
        "testssl --quiet --protocols --nodns=none --ip=192.0.2.110 --starttls pop3 pop.example.com:110",
        {}, (), options={"tls": True}, must_succeed=False),
    "client-sylpheed": Program(
        "Sylpheed", "sylpheed", "sylpheed", "Sylpheed, driven without a screen, fetches and keeps.",
        "pop.request.command == \"UIDL\"", window_programs.SYLPHEED_COMMAND, window_programs.SYLPHEED,
        server=more_servers.Dovecot24),
    "client-thunderbird": Program(
        "Thunderbird", "thunderbird", "thunderbird", "Thunderbird, driven without a screen, looks for new mail as"
        " it starts.", "pop.auth.mechanism == \"PLAIN\"", window_programs.THUNDERBIRD_COMMAND,
        window_programs.THUNDERBIRD),
    "client-tcllib": Program("tcllib pop3", "tcllib", "tcllib", "Tcl's pop3 package.", "pop.request.command == \"RETR\"",
                             "tclsh /root/fetch.tcl", {"/root/fetch.tcl": TCL}),
    "client-twisted": Program("Twisted", "python3-twisted", "twisted", "Twisted's POP3 client.", "pop.capability",
                              "python3 /root/fetch.py", {"/root/fetch.py": TWISTED}),
}

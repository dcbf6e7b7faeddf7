"""Between client and server stands a proxy: what it says before POP begins.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers
import stage

HAPROXY = """global
  maxconn 20
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen pop3
  bind :110
  server pop 192.0.2.110:110 {send}
"""
NGINX = """load_module modules/ngx_mail_module.so;
user www-data;
daemon off;
error_log /var/log/nginx-scene.log;
events {{ worker_connections 20; }}
mail {{
  server_name proxy.example.com;
  auth_http 127.0.0.1:8080/auth;
  pop3_capabilities TOP USER UIDL;
  server {{ listen 110; protocol pop3; proxy on; proxy_protocol on; pop3_auth plain apop cram-md5; }}
}}
http {{
  access_log off;
  server {{
    listen 127.0.0.1:8080;
    location /auth {{
      add_header Auth-Status OK;
      add_header Auth-Server 192.0.2.110;
      add_header Auth-Port 110;
      add_header Auth-User alice;
      add_header Auth-Pass wonderland;
      return 200;
    }}
  }}
}}
"""
DOVECOT_PROXY = """passdb {
  driver = static
  args = nopassword=y proxy=y host=192.0.2.110 port=110
}
login_greeting = Proxy ready.
"""
BEHIND = """haproxy_trusted_networks = 192.0.2.25
service pop3-login {
  inet_listener pop3 {
    port = 110
    haproxy = yes
  }
}
"""
STUNNEL = """foreground = yes
pid =
[pop3s]
accept = 995
connect = 192.0.2.110:110
cert = /root/both.pem
"""
PARTS = {
    "proxy-haproxy-v1": ("haproxy", "A PROXY line tells the server the true address of the client.",
                         "tcp.port == 110 && tcp.len > 0"),
    "proxy-haproxy-v2": ("haproxy", "The same in the binary form of the PROXY protocol.",
                         "tcp.port == 110 && tcp.len > 0"),
    "proxy-nginx": ("nginx", "Both sides of a mail proxy: the client's session, and the proxy's own login.",
                    "pop.stream == 1"),
    "proxy-dovecot-xclient": ("dovecot", "A proxy that tells the client's address with XCLIENT.",
                              'pop.request.command == "XCLIENT"'),
    "proxy-perdition": ("perdition", "Both sides of Perdition, which logs in for the client.", "pop.stream == 1"),
    "proxy-stunnel": ("stunnel", "Both sides of stunnel: TLS to the client, clear to the server.",
                      "pop.session.tls == 1"),
}


def start_proxy(proxy, name):
    if name.startswith("proxy-haproxy"):
        send = "send-proxy-v2" if name.endswith("v2") else "send-proxy"
        proxy.write("/etc/haproxy/scene.cfg", HAPROXY.format(send=send))
        proxy.start("exec haproxy -db -f /etc/haproxy/scene.cfg")
    elif name == "proxy-perdition":
        proxy.start("exec perdition --protocol POP3 --outgoing_server 192.0.2.110 --map_library ''"
                    " --ssl_mode none --no_daemon --log_facility -")
    elif name == "proxy-stunnel":
        proxy.sh("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650"
                 " -subj /CN=proxy.example.com -keyout /root/key.pem -out /root/cert.pem;"
                 " cat /root/key.pem /root/cert.pem > /root/both.pem")
        proxy.write("/etc/stunnel/scene.conf", STUNNEL)
        proxy.start("exec stunnel4 /etc/stunnel/scene.conf")
        proxy.wait_for_port(995)
        return
    else:
        proxy.sh("mkdir -p /var/log/nginx /var/lib/nginx")
        proxy.write("/etc/nginx/scene.conf", NGINX.replace("{{", "{").replace("}}", "}"))
        proxy.start("exec nginx -c /etc/nginx/scene.conf")
    proxy.wait_for_port(110)


def version_of(machine, kind):
    package = {"haproxy": "haproxy", "nginx": "libnginx-mod-mail", "dovecot": "dovecot-pop3d",
               "perdition": "perdition", "stunnel": "stunnel4"}[kind]
    return {"haproxy": "HAProxy ", "nginx": "nginx ", "dovecot": "Dovecot ", "perdition": "Perdition ",
            "stunnel": "stunnel "}[kind] + machine.version(package)


def play(_):
    for name, (kind, shows, tries) in PARTS.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            more = "" if kind in ("perdition", "stunnel") else \
                "login_trusted_networks = 192.0.2.25\n" if kind == "dovecot" else BEHIND
            server = servers.Dovecot(part, {"alice": mails.everyday(1)}, more=more)
            if kind == "dovecot":
                proxy = servers.Dovecot(part, {"alice": []}, name="proxy.example.com",
                                        more=DOVECOT_PROXY).machine
                proxy.sh("rm /etc/dovecot/users; touch /etc/dovecot/users; doveadm reload")
            else:
                proxy = part.machine("proxy.example.com", kind)
            client = part.machine("alice-pc.example.org")
            part.connect(seed=16, alice_pc="delay=15,jitter=3")
            if kind != "dovecot":
                start_proxy(proxy, name)
            both = kind in ("nginx", "perdition", "stunnel")
            with part.capture(name, proxy if both else server.machine, shows=shows, tries=tries,
                              server=f"{version_of(proxy, kind)} before {server.describe()}",
                              client=client.client("curl")) as capture:
                capture.truth(server.truth("alice") * (2 if both else 1))
                if kind == "stunnel":
                    capture.keys_from(client, "/root/keys")
                    client.sh("curl -sSk -u alice:wonderland pop3s://proxy.example.com/1",
                              env={"SSLKEYLOGFILE": "/root/keys"})
                else:
                    client.sh("curl -sS -u alice:wonderland pop3://proxy.example.com/1")

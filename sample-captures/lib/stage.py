"""The stage of a scene: machines of its own in namespaces, a cable between them, and captures.
SPDX-License-Identifier: GPL-2.0-or-later

A machine is a process in its own mount, network, host name and process namespaces, with a small
Debian as its root folder. What it writes goes to a temporary folder. When its first process ends
everything that it started ends too, so nothing is left behind.
"""
import contextlib
import hashlib
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pcapng

HERE = pathlib.Path(__file__).resolve().parents[1]
CACHE = pathlib.Path(os.environ.get("POP_CAPTURES_CACHE", "/var/cache/pop-sample-captures"))
OUT = pathlib.Path(os.environ.get("POP_CAPTURES_OUT", HERE))

# Documentation addresses (RFC 5737, RFC 3849) and names (RFC 2606); locally administered MACs.
HOSTS = {
    "pop.example.com": ("192.0.2.110", "2001:db8:2::110", "02:00:00:00:02:6e"),
    "alice-pc.example.org": ("198.51.100.10", "2001:db8:100::10", "02:00:00:00:64:0a"),
    "alice-phone.example.org": ("198.51.100.23", "2001:db8:100::23", "02:00:00:00:64:17"),
    "office-pc.example.org": ("198.51.100.77", "2001:db8:100::77", "02:00:00:00:64:4d"),
    "stranger.example.net": ("203.0.113.66", "2001:db8:113::66", "02:00:00:00:71:42"),
    "proxy.example.com": ("192.0.2.25", "2001:db8:2::25", "02:00:00:00:02:19"),
}

BOOT = r"""
set -e
root=$1 lower=$2 name=$3
mount -t overlay -o "lowerdir=$lower,upperdir=$root.upper,workdir=$root.work" overlay "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for node in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
    IFS=: read -r file major minor <<<"$node"
    mknod -m 666 "$root/dev/$file" c "$major" "$minor"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -m 1777 "$root/run/lock"
hostname "$name"
ip link set lo up
# Only inside the new root may the scene be told: from here on it writes files there.
exec chroot "$root" bash -c 'echo ready; exec >/dev/null; trap "" INT TERM
    while :; do sleep 1000 & wait $!; done'
"""


class Machine:
    """A small Debian with its own network; `layer` names the packages on top of the clients."""

    def __init__(self, scene, name, layer=None, address_of=None):
        self.scene, self.name = scene, name
        v4, v6, self.mac = HOSTS[name]
        if address_of:  # takes over the IPv4 address of another machine, but not its MAC
            v4 = HOSTS[address_of][0]
        self.v4, self.v6 = v4, v6
        self.root = scene.folder / name.split(".")[0]
        self.processes = []
        lower = f"{CACHE}/{layer}:{CACHE}/base" if layer else f"{CACHE}/base"
        if layer == "trixie":  # a Debian of its own
            lower = f"{CACHE}/trixie"
        for suffix in ("", ".upper", ".work"):
            pathlib.Path(f"{self.root}{suffix}").mkdir()
        self.boot = subprocess.Popen(
            ["unshare", "--mount", "--net", "--uts", "--ipc", "--pid", "--fork", "--kill-child",
             "bash", "-c", BOOT, "-", str(self.root), lower, name],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, stderr=scene.log)
        if self.boot.stdout.readline() != b"ready\n":
            raise RuntimeError(f"{name} did not start")
        children = pathlib.Path(f"/proc/{self.boot.pid}/task/{self.boot.pid}/children").read_text()
        self.pid = children.split()[0]
        if os.path.samefile(f"/proc/{self.pid}/root", "/"):
            raise RuntimeError("the machine has no root folder of its own")
        self.write("/etc/hosts", hosts_file())
        self.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")  # nobody: questions fail at once

    def path(self, path):
        """Where a file of the machine is seen from outside."""
        return pathlib.Path(f"/proc/{self.pid}/root") / str(path).lstrip("/")

    def write(self, path, data, mode=0o644, owner=None):
        target = self.path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data.encode() if isinstance(data, str) else data)
        target.chmod(mode)
        if owner:
            self.sh(f"chown -R {owner} {shlex.quote(str(path))}")
        return path

    def read(self, path):
        return self.path(path).read_bytes()

    def inside(self, command):
        argv = ["sh", "-c", command] if isinstance(command, str) else list(command)
        return ["nsenter", "-t", self.pid, "-m", "-n", "-u", "-i", "-p", "-r", "-w", "--"] + argv

    def start(self, command, **options):
        """Starts a program that goes on while the scene plays."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", self.scene.log)
        options.setdefault("stderr", self.scene.log)
        process = subprocess.Popen(self.inside(command), env=environment(), **options)
        self.processes.append(process)
        return process

    def sh(self, command, check=True, timeout=120, env=None, **options):
        """Runs a command to its end and returns what it printed."""
        done = subprocess.run(self.inside(command), env=environment(env), timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
        if len(command) < 300:  # the long ones prepare the machine
            self.scene.note_log(f"{self.name}: {command}\n".encode() + done.stdout)
        if check and done.returncode:
            raise RuntimeError(f"{self.name}: {str(command)[:200]}: {done.stdout.decode(errors='replace')[-1500:]}")
        return done.stdout.decode(errors="replace")

    def python(self, code, arguments="", **options):
        """Runs a Python program on the machine."""
        self.write("/root/program.py", code)
        return self.sh(f"python3 /root/program.py {arguments}", **options)

    def version(self, package):
        """Of a package of Debian, or of npm where its name begins so."""
        if package.startswith("npm:"):
            return json.loads(self.read(f"/opt/node_modules/{package[4:]}/package.json"))["version"]
        version = self.sh(["dpkg-query", "-W", "-f", "${Version}", package]).split(":")[-1]
        return version.split("-")[0].split("+dfsg")[0]

    def client(self, name):
        """The name and version of a client program, as the table shows it."""
        package = {"poplib": "python3", "Net::POP3": "perl", "nc": "netcat-openbsd",
                   "getmail": "getmail6"}.get(name, name)
        language = {"poplib": "Python ", "Net::POP3": "Perl "}.get(name)
        if language:
            return f"{language}{self.version(package)} {name}"
        return f"{name} {self.version(package)}"

    def wait_for_port(self, port, seconds=15):
        """Waits for a listener without connecting, so that its first client is the scene's."""
        wanted = f":{port:04X} "
        for _ in range(seconds * 20):
            for table in ("tcp", "tcp6"):
                rows = pathlib.Path(f"/proc/{self.pid}/net/{table}").read_text().splitlines()[1:]
                if any(row.split()[1].endswith(wanted.strip()) and row.split()[3] == "0A"
                       for row in rows):
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{self.name}: nobody listens on port {port}")

    def stop(self):
        for process in self.processes:
            process.poll()
        os.kill(int(self.pid), signal.SIGKILL)  # its whole process namespace ends with it
        self.boot.wait()
        for process in self.processes:
            process.wait()


class Capture:
    """What is captured on one machine from entering the `with` block to leaving it."""

    def __init__(self, scene, name, machine, shows, server, client, tries, capture_filter, linger):
        self.scene, self.name, self.machine, self.linger = scene, name, machine, linger
        self.facts = {"Shows": shows, "Server": server, "Client": client, "Try": tries}
        self.filter = capture_filter
        self.raw = scene.folder / f"{name}.pcap"
        self.notes, self.truths, self.key_files, self.snaplen = [], [], [], 262144
        self.edits = []

    def __enter__(self):
        self.process = subprocess.Popen(
            ["nsenter", "-t", self.machine.pid, "-n", "dumpcap", "-q", "-i", "eth0", "-P",
             "-f", self.filter, "-w", str(self.raw)], stderr=subprocess.PIPE)
        for line in self.process.stderr:
            if line.startswith(b"File:"):
                break
        time.sleep(0.1)
        return self

    def __exit__(self, kind, *_):
        time.sleep(self.linger)  # for the last frames, which may still be on their way
        self.process.send_signal(signal.SIGINT)
        self.process.stderr.read()
        self.process.wait()
        if kind is None:
            self.finish()

    def note(self, pattern, text, nth=1):
        """A comment on the nth frame whose TCP payload contains the pattern."""
        self.notes.append((pattern, text, nth))

    def truth(self, mails):
        """The mails fetched whole, in order: pairs of (octets as POP sends them, note)."""
        self.truths += mails

    def keys_from(self, machine, path):
        self.key_files.append((machine, path))

    def edit(self, function):
        """A change to the list of frames before it is written, such as a cut."""
        self.edits.append(function)

    def finish(self):
        frames = pcapng.read_pcap(self.raw)
        for pattern, text, nth in self.notes:
            found = [frame for frame in frames if pattern in pcapng.payload(frame)]
            if len(found) < nth:
                raise RuntimeError(f"{self.name}: no frame for the comment on {pattern!r}")
            found[nth - 1].comments.append(text)
        for function in self.edits:
            frames = function(frames)
        secrets = b"".join(machine.read(path) for machine, path in self.key_files)
        comment = "\n".join(f"{key}: {value}" for key, value in self.facts.items())
        pcapng.write(OUT / f"{self.name}.pcapng.gz", frames, comment, secrets, self.snaplen)
        self.write_truth()
        print(f"  {self.name}: {len(frames)} frames")

    def write_truth(self):
        path = OUT / f"{self.name}.sha256"
        path.unlink(missing_ok=True)
        if self.truths:
            lines = [f"{hashlib.sha256(mail).hexdigest()}  {len(mail)}  {note}\n"
                     for mail, note in self.truths]
            path.write_text("".join(lines))


class CaptureOfMiddle(Capture):
    """What passed the middle of the cable, from when it was laid."""

    def __enter__(self):
        self.edit(lambda frames: [f for f in frames if f.data[12:14] == b"\x08\0" and f.data[23] == 6])
        return self

    def __exit__(self, kind, *_):
        time.sleep(self.linger)
        self.raw = self.scene.folder / "middle.pcap"
        if kind is None:
            self.finish()


class Scene:
    def __init__(self, name):
        self.name, self.started = name, time.time()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pop-scene-"))
        self.log = open(self.folder / "log", "ab")
        self.machines, self.cable = [], None

    def note_log(self, data):
        self.log.write(data)
        self.log.flush()

    def machine(self, name, layer=None, **options):
        made = Machine(self, name, layer, **options)
        self.machines.append(made)
        return made

    def show_logs(self):
        self.log.flush()
        sys.stderr.write((self.folder / "log").read_text(errors="replace")[-2500:])
        for log in self.folder.glob("*.upper/var/log/*.log"):
            if log.stat().st_mtime > self.started:
                sys.stderr.write(f"== {log.name}\n" + log.read_text(errors="replace")[-2000:])

    def connect(self, seed=1, sysctl="", record=False, **links):
        """Lays the cable; with `record`, what passes its middle is kept. `links` gives conditions by the first word of a machine's name, with `_`
        for `-`: alice_pc="delay=20,jitter=5"."""
        ports = []
        for number, machine in enumerate(self.machines):
            key = machine.name.split(".")[0].replace("-", "_")
            conditions = links.get(key, "")
            ports.append(f"poptap{number},{machine.pid},{machine.mac}"
                         + (f",{conditions}" if conditions else ""))
        self.cable = subprocess.Popen(
            [sys.executable, str(HERE / "lib/wire.py"), str(seed),
             str(self.folder / "middle.pcap") if record else "-"] + ports, stdout=subprocess.PIPE)
        if self.cable.stdout.readline() != b"ready\n":
            raise RuntimeError("the cable could not be laid")
        for number, machine in enumerate(self.machines):
            self.plug_in(machine, f"poptap{number}", sysctl)

    def plug_in(self, machine, device, sysctl):
        """Fixed addresses and neighbours: a capture shows TCP from its first frame on."""
        commands = ["for f in all default; do echo 0 > /proc/sys/net/ipv6/conf/$f/accept_dad; "
                    "echo 0 > /proc/sys/net/ipv6/conf/$f/router_solicitations; done",
                    f"ip link set {device} name eth0 address {machine.mac} mtu 1500",
                    "ip link set eth0 up",
                    f"ip addr add {machine.v4}/32 dev eth0",
                    f"ip -6 addr add {machine.v6}/128 dev eth0 nodad",
                    "ip route add default dev eth0", "ip -6 route add default dev eth0"]
        for other in self.machines:
            if other is not machine:
                for address in (other.v4, other.v6):
                    commands.append(f"ip neigh replace {address} lladdr {other.mac} dev eth0"
                                    " nud permanent")
        if sysctl:
            commands.append(sysctl)
        machine.sh("set -e; " + "; ".join(commands))

    def capture_of_middle(self, name, shows, server, client, tries, linger=0.4):
        return CaptureOfMiddle(self, name, None, shows, server, client, tries, None, linger)

    def capture(self, name, machine, shows, server, client, tries, capture_filter="tcp", linger=0.4):
        return Capture(self, name, machine, shows, server, client, tries, capture_filter, linger)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for machine in self.machines:
            machine.stop()
        if self.cable:
            self.cable.terminate()
            self.cable.wait()
        self.log.close()
        if os.environ.get("POP_CAPTURES_KEEP"):
            print(f"  kept {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


def hosts_file():
    rows = ["127.0.0.1 localhost", "::1 localhost"]
    for name, (v4, v6, _) in HOSTS.items():
        rows += [f"{v4} {name} {name.split('.')[0]}", f"{v6} v6.{name}"]
    return "\n".join(rows) + "\n"


def environment(more=None):
    kept = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
            "TZ": "UTC", "USER": "root", "LOGNAME": "root"}
    return {**kept, **(more or {})}


CURRENT = [None]


@contextlib.contextmanager
def part():
    """A stage of its own for one of several parts of a scene."""
    outer = CURRENT[0]
    scene = CURRENT[0] = Scene(outer.name)
    try:
        yield scene
        CURRENT[0] = outer
    finally:
        if CURRENT[0] is scene:  # it failed: show this log, not the outer one
            scene.show_logs()
            CURRENT[0] = outer
        scene.close()


PARTS = []


def play(name, function, parts):
    """Plays the scene with this name, or only these parts of it."""
    if not (CACHE / "base.done").exists():
        sys.exit("The machines are not prepared: run ./make once.")
    PARTS[:] = parts
    print(name, flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the machines end too
    scene = CURRENT[0] = Scene(name)
    try:
        function(scene)
    except BaseException:
        scene.show_logs()
        raise
    finally:
        scene.close()


def wanted(name):
    """Whether a part of a scene is to be played: all are, if none is named."""
    return not PARTS or name in PARTS

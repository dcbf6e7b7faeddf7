#!/usr/bin/env python3
"""A small network cable: joins network namespaces by TAP devices, and delays, drops, repeats and
reorders their frames by a seed, since not every kernel has a network emulator of its own.
SPDX-License-Identifier: GPL-2.0-or-later

Usage: wire.py SEED RECORD PORT...
RECORD: the pcap file of what passes the middle, between the port that a frame enters by and the one that
it leaves by; "-" for none.
A PORT is NAME,PID,MAC[,KEY=VALUE...]: the device NAME goes to the network namespace of process PID.
Keys (they hold for both directions of the port):
  delay=MS jitter=MS  how long a frame is on its way, and how much more at most
  rate=KBIT           what the port carries in a second
  loss=P repeat=P swap=P   the probability that a frame is dropped, sent twice, overtaken by others
"""
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
SWAP_MS = 25  # how late an overtaken frame is
TCP_HEADERS = 14 + 20 + 32  # a frame longer than this carries data


class Port:
    def __init__(self, text, seed):
        self.name, pid, mac, *settings = text.split(",")
        self.mac = bytes.fromhex(mac.replace(":", ""))
        values = dict(item.split("=") for item in settings)
        self.delay = float(values.get("delay", 0)) / 1000
        self.jitter = float(values.get("jitter", 0)) / 1000
        self.rate = float(values.get("rate", 0)) * 1000
        self.chances = [float(values.get(key, 0)) for key in ("loss", "repeat", "swap")]
        self.random = random.Random(f"{seed} {self.name}")
        self.busy_until = {"in": 0.0, "out": 0.0}
        self.last_due = {"in": 0.0, "out": 0.0}
        self.fd = open_tap(self.name)
        subprocess.run(["ip", "link", "set", self.name, "netns", pid], check=True)

    def plan(self, way, now, frame):
        """Returns when the frame leaves this port: no time, one, or two."""
        draws = [self.random.random() for _ in range(4)]
        lost, repeated, swapped = (draw < chance for draw, chance in zip(draws, self.chances))
        if lost:
            return []
        if self.rate:
            start = max(now, self.busy_until[way])
            now = self.busy_until[way] = start + len(frame) * 8 / self.rate
        due = now + self.delay + self.jitter * draws[3]
        if swapped and len(frame) > TCP_HEADERS:
            return [due + SWAP_MS / 1000]
        due = self.last_due[way] = max(due, self.last_due[way])
        return [due, due + 0.001] if repeated else [due]


def open_tap(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    return fd


def route(frame, source, ports):
    """The ports a frame goes to: the one of its destination, or all others."""
    known = [port for port in ports if port.mac == frame[:6]]
    return known or [port for port in ports if port is not source]


def read_frame(port):
    try:
        return os.read(port.fd, 65536)
    except OSError:  # nothing there, or the device is down
        return b""


class Record:
    """What passes the middle of the cable, as a pcap file."""

    def __init__(self, path):
        self.file = open(path, "wb", buffering=0)
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))

    def add(self, frame):
        seconds, rest = divmod(time.time_ns() // 1000, 1000000)
        self.file.write(struct.pack("<IIII", seconds, rest, len(frame), len(frame)) + frame)


def deliver(fd, frame):
    try:
        os.write(fd, frame)
    except OSError:
        pass  # the other end is gone


def carry(ports, record):
    queue, serial = [], 0
    by_fd = {port.fd: port for port in ports}
    while True:
        wait = max(0.0, queue[0][0] - time.monotonic()) if queue else None
        ready = select.select(by_fd, [], [], wait)[0]
        now = time.monotonic()
        for source in (by_fd[fd] for fd in ready):
            frame = read_frame(source)
            for target in route(frame, source, ports) if frame else []:
                for left in source.plan("in", now, frame):
                    if record:
                        serial += 1
                        heapq.heappush(queue, (left, serial, None, frame))
                    for due in target.plan("out", left, frame):
                        serial += 1
                        heapq.heappush(queue, (due, serial, target.fd, frame))
        while queue and queue[0][0] <= time.monotonic():
            _, _, fd, frame = heapq.heappop(queue)
            if fd is None:
                record.add(frame)
            else:
                deliver(fd, frame)


def main():
    seed, record, *texts = sys.argv[1:]
    ports = [Port(text, seed) for text in texts]
    print("ready", flush=True)
    try:
        carry(ports, Record(record) if record != "-" else None)
    except KeyboardInterrupt:
        pass


main()

"""Captures that are not perfect: a bad link, a late start, lost frames, short frames.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import pcapng
import servers
import stage
import usual_clients


def start_within_first_mail(frames):
    """Leaves out all frames up to the second data frame of the first mail."""
    first = next(n for n, frame in enumerate(frames) if b"RETR 1" in pcapng.payload(frame))
    data = [n for n in range(first, len(frames)) if len(pcapng.payload(frames[n])) > 1000]
    return frames[data[1]:]


def lose_two_frames(frames):
    """Leaves out two data frames of the last mail, as a capture program that cannot keep up does."""
    last = max(n for n, frame in enumerate(frames) if b"RETR 3" in pcapng.payload(frame))
    data = [n for n in range(last, len(frames)) if len(pcapng.payload(frames[n])) > 1000]
    lost = {data[2], data[3]}
    return [frame for n, frame in enumerate(frames) if n not in lost]


def snap(frames):
    for frame in frames:
        frame.data = frame.data[:96]
    return frames


PARTS = {
    "bad-link": ("delay=25,jitter=10,loss=0.04,repeat=0.04,swap=0.08", None, [1, 2, 3, 4],
                 "Segments come late, twice, out of order, or only at the second try.",
                 "tcp.analysis.flags"),
    "starts-late": ("delay=15,jitter=2", start_within_first_mail, [2, 3],
                    "The capture begins in the middle of a mail.", "pop.request.command"),
    "gap-in-capture": ("delay=15,jitter=2", lose_two_frames, [1, 2],
                       "The session was whole, but the capture lacks two segments of the last mail.",
                       "pop.expert.gap"),
    "snapped-96": ("delay=15,jitter=2", snap, None,
                   "Only the first 96 octets of each frame were kept.", "frame.cap_len < frame.len"),
}


def play(_):
    for name, (link, edit, whole, shows, tries) in PARTS.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            count, size = (4, 30) if name == "bad-link" else (3, 9)
            box = [mails.medium(n, size) for n in range(1, count + 1)]
            server = servers.Dovecot(part, {"alice": box})
            client = part.machine("alice-pc.example.org")
            part.connect(seed=11, alice_pc=link)
            with part.capture(name, client, server=server.describe(), client=client.client("poplib"),
                              shows=shows, tries=tries, linger=1) as capture:
                if whole:
                    capture.truth(server.truth("alice", whole))
                if edit:
                    capture.edit(edit)
                if name == "snapped-96":
                    capture.snaplen = 96
                client.python(usual_clients.FETCH_ALL)

"""What the place and the manner of capturing make of a good session: two interfaces whose clocks differ,
frames seen twice, a mirror port that drops, large segments, wireless, tunnels. The sessions are real; what
the place of the capture does to their frames is done here, and the table says so.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import pcapng
import places
import servers
import stage

MADE = " (made from a real session by a script)."


def mirror_that_drops(frames):
    """Of the last mail, which is the large one, each fifth frame with data; and each seventh bare ACK."""
    last = max(n for n, frame in enumerate(frames) if b"RETR 4" in pcapng.payload(frame))
    large = [n for n in range(last, len(frames)) if len(pcapng.payload(frames[n])) > 1000]
    bare = [n for n, frame in enumerate(frames[4:-4], 4) if not pcapng.payload(frame)]
    lost = {*large[3::5], *bare[::7]}
    return [frame for n, frame in enumerate(frames) if n not in lost]


PARTS = {
    "clock-ahead": (places.clocks_apart(40000), "Two interfaces; the clock of the server's side is 40 ms"
                    " ahead of the other" + MADE, 'pop.response_to'),
    "clock-behind": (places.clocks_apart(-40000), "Two interfaces; the clock of the server's side is 40 ms"
                     " behind, so replies stand before their commands" + MADE, 'frame.interface_id == 1'),
    "captured-twice": (places.twice, "Every frame is captured twice, as on a mirror of two ports" + MADE,
                       "tcp.analysis.retransmission"),
    "mirror-drops": (mirror_that_drops, "A mirror port drops frames while a large mail passes" + MADE,
                     "pop.expert.gap"),
    "large-segments": (places.large_segments, "Segmentation offload: the capture holds segments of up to"
                       " 64 KiB" + MADE, "tcp.len > 1460"),
    "wireless-a-msdu": (places.in_a_msdus, "IEEE 802.11, decrypted: an A-MSDU carries several segments in"
                        " one frame" + MADE, "wlan.fc.type_subtype == 0x28"),
    "tunnel-vxlan": (places.in_vxlan, "A session within VXLAN" + MADE, "vxlan && pop.request"),
    "tunnel-gre": (places.in_gre, "A session within GRE" + MADE, "gre && pop.request"),
    "tunnel-pppoe": (places.in_pppoe, "A session at a subscriber's line: PPPoE in a VLAN" + MADE,
                     "pppoes && pop.request"),
}


def play(_):
    for name, (edit, shows, tries) in PARTS.items():
        if not stage.wanted(name):
            continue
        with stage.part() as part:
            box = [mails.medium(n, size) for n, size in ((1, 2), (2, 5), (3, 3))]
            if name in ("mirror-drops", "large-segments"):
                box.append(mails.medium(4, 40))
            server = servers.Dovecot(part, {"alice": box})
            client = part.machine("alice-pc.example.org")
            part.connect(seed=32, alice_pc="delay=15,jitter=3")
            whole = [1, 2, 3] if name == "mirror-drops" else None
            with part.capture(name, client, server=server.describe(), client=client.client("mpop"),
                              shows=shows, tries=tries) as capture:
                capture.truth(server.truth("alice", whole))
                capture.edit(edit)
                client.sh("mpop --host=pop.example.com --user=alice --auth=user --tls=off --keep=on"
                          " --passwordeval='echo wonderland' --pipelining=off --uidls-file=/root/uidls"
                          " --delivery=mbox,/root/inbox")

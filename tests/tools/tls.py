"""Wraps what two sides say into TLS, in memory: the octets on the wire, and the secrets to read them.

The cipher is an anonymous one, so that no certificate is needed; TLS 1.2 is the last to have it.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import ssl
from pathlib import Path
from typing import Iterable, Optional

import captures

ANONYMOUS = "AECDH-AES128-SHA:@SECLEVEL=0"


class Side:
    """One end: the library's TLS with memory instead of sockets."""

    def __init__(self, protocol: int, protocols: Optional[list[str]], secrets: Path) -> None:
        context = ssl.SSLContext(protocol)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(ANONYMOUS)
        if protocols:
            context.set_alpn_protocols(protocols)
        if protocol == ssl.PROTOCOL_TLS_CLIENT:
            context.keylog_filename = str(secrets)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing,
                                    server_side=protocol == ssl.PROTOCOL_TLS_SERVER)

    def shake_hands(self) -> bytes:
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return self.outgoing.read()

    def say(self, octets: bytes) -> bytes:
        self.tls.write(octets)
        return self.outgoing.read()


class Channel:
    """A TLS connection. `secrets`: the file that the session's keys are added to."""

    def __init__(self, secrets: Path, protocols: Optional[list[str]] = None) -> None:
        self.sides = {captures.CLIENT: Side(ssl.PROTOCOL_TLS_CLIENT, protocols, secrets),
                      captures.SERVER: Side(ssl.PROTOCOL_TLS_SERVER, protocols, secrets)}

    def handshake(self) -> list[captures.Run]:
        runs, speaker, other = [], captures.CLIENT, captures.SERVER
        while octets := self.sides[speaker].shake_hands():
            runs.append(captures.Run(speaker, octets))
            self.sides[other].incoming.write(octets)
            speaker, other = other, speaker
        return runs

    def protect(self, runs: Iterable[captures.Run]) -> list[captures.Run]:
        """The same runs, each as records of its own."""
        return [captures.Run(run.direction, self.sides[run.direction].say(run.octets))
                for run in runs]

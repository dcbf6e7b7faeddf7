"""POP inside TLS: found by its port, by STLS and by ALPN, and decoded as it is in clear.

RFC 8314 section 3.1 (port 995), RFC 2595 (STLS), RFC 7301 (ALPN; "pop3" is registered with IANA).
SPDX-License-Identifier: GPL-2.0-or-later
"""
import sys
import tempfile
import unittest
from pathlib import Path

import harness
from harness import captures

sys.path.insert(0, str(Path(harness.__file__).resolve().parent.parent / "tools"))
import tls  # noqa: E402  (from tests/tools)

CLIENT, SERVER = captures.CLIENT, captures.SERVER

SESSION = captures.conversation(
    (SERVER, b"+OK ready\r\n"), (CLIENT, b"USER alice\r\n"), (SERVER, b"+OK\r\n"),
    (CLIENT, b"PASS secret\r\n"), (SERVER, b"+OK\r\n"), (CLIENT, b"RETR 1\r\n"),
    (SERVER, b"+OK\r\nSubject: one\r\n\r\n..\r\n.\r\n"), (CLIENT, b"QUIT\r\n"),
    (SERVER, b"+OK\r\n"))

# What is the same in clear and inside TLS. Expert items are not: there are no secrets in clear.
FIELDS = ("pop.request", "pop.request.data", "pop.response", "pop.response.data", "pop.eom",
          "pop.message.subject", "pop.message.length", "pop.message.complete", "pop.list.size",
          "pop.uidl.uid", "pop.capability", "pop.auth.username", "pop.auth.result")


def plain_dialogues() -> list[tuple[str, captures.Dialogue]]:
    """Those that can be spoken through TLS: whole, with version 3, and without TLS of their own."""
    dialogues = ((path.stem, captures.read_dialogue(path))
                 for path in sorted(harness.DIALOGUES.glob("*.dialogue")))
    return [(name, dialogue) for name, dialogue in dialogues
            if not dialogue.directives and not any(run.lost or run.cut_off for run in dialogue.runs)
            and not name.startswith(("pop1", "proxy", "stls", "very-long", "pipelining-m"))]


class TlsTest(harness.CaptureTest):
    def setUp(self) -> None:
        super().setUp()
        with tempfile.NamedTemporaryFile(dir=self.workplace.folder, delete=False) as file:
            self.secrets = Path(file.name)
        self.secrets.chmod(0o644)
        self.prefs = [f"tls.keylog_file:{self.secrets}"]

    def through_tls(self, runs, protocols=None) -> list[captures.Run]:
        channel = tls.Channel(self.secrets, protocols)
        return channel.handshake() + channel.protect(runs)


class WhereTlsIsFound(TlsTest):
    def subjects(self, capture, prefs=()) -> list[str]:
        return self.values(capture, "pop.message.subject", prefs=[*self.prefs, *prefs])

    def test_port_995(self):
        capture = self.capture(self.through_tls(SESSION), options=captures.Options(server_port=995))
        self.assertEqual(self.subjects(capture), ["one"])

    def test_stls(self):
        clear = captures.conversation((SERVER, b"+OK ready\r\n"), (CLIENT, b"STLS\r\n"),
                                      (SERVER, b"+OK begin\r\n"))
        capture = self.capture(clear + self.through_tls(SESSION[1:]))
        self.assertEqual(self.subjects(capture), ["one"])
        self.assertEqual(self.values(capture, "pop.session.tls", prefs=self.prefs),
                         3 * ["0"] + (len(SESSION) - 1) * ["1"])

    def test_hello_in_the_form_of_ssl_2(self):
        """As the built-in dissector shows it, which hands all to TLS that follows the reply to STLS."""
        body = bytes.fromhex("01" "0301" "0003" "0000" "0010" "00002f") + bytes(range(16))
        hello = bytes([0x80, len(body)]) + body
        alert = bytes.fromhex("15030100020246")
        for cut in (captures.whole, captures.by_size(1)):
            capture = self.capture(captures.conversation(
                (SERVER, b"+OK ready\r\n"), (CLIENT, b"STLS\r\n"), (SERVER, b"+OK begin\r\n"))
                + [captures.Run(direction, piece) for direction, octets in
                   ((CLIENT, hello), (SERVER, alert)) for piece in cut(octets)])
            with self.subTest(frames=self.count(capture, "tcp.len > 0")):
                columns = [self.tshark(capture, prefs=prefs).splitlines()[-6:]
                           for prefs in ([], ["pop.dissector:built-in"])]
                self.assertEqual(columns[0], columns[1])
                # 4.6 has no field for the kind of this hello.
                self.assertEqual(sum("SSLv2" in row and "Client Hello" in row for row in
                                     self.tshark(capture).splitlines()), 1)
                self.assertEqual(self.values(capture, "tls.alert_message.desc", filter="tls"), ["70"])
                self.assertEqual(self.count(capture, "pop.expert.cleartext_after_stls"), 0)

    def test_what_only_resembles_such_a_hello(self):
        """Octets of eight bits behind STLS, of no kind of TLS: injected, and told so."""
        capture = self.capture(captures.conversation(
            (SERVER, b"+OK ready\r\n"), (CLIENT, b"STLS\r\n"), (SERVER, b"+OK begin\r\n"),
            (CLIENT, b"\x80\x20\x02 no hello\r\n")))
        self.assertEqual(self.count(capture, "tls"), 0)
        self.assertEqual(self.count(capture, "pop.expert.cleartext_after_stls"), 1)

    def test_alpn_on_any_port(self):
        elsewhere = captures.Options(server_port=9950)
        capture = self.capture(self.through_tls(SESSION, ["pop3"]), options=elsewhere)
        self.assertEqual(self.subjects(capture), ["one"])
        other = self.capture(self.through_tls(SESSION, ["x-other"]), options=elsewhere)
        self.assertEqual(self.subjects(other), [])

    def test_alpn_is_given_back_with_the_ports(self):
        capture = self.capture(self.through_tls(SESSION, ["pop3"]),
                               options=captures.Options(server_port=9950))
        prefs = [*self.prefs, "pop.dissector:built-in"]
        self.assertEqual(self.values(capture, "pop.stream", prefs=prefs), [])


class AsInClear(TlsTest):
    def seen(self, conversations, names) -> dict[str, list[list[str]]]:
        path = self.file_for_capture()
        captures.capture_several(path, conversations)
        result = {name: [[] for _ in FIELDS] for name in names}
        rows = self.fields(path, "tcp.stream", *FIELDS, filter="tcp", prefs=self.prefs)
        for stream, *columns in rows:
            for all_values, values in zip(result[names[int(stream[0])]], columns):
                all_values += values
        return result

    def compare(self, cut) -> None:
        clear, protected, names = [], [], []
        for ordinal, (name, dialogue) in enumerate(plain_dialogues()):
            runs = [captures.Run(run.direction, piece)
                    for run in dialogue.runs for piece in cut(run.octets)]
            names.append(name)
            clear.append((runs, captures.Options(client_port=40000 + ordinal)))
            protected.append((self.through_tls(runs), captures.Options(
                client_port=40000 + ordinal, server_port=995)))
        in_clear, in_tls = self.seen(clear, names), self.seen(protected, names)
        for name in names:
            with self.subTest(dialogue=name):
                self.assertEqual(in_clear[name], in_tls[name])

    def test_a_record_for_each_run(self):
        self.compare(captures.whole)

    def test_records_of_a_few_octets(self):
        self.compare(captures.by_size(7))

    def test_there_is_enough_to_compare(self):
        self.assertGreater(len(plain_dialogues()), 60)


if __name__ == "__main__":
    unittest.main()

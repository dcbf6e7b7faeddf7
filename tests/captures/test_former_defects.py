"""What the dissector that Wireshark ships gets wrong, one test for each.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import unittest

import harness
from harness import captures

GREETING = ("S", b"+OK ready\r\n")
MAIL = b"From: a@example.org\r\nSubject: x\r\n\r\ntext\r\n"


class FormerDefects(harness.CaptureTest):
    def exported(self, *speeches, cut=captures.whole) -> list[bytes]:
        runs = captures.conversation(GREETING, *speeches)
        return list(self.export_imf(self.capture(runs, cut)).values())

    def session(self, *speeches, cut=captures.whole):
        return self.capture(captures.conversation(GREETING, *speeches), cut)

    # --- Mails ---

    def test_mail_in_the_segment_of_its_status_line(self):
        self.assertEqual(self.exported(("C", b"RETR 1\r\n"),
                                       ("S", b"+OK 42 octets\r\n" + MAIL + b".\r\n")), [MAIL])

    def test_no_octet_count_in_the_status_line(self):
        speeches = (("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + MAIL + b".\r\n"))
        self.assertEqual(self.exported(*speeches, cut=captures.by_size(8)), [MAIL])

    def test_first_number_is_not_the_size(self):
        self.assertEqual(
            self.exported(("C", b"RETR 1\r\n"), ("S", b"+OK 1 (6355 octets)\r\n" + MAIL + b".\r\n"),
                          cut=captures.by_size(30)), [MAIL])

    def test_top_swallows_no_retr(self):
        header = b"Subject: x\r\n\r\n"
        self.assertEqual(
            sorted(self.exported(("C", b"TOP 1 0\r\n"),
                                 ("S", b"+OK 5000 octets\r\n" + header + b".\r\n"),
                                 ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + MAIL + b".\r\n"))),
            sorted([header, MAIL]))

    def test_no_false_malformed(self):
        capture = self.session(("C", b"RETR 1\r\n"), ("S", b"+OK message follows\r\nx\r\n.\r\n"))
        self.assertEqual(self.count(capture, "pop.response.tot_len.invalid"), 0)
        self.assertEqual(self.count(capture, "_ws.malformed"), 0)

    def test_stale_count_behind_a_bare_ok(self):
        self.assertEqual(
            sorted(self.exported(("C", b"RETR 1\r\n"), ("S", b"+OK 4 octets\r\nA: b\r\n\r\n.\r\n"),
                                 ("C", b"RETR 2\r\n"), ("S", b"+OK\r\n" + MAIL + b".\r\n"))),
            sorted([b"A: b\r\n\r\n", MAIL]))

    def test_terminator_in_a_segment_of_its_own(self):
        runs = captures.conversation(GREETING, ("C", b"RETR 1\r\n"))
        runs += [captures.Run("S", b"+OK\r\n" + MAIL), captures.Run("S", b".\r\n")]
        self.assertEqual(list(self.export_imf(self.capture(runs)).values()), [MAIL])

    def test_dots_are_unstuffed(self):
        self.assertEqual(
            self.exported(("C", b"RETR 1\r\n"), ("S", b"+OK\r\nA: b\r\n\r\n..hidden\r\n.\r\n")),
            [b"A: b\r\n\r\n.hidden\r\n"])

    def test_segment_of_a_mail_that_begins_like_a_status_line(self):
        runs = captures.conversation(GREETING, ("C", b"RETR 1\r\n"))
        runs += [captures.Run("S", b"+OK\r\nA: b\r\n\r\n"), captures.Run("S", b"+OK fake\r\n"),
                 captures.Run("S", b"-ERR fake\r\n.\r\n")]
        self.assertEqual(list(self.export_imf(self.capture(runs)).values()),
                         [b"A: b\r\n\r\n+OK fake\r\n-ERR fake\r\n"])

    def test_mail_without_its_end_is_shown_as_incomplete(self):
        capture = self.session(("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + MAIL))
        self.assertEqual(self.count(capture, "pop.expert.no_terminator", two_pass=True), 1)

    def test_segments_out_of_order_do_not_spoil_a_mail(self):
        long = b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 50
        runs = captures.conversation(GREETING, ("C", b"RETR 1\r\n"),
                                     ("S", b"+OK\r\n" + long + b".\r\n"))
        capture = self.capture(runs, captures.by_size(100), captures.Options(swap=(5,)))
        for wait in ("FALSE", "TRUE"):
            prefs = [f"tcp.reassemble_out_of_order:{wait}"]
            self.assertEqual(list(self.export_imf(capture, prefs=prefs).values()), [long])

    def test_a_lost_segment_is_not_glued_over(self):
        long = b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 50
        runs = captures.conversation(GREETING, ("C", b"RETR 1\r\n"),
                                     ("S", b"+OK\r\n" + long + b".\r\n"))
        capture = self.capture(runs, captures.by_size(100), captures.Options(drop=(5,)))
        self.assertEqual(self.count(capture, "pop.expert.gap"), 1)
        self.assertEqual(self.values(capture, "pop.message.complete"), ["0"])

    def test_mail_without_desegmentation_by_tcp(self):
        runs = captures.conversation(GREETING, ("C", b"RETR 1\r\n"),
                                     ("S", b"+OK\r\n" + MAIL + b".\r\n"))
        capture = self.capture(runs, captures.by_size(7))
        prefs = ["tcp.desegment_tcp_streams:FALSE"]
        self.assertEqual(list(self.export_imf(capture, prefs=prefs).values()), [MAIL])

    # --- Lines, multi-line replies, pipelining ---

    def test_command_cut_in_two(self):
        capture = self.session(("C", b"RETR 1\r\n"), ("S", b"+OK\r\n.\r\n"),
                               cut=captures.by_size(2))
        self.assertEqual(self.values(capture, "pop.request.command"), ["RETR"])
        self.assertEqual(self.count(capture, "pop.expert.unknown_command"), 0)

    def test_listing_in_two_segments_is_no_mail(self):
        listing = b"+OK\r\n" + b"".join(b"%d 100\r\n" % i for i in range(1, 200)) + b".\r\n"
        capture = self.session(("C", b"LIST\r\n"), ("S", listing), cut=captures.by_size(500))
        self.assertEqual(self.export_imf(capture), {})
        self.assertEqual(len(self.values(capture, "pop.response.data")), 199)

    def test_pipelined_commands_are_all_seen(self):
        capture = self.session(("C", b"USER a\r\nPASS b\r\nRETR 1\r\n"),
                               ("S", b"+OK\r\n+OK\r\n+OK\r\n" + MAIL + b".\r\n"))
        self.assertEqual(self.values(capture, "pop.request.command"), ["USER", "PASS", "RETR"])
        self.assertEqual(list(self.export_imf(capture).values()), [MAIL])

    def test_challenge_is_no_mail(self):
        capture = self.session(("C", b"AUTH LOGIN\r\n"), ("S", b"+ VXNlcm5hbWU6\r\n"),
                               ("C", b"YQ==\r\n"), ("S", b"+ UGFzc3dvcmQ6\r\n"),
                               ("C", b"Yg==\r\n"), ("S", b"+OK\r\n"))
        self.assertEqual(self.export_imf(capture), {})
        self.assertEqual(self.count(capture, "imf"), 0)
        self.assertEqual(self.values(capture, "pop.response.indicator"), ["+OK", "+", "+", "+OK"])

    def test_sasl_answer_is_no_command(self):
        capture = self.session(("C", b"AUTH PLAIN\r\n"), ("S", b"+ \r\n"), ("C", b"TOPx\r\n"),
                               ("S", b"-ERR no\r\n"), ("C", b"NOOP\r\n"), ("S", b"+OK\r\n"))
        self.assertEqual(self.values(capture, "pop.request.command"), ["AUTH", "NOOP"])
        self.assertEqual(self.values(capture, "pop.request.data"), ["TOPx"])

    def test_lower_case_status(self):
        capture = self.session(("C", b"NOOP\r\n"), ("S", b"+ok\r\n"), ("C", b"NOOP\r\n"),
                               ("S", b"-err\r\n"))
        self.assertEqual(self.values(capture, "pop.response.indicator"), ["+OK", "+ok", "-err"])
        self.assertEqual(self.export_imf(capture), {})

    def test_command_behind_a_blank(self):
        capture = self.session(("C", b" NOOP\r\n"), ("S", b"+OK\r\n"))
        self.assertEqual(self.values(capture, "pop.request.command"), ["NOOP"])

    # --- Fields ---

    def test_text_fields_hold_the_text(self):
        capture = self.session(("C", b"LIST\r\n"), ("S", b"+OK two\r\n1 5\r\n.\r\n"))
        self.assertEqual(self.count(capture, 'pop.request == "LIST"'), 1)
        self.assertEqual(self.count(capture, 'pop.response contains "two"'), 1)
        self.assertEqual(self.count(capture, 'pop.response.data == "1 5"'), 1)

    def test_info_names_every_line(self):
        capture = self.session(("C", b"USER a\r\nPASS b\r\n"), ("S", b"+OK\r\n+OK in\r\n"))
        info = self.tshark(capture, "-Y", "pop", "-T", "fields", "-e", "_ws.col.Info")
        self.assertEqual(info.splitlines(),
                         ["S: +OK ready", "C: USER a | PASS b",
                          'S: +OK | login of "a" accepted (USER): +OK in'])

    def test_numbers_are_fields(self):
        capture = self.session(
            ("C", b"STAT\r\n"), ("S", b"+OK 2 7\r\n"), ("C", b"LIST 2\r\n"), ("S", b"+OK 2 5\r\n"),
            ("C", b"UIDL 2\r\n"), ("S", b"+OK 2 abc\r\n"), ("C", b"TOP 2 9\r\n"),
            ("S", b"-ERR\r\n"))
        for filter in ("pop.stat.count == 2 && pop.stat.size == 7",
                       "pop.list.message == 2 && pop.list.size < 6", 'pop.uidl.uid == "abc"',
                       "pop.request.lines > 8 && pop.request.message == 2",
                       "pop.response_to && pop.time && pop.list.size"):
            with self.subTest(filter=filter):
                self.assertEqual(self.count(capture, filter), 1)

    # --- Credentials ---

    def test_user_of_the_second_login(self):
        capture = self.session(
            ("C", b"USER alice\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS x\r\n"), ("S", b"-ERR\r\n"),
            ("C", b"USER bob\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS y\r\n"), ("S", b"+OK\r\n"),
            ("C", b"STAT\r\n"), ("S", b"+OK 0 0\r\n"))
        self.assertEqual(set(self.values(capture, "pop.session.user")), {"bob"})
        self.assertEqual(self.values(capture, "pop.auth.result"), ["2", "1"])

    def test_password_without_a_user(self):
        capture = self.session(("C", b"PASS x\r\n"), ("S", b"+OK\r\n"), ("C", b"NOOP\r\n"))
        self.assertEqual(self.values(capture, "pop.auth.password"), ["x"])
        self.assertNotIn("null", self.tshark(capture, "-V", "-Y", "pop"))
        self.assertNotIn("null", self.tshark(capture, "-q", "-z", "credentials"))

    def test_apop_and_auth_have_user_and_verdict(self):
        capture = self.session(
            ("C", b"APOP alice c4c9334bac560ecc979e58001b3e22fb\r\n"), ("S", b"-ERR\r\n"),
            ("C", b"AUTH PLAIN AGJvYgB5\r\n"), ("S", b"+OK\r\n"))
        self.assertEqual(self.values(capture, "pop.auth.username"), ["alice"] * 2 + ["bob"] * 2)
        self.assertEqual(self.values(capture, "pop.auth.result"), ["2", "1"])

    # --- TLS ---

    def test_tls_behind_stls_that_was_not_captured(self):
        record = bytes.fromhex("1703030010") + b"USER a\r\nPASS b\r\n"[:16]
        capture = self.capture(captures.conversation(("C", record), ("S", record)),
                               options=captures.Options(handshake=False))
        self.assertEqual(self.values(capture, "pop.request.command"), [])
        self.assertEqual(self.count(capture, "imf"), 0)

    def test_clear_text_in_the_segment_of_the_reply_to_stls_is_told(self):
        capture = self.session(("C", b"STLS\r\n"), ("S", b"+OK go\r\n-ERR injected\r\n"),
                               ("C", b"NOOP\r\n"), ("S", b"+OK\r\n"))
        self.assertGreaterEqual(self.count(capture, "pop.expert.cleartext_after_stls"), 1)

    def test_stls_answered_by_a_bare_ok(self):
        hello = bytes.fromhex("1603010005010000010a")
        capture = self.session(("C", b"STLS\r\n"), ("S", b"+OK\r\n"), ("C", hello))
        self.assertEqual(self.values(capture, "pop.request.command"), ["STLS"])
        self.assertEqual(self.count(capture, "tls"), 1)

    # --- State, passes ---

    def test_frames_in_any_order(self):
        """What was learnt from later frames, or from a first click, changes no frame."""
        capture = self.session(("C", b"RETR 1\r\n"), ("S", b"+OK 42 octets\r\n" + MAIL + b".\r\n"),
                               cut=captures.by_size(20))
        with harness.Sharkd(self, capture) as sharkd:
            numbers = range(1, sharkd.frame_count() + 1)
            forward = [sharkd.frame(number) for number in numbers]
        with harness.Sharkd(self, capture) as sharkd:
            backward = [sharkd.frame(number) for number in reversed(numbers)]
        self.assertEqual(forward, backward[::-1])

    def test_several_mails_in_one_frame(self):
        one, two = b"Subject: one\r\n\r\n", b"Subject: two\r\n\r\n"
        capture = self.session(
            ("C", b"RETR 1\r\nRETR 2\r\n"),
            ("S", b"+OK\r\n" + one + b".\r\n+OK\r\n" + two + b".\r\n"))
        for two_pass in (False, True):
            mails = self.export_imf(capture, two_pass=two_pass)
            self.assertEqual(sorted(mails.values()), [one, two])

    def test_directions_in_a_tunnel(self):
        """HTTP CONNECT calls for the port behind the tunnel; the segments have other ports."""
        runs = captures.conversation(
            ("C", b"CONNECT pop.example.org:110 HTTP/1.1\r\nHost: pop.example.org:110\r\n\r\n"),
            ("S", b"HTTP/1.1 200 Connection established\r\n\r\n"))
        runs += captures.conversation(GREETING, ("C", b"USER a\r\n"), ("S", b"+OK\r\n"))
        capture = self.capture(runs, options=captures.Options(server_port=8080))
        self.assertEqual(self.values(capture, "pop.request.command"), ["USER"])
        self.assertEqual(self.values(capture, "pop.response"), ["+OK ready", "+OK"])


if __name__ == "__main__":
    unittest.main()

"""Where a session ends, its maildrop: who was fetched, previewed, deleted, with links to the frames.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import unittest

import harness
from harness import captures

LOGIN = (("S", b"+OK ready\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"),
         ("S", b"+OK\r\n"))
MAIL = b"Subject: x\r\n\r\ntext\r\n"
WORK = (
    ("C", b"STAT\r\n"), ("S", b"+OK 4 200\r\n"),
    ("C", b"UIDL\r\n"), ("S", b"+OK\r\n1 aa\r\n2 bb\r\n3 cc\r\n4 dd\r\n.\r\n"),
    ("C", b"LIST 4\r\n"), ("S", b"+OK 4 70\r\n"),
    ("C", b"TOP 1 0\r\n"), ("S", b"+OK\r\n" + MAIL + b".\r\n"),
    ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + MAIL + b".\r\n"),
    ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + MAIL + b".\r\n"),
    ("C", b"DELE 2\r\n"), ("S", b"+OK\r\n"), ("C", b"RSET\r\n"), ("S", b"+OK\r\n"),
    ("C", b"DELE 1\r\n"), ("S", b"+OK\r\n"), ("C", b"DELE 3\r\n"), ("S", b"-ERR no\r\n"))
QUIT = (("C", b"QUIT\r\n"), ("S", b"+OK bye\r\n"))

KEPT, DELETED, RESTORED, MARKED = "1", "2", "3", "4"


class Maildrop(harness.CaptureTest):
    def at_end(self, capture, *names: str, **options) -> list[list[str]]:
        """The values of these fields on the one frame that has a maildrop."""
        rows = self.fields(capture, *names, filter="pop.maildrop", **options)
        self.assertEqual(len(rows), 1)
        return rows[0]

    def frame_of(self, capture, filter: str) -> list[str]:
        return self.values(capture, "frame.number", filter=filter, two_pass=True)

    def check_mails(self, capture, *fates: str, **options) -> None:
        numbers, uids, sizes, found = self.at_end(
            capture, "pop.maildrop.message", "pop.maildrop.uid", "pop.maildrop.size",
            "pop.maildrop.fate", **options)
        self.assertEqual(numbers, ["1", "2", "3", "4"])
        self.assertEqual(uids, ["aa", "bb", "cc", "dd"])
        self.assertEqual(sizes, [str(len(MAIL)), "70"])  # as it came; by LIST
        self.assertEqual(found, list(fates))

    def test_on_the_reply_to_quit(self):
        for cut in (captures.whole, captures.by_size(7)):
            for two_pass in (False, True):
                capture = self.capture(captures.conversation(*LOGIN, *WORK, *QUIT), cut)
                self.check_mails(capture, DELETED, RESTORED, KEPT, KEPT, two_pass=two_pass)
                self.assertEqual(self.frame_of(capture, "pop.maildrop"),
                                 self.frame_of(capture, 'pop.command == "QUIT" && pop.response'))

    def test_sums(self):
        capture = self.capture(captures.conversation(*LOGIN, *WORK, *QUIT))
        names = ("stat.count", "stat.size", "known", "retrieved", "previewed", "deleted",
                 "restored", "marked", "octets", "unlisted", "duration")
        row = self.at_end(capture, *(f"pop.maildrop.{name}" for name in names))
        times = self.values(capture, "frame.time_epoch")
        self.assertEqual(row[:10], [["4"], ["200"], ["4"], ["1"], ["1"], ["1"], ["1"], [],
                                    [str(2 * len(MAIL))], []])
        self.assertAlmostEqual(float(row[10][0]), float(times[-1]) - float(times[0]))

    def test_links(self):
        capture = self.capture(captures.conversation(*LOGIN, *WORK, *QUIT))
        links = self.at_end(capture, "pop.maildrop.retrieved_in", "pop.maildrop.previewed_in",
                            "pop.maildrop.deleted_in", "pop.maildrop.restored_in")
        self.assertEqual(links, [
            self.frame_of(capture, 'pop.command == "RETR" && pop.eom'),
            self.frame_of(capture, 'pop.command == "TOP" && pop.eom'),
            # In the order of the mails.
            self.frame_of(capture, 'pop.request == "DELE 1"')
            + self.frame_of(capture, 'pop.request == "DELE 2"'),
            self.frame_of(capture, 'pop.request == "RSET"')])

    def test_without_quit_on_the_last_frame(self):
        """From the second pass on: before it, no frame is known to be the last one."""
        capture = self.capture(captures.conversation(*LOGIN, *WORK))
        self.assertEqual(self.count(capture, "pop.maildrop"), 0)
        self.check_mails(capture, MARKED, RESTORED, KEPT, KEPT, two_pass=True)
        self.assertEqual(self.frame_of(capture, "pop.maildrop"), self.frame_of(capture, "pop")[-1:])
        self.assertEqual(self.at_end(capture, "pop.maildrop.marked", two_pass=True), [["1"]])

    def test_quit_refused(self):
        capture = self.capture(captures.conversation(
            *LOGIN, *WORK, ("C", b"QUIT\r\n"), ("S", b"-ERR not removed\r\n")))
        self.check_mails(capture, MARKED, RESTORED, KEPT, KEPT, two_pass=True)

    def test_nothing_known_nothing_shown(self):
        capture = self.capture(captures.conversation(*LOGIN, *QUIT))
        self.assertEqual(self.count(capture, "pop.maildrop", two_pass=True), 0)

    def test_one_mail_by_its_unique_id(self):
        """All that happened to it: the listing, what was done with it, what became of that."""
        committed = self.capture(captures.conversation(*LOGIN, *WORK, *QUIT))
        lost = self.capture(captures.conversation(*LOGIN, *WORK))
        commands = ['TOP 1 0', 'RETR 1', 'RETR 1', 'DELE 1']
        for capture in (committed, lost):
            with self.subTest(committed=capture == committed):
                filter = 'pop.message.uid == "aa" || pop.uidl.uid == "aa"'
                frames = self.frame_of(capture, filter)
                self.assertEqual(self.values(capture, "pop.request", filter=filter), commands)
                self.assertEqual(len(frames), 1 + 2 * len(commands) + 1)
                self.assertEqual(frames[-1], self.frame_of(capture, "pop.maildrop")[0])
                # The end of the session is not the end of what was not marked as deleted.
                filter = 'pop.message.uid == "dd" || pop.uidl.uid == "dd"'
                self.assertEqual(len(self.frame_of(capture, filter)), 3)

    def test_many_mails(self):
        """A frame holds so many lines and no more; the mails that were used are among them."""
        count, room = 3000, 1000
        listing = b"".join(b"%d 7\r\n" % number for number in range(1, count + 1))
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"LIST\r\n"), ("S", b"+OK\r\n" + listing + b".\r\n"),
            ("C", b"DELE 2345\r\n"), ("S", b"+OK\r\n"), *QUIT), captures.by_size(1460))
        mails, unlisted = self.at_end(capture, "pop.maildrop.message", "pop.maildrop.unlisted")
        self.assertEqual(mails, [str(number) for number in range(1, room)] + ["2345"])
        self.assertEqual(unlisted, [str(count - room)])

    def test_many_commands_of_a_mail(self):
        """All are counted, the first ones are listed."""
        mail = b"+OK\r\nSubject: a\r\n\r\nb\r\n.\r\n"
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"RETR 1\r\n" * 20), ("S", mail * 20), *QUIT))
        listed, = self.at_end(capture, "pop.maildrop.retrieved_in")
        self.assertEqual(len(listed), 16)
        self.assertIn("retrieved 20 times, kept]", self.tshark(capture, "-O", "pop"))

    def test_many_folders_of_version_2(self):
        """The latest ones are shown."""
        folders = [speech for i in range(105)
                   for speech in (("C", b"FOLD %d\r\n" % i), ("S", b"#1 messages\r\n"))]
        capture = self.capture(captures.conversation(
            ("S", b"+ POP2\r\n"), ("C", b"HELO a b\r\n"), ("S", b"#1 messages\r\n"), *folders,
            ("C", b"QUIT\r\n"), ("S", b"+OK\r\n")), options=captures.Options(server_port=109))
        names, = self.at_end(capture, "pop.maildrop.name", two_pass=True)
        self.assertEqual(names, [str(i) for i in range(104, 4, -1)])

    def test_folders_of_version_2(self):
        capture = self.dialogue("pop2-rfc937-example-2")
        names, counts = self.at_end(capture, "pop.maildrop.name", "pop.maildrop.stat.count",
                                    two_pass=True)
        self.assertEqual([names, counts], [["/usr/spool/mail/smith"], ["27", "35"]])


if __name__ == "__main__":
    unittest.main()

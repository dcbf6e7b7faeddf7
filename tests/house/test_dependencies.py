"""The check of who knows whom in plugin/protocol finds what it is there for.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "lib"))
import dependencies  # noqa: E402  (the path comes first)


class Dependencies(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.protocol = Path(folder.name)

    def write(self, path, text):
        (self.protocol / path).parent.mkdir(exist_ok=True)
        (self.protocol / path).write_text(text)

    def complaints(self):
        return dependencies.complaints(self.protocol)

    def test_house_is_in_order(self):
        self.assertEqual(dependencies.complaints(ROOT / "plugin" / "protocol"), [])

    def test_what_knows_what_lies_below_is_right(self):
        self.write("text/one.h", "void one(void);\n")
        self.write("text/one.c", '#include "text/one.h"\nvoid one(void)\n{\n}\n')
        self.write("grammar/two.c", '#include "text/one.h"\nvoid two(void)\n{\n    one();\n}\n')
        self.assertEqual(self.complaints(), [])

    def test_circle_of_headers(self):
        self.write("text/one.h", '#include "text/two.h"\n')
        self.write("text/two.h", '#include "text/one.h"\n')
        self.assertEqual(self.complaints(), ["a circle: one, two"])

    def test_circle_behind_a_shared_header(self):
        self.write("text/shared.h", "void one(void);\nvoid two(void);\n")
        self.write("text/one.c", '#include "text/shared.h"\nvoid one(void)\n{\n    two();\n}\n')
        self.write("text/two.c", '#include "text/shared.h"\nvoid two(void)\n{\n    one();\n}\n')
        self.assertEqual(self.complaints(), ["a circle: one, two"])

    def test_circle_through_a_table(self):
        self.write("text/one.h", "void one(void);\n")
        self.write("text/one.c", '#include "text/table.def"\nvoid one(void)\n{\n}\n')
        self.write("text/table.def", "ROW(two)\n")
        self.write("text/two.c", '#include "text/one.h"\nvoid two(void)\n{\n    one();\n}\n')
        self.assertEqual(self.complaints(), ["a circle: one, two"])

    def test_a_word_in_a_comment_or_a_text_is_no_call(self):
        self.write("text/one.c", 'void one(void)\n{\n    /* two() */ puts("two");\n}\n')
        self.write("text/two.c", "void two(void)\n{\n    one();\n}\n")
        self.assertEqual(self.complaints(), [])

    def test_arrow_up(self):
        self.write("text/one.c", '#include "grammar/two.h"\n')
        self.write("grammar/two.h", "")
        self.assertEqual(self.complaints(), ["text/one knows grammar/two"])

    def test_arrow_up_by_a_call(self):
        self.write("text/one.c", "void one(void)\n{\n    two();\n}\n")
        self.write("grammar/two.c", "void two(void)\n{\n}\n")
        self.assertEqual(self.complaints(), ["text/one knows grammar/two"])

    def test_room_without_a_rule(self):
        self.write("attic/one.c", "")
        self.assertEqual(self.complaints(), ["no rule for the room attic"])

    def test_recovery_knows_the_view_alone(self):
        self.write("session/pop_state.h", "")
        self.write("session/pop_server.h", "")
        self.write("recovery/one.c",
                   '#include "session/pop_state.h"\n#include "session/pop_server.h"\n')
        self.assertEqual(self.complaints(),
                         ["recovery/one knows session/pop_server, not the view of it"])

    def test_part_of_the_session_written_by_another_file(self):
        for statement in ("session->access.user = NULL;", "session->reply.count++;",
                          "session->doubt.lost[1] |= true;"):
            self.write("session/one.c", f"void one(pop_session *session)\n{{\n    {statement}\n}}\n")
            self.assertEqual(len(self.complaints()), 1, statement)
        self.write("session/one.c", "bool one(pop_session *session)\n{\n    return session->a.b == 1;\n}\n")
        self.assertEqual(self.complaints(), [])


if __name__ == "__main__":
    unittest.main()

"""Every command in the pages runs and prints what they say; every filter finds something; every name,
path, link and picture in them is there. CONTRIBUTING.md tells the notation of the pages.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import re
import subprocess
import unittest
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Iterator

import documentation
import harness
import test_loading
from documentation import ROOT, Block, Page, pages

SAMPLES = ROOT / "sample-captures"
HOW_MANY = os.cpu_count() or 2

# Texts that look like filter fields.
NO_FIELDS = re.compile(r"pop\.(so|dict|example\.\w+|com)\b")
OTHER_PROTOCOLS = "imap|smtp|ftp|ftp-data|imf|tcp|tls|frame|mime_multipart|ntlmssp|gssapi|proxy"
# Stands for a name of the reader's choice.
PLACEHOLDER = re.compile(r"NAME|PAGE|FILE|FOLDER|TARGET|VERSION|SCENE|[<>*…\[\]{}$~]")
FILE_ENDINGS = {".eml", ".def", ".so", ".pcapng.gz", ".sha256"}
SOURCE_FILE = re.compile(r"[\w-]+\.(c|h|def|py|dialogue)$")


class Blocks(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls) -> None:
        cls.library = documentation.Library()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.library.remove()

    def follow(self, page: Page) -> list[str]:
        """Runs a page's commands in order; says what went wrong."""
        blocks = [block for block in page.blocks if documentation.is_run(block)]
        reader = self.library.reader() if blocks else None
        wrong: list[str] = []
        for block in blocks:
            try:
                self.run_block(reader, block)
            except AssertionError as error:
                wrong.append(f"{page.name}:{block.line}: {error}")
        return wrong

    def run_block(self, reader: documentation.Reader, block: Block) -> None:
        if block.language == "sh":
            reader.run("\n".join(block.lines))
            return
        for command in block.commands():
            found = documentation.printed(reader.run(command.text))
            if documentation.compares(block) and not documentation.fits(command.output, found):
                self.fail(f"{command.text}\nprints\n" + "\n".join(found)
                          + "\nwhere the page says\n" + "\n".join(command.output))

    def test_commands_print_what_the_pages_say(self) -> None:
        with ThreadPoolExecutor(HOW_MANY) as pool:
            walks: dict[Page, Future] = {page: pool.submit(self.follow, page) for page in pages()}
        for page, walk in walks.items():
            for wrong in walk.result():
                with self.subTest(page=page.name):
                    self.fail(wrong)

    def test_what_is_not_run_says_why(self) -> None:
        """And is listed here, for whoever reads the log."""
        for page in pages():
            for block in page.blocks:
                reason = block.marks.get("not run")
                with self.subTest(page=page.name, line=block.line):
                    if reason is not None:
                        print(f"not run: {page.name}:{block.line}: {reason}")
                        self.assertGreater(len(reason), 10)
                    elif "run by" in block.marks:
                        self.check_run_elsewhere(block, block.marks["run by"])

    def check_run_elsewhere(self, block: Block, name: str) -> None:
        self.assertTrue((ROOT / name).is_file(), name)
        elsewhere = (ROOT / name).read_text()
        commands = [line for line in block.lines if line.strip() and not line.startswith("#")]
        for command in commands:
            self.assertIn(re.sub(r"\s+#.*", "", command.removeprefix("$ ")), elsewhere)

    def test_every_block_says_what_it_is(self) -> None:
        for page in pages():
            for block in page.blocks:
                with self.subTest(page=page.name, line=block.line):
                    self.assertIn(block.language,
                                  documentation.COMMANDS | documentation.NOT_COMMANDS)
                    if block.language not in documentation.COMMANDS:
                        self.assertEqual([line for line in block.lines if line.startswith("$ ")], [])

    def test_examples_of_code_are_in_the_code(self) -> None:
        sources = [flat((ROOT / name).read_text(errors="replace")) for name in documentation.files()
                   if name.endswith((".c", ".h", ".def", ".py", ".txt"))]
        for page in pages():
            for block in page.blocks:
                if block.language in ("c", "cmake", "python"):
                    with self.subTest(page=page.name, line=block.line):
                        pieces = [flat(piece) for piece in "\n".join(block.lines).split("…")]
                        self.assertTrue(any(all(piece in source for piece in pieces)
                                            for source in sources), block.lines)


def flat(text: str) -> str:
    return " ".join(text.split())


class Filters(harness.CaptureTest):
    """Tables with a filter and a capture: sharkd shows what Wireshark's window would."""

    def filters(self) -> Iterator[tuple[str, str, str]]:
        """Page, capture, filter."""
        for page in pages():
            for table in page.tables():
                for row in table:
                    column = next((name for name in row if "ilter" in name), None)
                    capture = next((row[name] for name in ("Capture", "Try it on") if name in row), "")
                    capture = re.sub(r"^\[([\w-]+)\].*|`", r"\1", capture)
                    if column and capture and row[column].startswith("`"):
                        yield page.name, capture, row[column].strip("`")

    def test_each_finds_something(self) -> None:
        wanted = sorted(set(self.filters()), key=lambda item: item[1])
        self.assertGreater(len(wanted), 100)
        loaded = wanted[0][1]
        blanks = 0  # sharkd remembers what a filter found, by its text, also when it loads another capture
        with harness.Sharkd(self, self.copy(loaded)) as sharkd:
            for page, capture, text in wanted:
                with self.subTest(page=page, capture=capture, filter=text):
                    if capture != loaded:
                        sharkd.ask("load", file=str(self.copy(capture)))
                        loaded = capture
                        blanks += 1
                    self.assertTrue(sharkd.ask("frames", filter=text + " " * blanks, limit=1))

    def copy(self, capture: str) -> Path:
        copy = self.file_for_capture()
        copy.write_bytes((SAMPLES / f"{capture}.pcapng.gz").read_bytes())
        return copy


class Names(unittest.TestCase):
    """What the pages name is there."""

    @classmethod
    def setUpClass(cls) -> None:
        workplace = harness.Workplace()
        all_fields = harness.registered_fields(workplace)
        text = workplace.run("tshark", "-G", "currentprefs").stdout.decode()
        # Ports and tables are not among them; test_loading.py and test_verified.py set these.
        preferences = set(re.findall(r"^#?([\w.-]+):", text, re.M)) | {"pop.tcp.port", "pop.secrets"}
        workplace.remove()
        cls.all_names = all_fields | preferences
        cls.fields = {name for name in all_fields if name.startswith("pop.")}
        cls.preferences = {name for name in preferences if name.startswith("pop.")}

    def is_name(self, name: str) -> bool:
        known = self.fields | self.preferences
        if name.removesuffix("_tree") in known or NO_FIELDS.match(name):
            return True
        return name.endswith(".") and any(field.startswith(name) for field in known)

    def test_fields_and_preferences(self) -> None:
        for page in pages():
            names = set(re.findall(r"(?<![\w./@-])pop\.[a-z][\w.]*", page.text))
            # `pop.expert.NAME`, `pop.data.*` and the end of a sentence.
            names = {re.sub(r"\.[A-Z]+$", ".", name) for name in names}
            unknown = {name for name in names
                       if not self.is_name(name) and not self.is_name(name.rstrip("."))}
            with self.subTest(page=page.name):
                self.assertEqual(unknown, set())

    def test_fields_of_other_protocols(self) -> None:
        for page in pages():
            for span in page.code_spans():
                for name in re.findall(f"(?<![\\w.])(?:{OTHER_PROTOCOLS})\\.[\\w.-]+", span):
                    with self.subTest(page=page.name, name=name):
                        self.assertIn(name, self.all_names)

    def test_fields_by_their_last_part(self) -> None:
        """As `.password` behind `pop.auth.username`."""
        for page in pages():
            ends = {span for span in page.code_spans() if re.fullmatch(r"\.[a-z][\w.]*", span)}
            unknown = {end for end in ends if end not in FILE_ENDINGS | documentation.files()
                       and not any(name.endswith(end) for name in self.fields)}
            with self.subTest(page=page.name):
                self.assertEqual(unknown, set())

    def test_paths(self) -> None:
        files = documentation.files()
        base_names = {Path(name).name for name in files}
        top = "|".join(sorted({re.escape(name.split("/")[0]) for name in files if "/" in name}))
        for page in pages():
            for span in page.code_spans():
                for word in span.split():
                    word = word.rstrip(".,;:")
                    if PLACEHOLDER.search(word):
                        continue
                    with self.subTest(page=page.name, path=word):
                        if re.match(f"({top})/", word):
                            self.assertTrue((ROOT / word).exists(), "no such file or folder")
                        elif SOURCE_FILE.fullmatch(word):
                            self.assertIn(word, base_names)

    def test_functions(self) -> None:
        """As `pop_session_feed()`: a function of ours is in the source."""
        source = "\n".join((ROOT / name).read_text() for name in documentation.files()
                           if name.startswith(("plugin/", "tests/")) and name.endswith((".c", ".h",
                                                                                         ".def")))
        identifiers = set(re.findall(r"\w+", source))
        for page in pages():
            for span in page.code_spans():
                for name in re.findall(r"\b(\w+)\(\)", span):
                    with self.subTest(page=page.name, function=name):
                        self.assertIn(name, identifiers)

    def test_links(self) -> None:
        for page in pages():
            for link in page.links():
                target, _, anchor = link.partition("#")
                path = (page.path.parent / target).resolve() if target else page.path
                with self.subTest(page=page.name, link=link):
                    self.assertTrue(path.exists(), "no such file")
                    if anchor:
                        self.assertIn(anchor, Page(path).headings())

    def test_readme_names_each_page(self) -> None:
        readme = Page(ROOT / "README.md")
        linked = {(ROOT / link.partition("#")[0]).resolve() for link in readme.links()}
        for page in pages():
            if page.name.startswith("docs/"):
                with self.subTest(page=page.name):
                    self.assertIn(page.path, linked)


class FieldReference(unittest.TestCase):
    maxDiff = None

    def test_is_not_stale(self) -> None:
        """Renew it with: docs/make-field-reference >docs/fields.md"""
        done = subprocess.run([ROOT / "docs" / "make-field-reference"], check=True, text=True,
                              capture_output=True)
        page = (ROOT / "docs" / "fields.md").read_text()
        self.assertMultiLineEqual(self.ours(page), self.ours(done.stdout))

    def test_readme_counts_them(self) -> None:
        fields, expert_items = (ROOT / "docs" / "fields.md").read_text().split("## Expert items")
        readme = (ROOT / "README.md").read_text()
        self.assertIn(f"{fields.count('| `pop.')} filter fields and {expert_items.count('| `pop.')} expert items",
                      flat(readme))

    def ours(self, text: str) -> str:
        """Names of Wireshark's own fields change with its version."""
        if harness.wireshark_version() == "4.0":
            return text
        kept = tuple(f"| `{name}` |" for name in test_loading.KEPT_FIELDS)
        return "\n".join(line for line in text.splitlines() if not line.startswith(kept))


if __name__ == "__main__":
    unittest.main()

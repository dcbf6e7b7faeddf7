"""The plugin is loaded, its names are there once, and it gets what the user sets for POP.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import harness
from harness import captures

# The names that users filter by.
KEPT_FIELDS = """pop.request pop.request.command pop.request.parameter pop.request.data pop.response
pop.response.indicator pop.response.description pop.response.data pop.data.fragments
pop.data.fragment pop.data.fragment.overlap pop.data.fragment.overlap.conflicts
pop.data.fragment.multiple_tails pop.data.fragment.too_long_fragment pop.data.fragment.error
pop.data.fragment.count pop.data.reassembled.in pop.data.reassembled.length""".split()

SESSION = captures.conversation(("S", b"+OK ready\r\n"), ("C", b"NOOP\r\n"), ("S", b"+OK\r\n"))


class Loading(harness.CaptureTest):
    def glossary(self, name: str) -> list[list[str]]:
        text = self.workplace.run("tshark", "-G", name).stdout.decode(errors="replace")
        return [line.split("\t") for line in text.splitlines()]

    def test_is_listed(self):
        names = [row[0].strip() for row in self.glossary("plugins")]
        self.assertEqual(names.count("pop.so"), 1)

    def test_registers_each_field_once(self):
        names = [row[2] for row in self.glossary("fields")
                 if row[0] == "F" and row[2].startswith("pop.")]
        twice = [name for name, count in collections.Counter(names).items() if count > 1]
        self.assertEqual(twice, [])
        self.assertEqual([name for name in KEPT_FIELDS if name not in names], [])

    def test_protocol_is_there_once(self):
        rows = [row for row in self.glossary("fields") if row[0] == "P" and row[2] == "pop"]
        self.assertEqual(len(rows), 1)


class WithoutHost(harness.CaptureTest):
    """Where Wireshark has no protocol of the plugin's name, the plugin registers it all. Wireshark has
    "pop": so a build of the plugin asks for "popown", which no Wireshark has."""

    def setUp(self) -> None:
        super().setUp()
        plugin = Path(os.environ["POP_PLUGIN"])
        shutil.copy(plugin.parent / "own" / "pop.so", next(self.workplace.folder.rglob("pop.so")))

    def glossary(self, name: str) -> str:
        return self.workplace.run("tshark", "-G", name).stdout.decode(errors="replace")

    def test_protocol_and_fields_are_registered(self):
        rows = [line.split("\t") for line in self.glossary("fields").splitlines()]
        self.assertEqual([row[2] for row in rows if row[0] == "P" and "popown" in row], ["popown"])
        # Of fields that the host has, too, Wireshark lists the first alone.
        own = {row[2] for row in rows if row[0] == "F" and row[4] == "popown"}
        self.assertLessEqual({"pop.stream", "pop.version", "pop.command", "pop.eom"}, own)

    def test_ports_are_claimed(self):
        for table, port in (("tcp.port", 110), ("tcp.port", 109), ("tls.port", 995)):
            self.assertIn(f"{table}\t{port}\tpopown\n", self.glossary("decodes"))

    def test_preferences_are_registered(self):
        names = re.findall(r"^#?popown\.(\S+):", self.glossary("currentprefs"), re.M)
        for name in ("desegment_data", "hide_passwords"):
            self.assertIn(name, names)
        self.assertNotIn("dissector", names)  # there is no other to choose

    def test_mails_are_decoded(self):
        capture = self.dialogue("retr-stuffed")
        mails = self.values(capture, "pop.message.length", filter="popown")
        self.assertEqual(len(mails), self.count(capture, "popown && imf"))
        self.assertNotEqual(mails, [])
        self.assertIn("RETR", self.values(capture, "pop.request.command", filter="popown"))
        self.assertEqual(self.count(capture, "imf", prefs=["popown.desegment_data:FALSE"]), 0)

    def test_the_port_is_a_preference(self):
        capture = self.capture(SESSION, options=captures.Options(server_port=2110))
        self.assertEqual(self.count(capture, "popown"), 0)
        self.assertEqual(self.count(capture, "popown", prefs=["popown.tcp.port:2110"]), 3)


class ForeignField(harness.CaptureTest):
    """A field of one of the plugin's names is there already, and of another type."""

    def test_ours_gets_out_of_its_way(self):
        folder = (self.workplace.folder / "home/.local/lib/wireshark/plugins"
                  / harness.wireshark_version() / "epan")
        folder.mkdir(parents=True)
        shutil.copy(Path(os.environ["POP_PLUGIN"]).parent / "foreign" / "foreign_field.so", folder)
        done = self.workplace.run("tshark", "-r", str(self.capture(SESSION)), "-Y", "pop", "-T", "fields",
                                  "-e", "pop.stream", "-e", "pop.stream_in_full", "-e", "pop.version")
        self.assertEqual(done.stdout.decode().splitlines(), ["\t0\t3"] * 3)
        self.assertIn('"pop.stream" of type FT_STRING, not FT_UINT32', done.stderr.decode())


class OtherRelease(harness.CaptureTest):
    """The plugin says for which release of Wireshark it was built, and no other loads it."""

    def claim_release(self, minor: int) -> None:
        """Changes plugin_want_minor in the plugin of this test."""
        plugin = next(self.workplace.folder.rglob("pop.so"))
        symbols = subprocess.run(["nm", "-D", str(plugin)], capture_output=True, text=True,
                                 check=True).stdout
        place = int(re.search(r"^(\w+) \w plugin_want_minor$", symbols, re.M)[1], 16)
        octets = bytearray(plugin.read_bytes())
        built_for = int(harness.wireshark_version().split(".")[1])
        self.assertEqual(octets[place:place + 4], built_for.to_bytes(4, sys.byteorder))
        octets[place:place + 4] = minor.to_bytes(4, sys.byteorder)
        plugin.write_bytes(octets)

    def test_is_refused_in_words(self):
        self.claim_release(99)
        capture = self.capture(SESSION)
        done = self.workplace.run("tshark", "-n", "-r", str(capture), "-Y", "pop")
        major = harness.wireshark_version().split(".")[0]
        self.assertIn(f"pop.so' was compiled for Wireshark version {major}.99",
                      done.stderr.decode())
        self.assertEqual(len(done.stdout.splitlines()), 3)  # by the built-in dissector


class Ports(harness.CaptureTest):
    def replies(self, port: int, *more: str, prefs=()) -> list[str]:
        capture = self.capture(SESSION, options=captures.Options(server_port=port))
        return [row[0] for row in self.fields(
            capture, "pop.response", filter="pop.response", more=more, prefs=prefs)]

    def test_default_port(self):
        self.assertEqual(self.replies(110), [["+OK ready"], ["+OK"]])

    def test_preference_for_the_port(self):
        self.assertEqual(self.replies(2110), [])
        self.assertEqual(self.replies(2110, prefs=["pop.tcp.port:2110"]),
                         [["+OK ready"], ["+OK"]])

    def test_several_ports(self):
        self.assertEqual(len(self.replies(2111, prefs=["pop.tcp.port:110,2110-2112"])), 2)

    def test_decode_as(self):
        self.assertEqual(self.replies(2110, "-d", "tcp.port==2110,pop"),
                         [["+OK ready"], ["+OK"]])

    def test_port_of_kpop_is_a_clients_like_any_other(self):
        """1109 lies among the ports that systems give to clients."""
        capture = self.capture(captures.conversation(
            ("C", b"\x80\x01\x02\x03 ping\r\n"), ("S", b"\x90 pong\r\n")),
            options=captures.Options(server_port=5555, client_port=1109))
        self.assertEqual(self.count(capture, "pop"), 0)
        self.assertEqual(self.count(capture, "data"), 2)

    def test_built_in_dissector_can_be_chosen(self):
        capture = self.capture(SESSION)
        preferences = self.workplace.run("tshark", "-G", "currentprefs").stdout.decode()
        self.assertTrue(re.search(r"^#?pop\.dissector:", preferences, re.MULTILINE))
        self.assertEqual(self.count(capture, "pop.session.state"), 3)
        built_in = ["pop.dissector:built-in"]
        self.assertEqual(self.count(capture, "pop.session.state", prefs=built_in), 0)
        self.assertEqual(self.count(capture, "pop", prefs=built_in), 3)

    def test_dissectors_are_found_by_name(self):
        script = self.workplace.folder / "names.lua"
        script.write_text('for _, name in ipairs({"pop", "pop-full", "pop-full-tls"}) do\n'
                          '  io.stderr:write(name, " ", tostring(Dissector.get(name)), "\\n")\n'
                          "end\n")
        script.chmod(0o644)
        done = self.workplace.run("tshark", "-r", str(self.capture(SESSION)),
                                  "-X", f"lua_script:{script}")
        self.assertEqual(done.stderr.decode().splitlines()[-3:],
                         ["pop POP", "pop-full POP (full decode)",
                          "pop-full-tls POP over TLS (full decode)"])


GREETED = captures.conversation(("S", b"+OK POP3 ready\r\n"), ("C", b"NOOP\r\n"), ("S", b"+OK\r\n"))
BUILT_IN = ["pop.dissector:built-in"]


class GivenBack(harness.CaptureTest):
    """With the built-in dissector chosen, all is as it would be without the plugin."""

    def on_port(self, port: int, runs=SESSION) -> harness.Path:
        return self.capture(runs, options=captures.Options(server_port=port))

    def test_what_is_the_plugins_alone(self):
        for port in (109, 8110):
            with self.subTest(port=port):
                capture = self.on_port(port, GREETED)
                self.assertEqual(self.count(capture, "pop.stream"), 3)
                self.assertEqual(self.count(capture, "pop", prefs=BUILT_IN), 0)

    def test_decode_as_survives(self):
        for port in (109, 110, 2110):
            for prefs in ([], BUILT_IN, ["pop.tcp.port:2110"], BUILT_IN + ["pop.tcp.port:2110"]):
                with self.subTest(port=port, prefs=prefs):
                    capture = self.on_port(port)
                    as_ftp = ("-d", f"tcp.port=={port},ftp")
                    self.assertEqual(self.count(capture, "ftp", prefs=prefs, more=as_ftp), 3)
                    self.assertEqual(self.count(capture, "pop", prefs=prefs, more=as_ftp), 0)

    def test_ports_of_the_preference(self):
        """Those are POP by whichever dissector."""
        for port in (109, 2110):
            capture = self.on_port(port)
            prefs = [f"pop.tcp.port:110,{port}"]
            self.assertEqual(self.count(capture, "pop.stream", prefs=prefs), 3)
            self.assertEqual(self.count(capture, "pop.stream", prefs=prefs + BUILT_IN), 0)
            self.assertEqual(self.count(capture, "pop", prefs=prefs + BUILT_IN), 3)

    def test_ports_of_kpop(self):
        capture = self.on_port(1109)
        prefs = ["pop.kpop_ports:1109"]
        self.assertEqual(self.count(capture, "pop.stream", prefs=prefs), 3)
        self.assertEqual(self.count(capture, "pop", prefs=prefs + BUILT_IN), 0)


class BackAndForth(harness.CaptureTest):
    """What one process shows after preferences have changed is what a fresh one would show."""

    def session_on(self, port: int) -> harness.Path:
        return self.capture(GREETED, options=captures.Options(server_port=port))

    def shown(self, sharkd: harness.Sharkd, capture: harness.Path) -> list[str]:
        """By which dissector each frame with octets is decoded, and how."""
        sharkd.ask("load", file=str(capture))
        return [" ".join(row["c"]) for row in sharkd.ask("frames")]

    def fresh(self, capture: harness.Path, settings: dict[str, str]) -> list[str]:
        with harness.Sharkd(self, self.session_on(2000)) as sharkd:
            for name, value in settings.items():
                sharkd.ask("setconf", name=name, value=value)
            return self.shown(sharkd, capture)

    def test_the_dissector(self):
        sessions = {port: self.session_on(port) for port in (109, 110, 8110)}
        with harness.Sharkd(self, self.session_on(2000)) as sharkd:
            for choice in ("built-in", "plugin", "built-in", "plugin", "plugin"):
                sharkd.ask("setconf", name="pop.dissector", value=choice)
                for port, capture in sessions.items():
                    with self.subTest(choice=choice, port=port):
                        self.assertEqual(self.shown(sharkd, capture),
                                         self.fresh(capture, {"pop.dissector": choice}))

    def test_the_port(self):
        """Without another first pass."""
        capture = self.session_on(110)
        with harness.Sharkd(self, capture) as sharkd:
            before = [sharkd.frame(number) for number in (4, 5, 6)]
            self.assertIn("pop.stream", str(before))
            for ports in ("2110", "110"):
                sharkd.ask("setconf", name="pop.tcp.port", value=ports)
            self.assertEqual([sharkd.frame(number) for number in (4, 5, 6)], before)


if __name__ == "__main__":
    unittest.main()

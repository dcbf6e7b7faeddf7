"""Decodes one capture for scripts/batch: to NDJSON, to CSV, to the mails in it, or to their attachments.

usage: decode_capture.py [--plugins FOLDER] [--filter FILTER] [--fields NAME,NAME…] [-o NAME:VALUE]…
           ndjson|csv|mails|mbox|maildir|attachments CAPTURE OUTPUT

The result appears under the name OUTPUT when it is whole. Where tshark fails (a capture that was cut
short), what it had decoded until then is kept, its words stand in OUTPUT.error, and the exit status is 1.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Callable, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import wireshark  # noqa: E402

SEPARATOR, AGGREGATOR = "\x1e", "\x1f"
PROTOCOLS = "frame ip ipv6 tcp pop imf"  # of which NDJSON tells
# The text of mails is long, and not for everybody: "-o pop.contents:all" brings it.
WITHOUT_TEXT = ["pop.contents:attachments"]
# More than the mails themselves would need; a field of a mail may be long.
csv.field_size_limit(sys.maxsize)


class Job:
    """One capture, and a scratch folder in which an ordinary user may write."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.capture = options.capture
        self.output: Path = options.output
        self.output.parent.mkdir(parents=True, exist_ok=True)
        self.scratch = Path(tempfile.mkdtemp(prefix=".batch-", dir=self.output.parent))
        if os.geteuid() == 0:
            self.scratch.chmod(0o777)
        self.complaints = self.scratch / "complaints"

    def tshark(self, *words: str, prefs: Sequence[str] = ()) -> subprocess.Popen:
        """The user's own preferences come behind `prefs`, and count."""
        preferences = [word for preference in (*prefs, *self.options.o) for word in ("-o", preference)]
        return subprocess.Popen(
            ["tshark", "-n", "-2", "-r", str(self.capture), *preferences, *words],
            env=wireshark.environment(self.scratch, self.options.plugins), stdout=subprocess.PIPE, stderr=self.complaints.open("wb"),
            text=True, encoding="utf-8", errors="replace", **wireshark.user())

    def said(self) -> str:
        """tshark's complaints, without its greetings to root."""
        lines = self.complaints.read_text(errors="replace").splitlines()
        return "\n".join(line for line in lines if not line.startswith("Running as user"))

    def keep(self, result: Path) -> None:
        if self.output.is_dir():
            shutil.rmtree(self.output)
        os.replace(result, self.output)


# --- The kinds of output ---------------------------------------------------------------------------

def ndjson(job: Job) -> tuple[subprocess.Popen, Path]:
    """For the bulk interface of Elasticsearch and OpenSearch. tshark 4.0 names a type in the lines of
    action, which newer servers refuse; and where a document came from it does not say."""
    process = job.tshark("-T", "ek", "-J", PROTOCOLS, "-Y", job.options.filter, prefs=WITHOUT_TEXT)
    name = json.dumps(job.options.name)

    def convert(source: IO[str], result: IO[str]) -> None:
        for line in source:
            if line.startswith('{"index":'):
                index = json.loads(line)["index"]["_index"]
                result.write(json.dumps({"index": {"_index": index}}) + "\n")
            elif line.strip():
                result.write(f'{{"capture":{name},{line[1:]}')
    return process, write(job, process, convert)


def csv_rows(job: Job) -> tuple[subprocess.Popen, Path]:
    """RFC 4180, with a head line. Several values of one field stand in one cell, parted by ";"."""
    fields = job.options.fields.split(",")
    words = [word for field in fields for word in ("-e", field)]
    process = job.tshark("-T", "fields", "-E", f"separator={SEPARATOR}", "-E",
                         f"aggregator={AGGREGATOR}", "-E", "occurrence=a", "-Y",
                         job.options.filter, *words)

    def convert(source: IO[str], result: IO[str]) -> None:
        writer = csv.writer(result)
        writer.writerow(["capture", *fields])
        for line in source:
            cells = line.rstrip("\n").replace(AGGREGATOR, ";").split(SEPARATOR)
            writer.writerow([job.options.name, *cells])
    return process, write(job, process, convert)


def write(job: Job, process: subprocess.Popen, convert: Callable[[IO[str], IO[str]], None]) -> Path:
    path = job.scratch / "result"
    with open(path, "w", encoding="utf-8", newline="") as result:
        convert(process.stdout, result)
    return path


def mails(job: Job) -> tuple[subprocess.Popen, Path]:
    folder = job.scratch / "mails"
    folder.mkdir()
    folder.chmod(0o777 if os.geteuid() == 0 else 0o755)
    process = job.tshark("-Q", "--export-objects", f"imf,{folder}")
    process.stdout.read()
    return process, folder


def mailbox(form: str) -> Callable[[Job], tuple[subprocess.Popen, Path]]:
    def make(job: Job) -> tuple[subprocess.Popen, Path]:
        folder = job.scratch / "mailbox"
        folder.mkdir()
        folder.chmod(0o777 if os.geteuid() == 0 else 0o755)
        process = job.tshark("-q", "-z", f"pop,{form},{folder / form}")
        process.stdout.read()
        return process, folder / form
    return make


def attachments(job: Job) -> tuple[subprocess.Popen, Path]:
    """The report of attachments, the capture's name in front of each row."""
    process = job.tshark("-q", "-z", "pop,attachments,csv")

    def convert(source: IO[str], result: IO[str]) -> None:
        writer = csv.writer(result)
        for i, row in enumerate(csv.reader(source)):
            writer.writerow(["capture" if i == 0 else job.options.name, *row])
    return process, write(job, process, convert)


KINDS = {"ndjson": ndjson, "csv": csv_rows, "mails": mails, "mbox": mailbox("mbox"),
         "maildir": mailbox("maildir"), "attachments": attachments}


# --- The way in --------------------------------------------------------------------------------------

def readable_capture(job: Job) -> None:
    """As root, tshark runs as somebody who may not be allowed to read the capture: then a copy is."""
    if os.geteuid() == 0:
        test = subprocess.run(["test", "-r", str(job.capture)], **wireshark.user())
        if test.returncode != 0:
            job.capture = Path(shutil.copy(job.capture, job.scratch / "capture"))
            job.capture.chmod(0o644)


def decode(job: Job) -> int:
    error = job.output.with_name(job.output.name + ".error")
    error.unlink(missing_ok=True)
    readable_capture(job)
    process, result = KINDS[job.options.kind](job)
    status = process.wait()
    if status != 0:
        error.write_text((job.said() or f"tshark ended with {status}") + "\n")
    job.keep(result)
    return 1 if status != 0 else 0


def main() -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--plugins", type=Path)
    parser.add_argument("--filter", default="pop")
    parser.add_argument("--fields", default="frame.number")
    parser.add_argument("--name", help="how the capture is called in the output")
    parser.add_argument("-o", action="append", default=[])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("capture", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    options.name = options.name or options.capture.name
    job = Job(options)
    try:
        return decode(job)
    finally:
        shutil.rmtree(job.scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

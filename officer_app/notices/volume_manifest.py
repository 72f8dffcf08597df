"""The list of finished volumes beside them: what a run that is taken up again trusts, file hash by file hash."""

import json
import os
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.notices.volume import Done, Job, PrintFile, Stopped
from officer_app.notices.volume_files import digest, whole


class Manifest:
    """Lines of JSON: first what the run is, then each volume once it is safe. It names letters by number only."""

    def __init__(self, job: Job, per_volume: int, identity: str) -> None:
        self._job = job
        self.path = job.out / f"{job.name}-volumes.jsonl"
        self._head = {
            "run": job.name, "of": identity, "per_volume": per_volume, "duplex": job.duplex, "demo": job.demo,
            "footer": job.footer, "separate": job.separate, "covers": job.covers,
        }  # fmt: skip
        self._known: dict[int, dict[str, Any]] = {}

    def open(self) -> None:
        """Read what is there, or begin; KnownError when it belongs to another run than this one."""
        lines = self._read()
        if not lines:
            self._begin()
        elif lines[0] != self._head:
            raise KnownError(
                f"{self.path.name} in {self._job.out} belongs to a print run with other letters or settings. "
                "Choose an empty folder, or take that run up as it began."
            )
        self._known = {line["volume"]: line for line in lines[1:]}

    def whole(self, volume: int) -> Done | None:
        """Return a volume that is listed and whose files have the very bytes that were listed, else None."""
        line = self._known.get(volume)
        if line is None:
            return None
        job, file = self._job, None
        if line["letters"]:
            cover = job.cover(volume) if job.covers else None
            if digest(job.path(volume)) != line["sha256"] or (cover and digest(cover) != line["cover_sha256"]):
                return None
            file = PrintFile(job.path(volume), line["sha256"], line["pages"], (), line["letters"], volume, cover)
        stopped = tuple(Stopped(number, (), why) for number, why in line["stopped"])
        return Done(volume, file, stopped, line["first"], line["last"])

    def add(self, done: Done) -> None:
        """List a finished volume; it counts from now on."""
        file = done.file
        line = {
            "volume": done.volume, "first": done.first, "last": done.last, "letters": file.count if file else 0,
            "pages": file.pages if file else 0, "sha256": file.sha256 if file else "",
            "cover_sha256": digest(file.cover) if file and file.cover else "",
            "stopped": [[one.number, one.reason] for one in done.stopped],
        }  # fmt: skip
        with self.path.open("ab") as file_:
            file_.write(_line(line))
            file_.flush()
            os.fsync(file_.fileno())
        self._known[done.volume] = line

    def _read(self) -> list[dict[str, Any]]:
        """Return the whole lines; a last one that a crash cut off is dropped from the file, too."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        lines: list[dict[str, Any]] = []
        good = 0
        for raw in content.splitlines(keepends=True):
            try:
                line = json.loads(raw)
            except ValueError:
                break
            if not raw.endswith(b"\n") or not isinstance(line, dict):
                break
            lines.append(line)
            good += len(raw)
        if good < len(content):
            with self.path.open("r+b") as file:
                file.truncate(good)
        return lines

    def _begin(self) -> None:
        with whole(self.path) as file:
            file.write(_line(self._head))


def _line(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

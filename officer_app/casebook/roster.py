"""The roster: a signed, hash-chained line of who came, changed and left, of recovery kits and of key epochs.

Roles and public keys are taken only from here. Each line is signed by somebody who was a manager, or by a kit that was
unspent, after the line before it: a manager who left cannot sign themselves back in, and an older line cannot be put in
the place of a newer one without breaking the chain or shortening it, which the remembered head shows.
"""

import hashlib
import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from officer_app.casebook import schema
from officer_app.casebook.people import MANAGER, ROLES, Directory, KitRecord, Person, fingerprint, verifies
from officer_app.casebook.sealing import Tampered, bound, canonical
from officer_app.casebook.transaction import Writing

PERSON, KIT, SPENT, EPOCH = "person", "kit", "kit spent", "epoch"
_GENESIS = "0" * 64


def row_id(seq: int) -> str:
    """Return the primary key of a line; the text sorts as the number does."""
    return f"{seq:08d}"


def _message(store: str, body: bytes) -> bytes:
    return bound("oa/roster/v1", store, body)


class Replay:
    """Follows the roster line by line from nothing."""

    def __init__(self, store: str, root: str) -> None:
        self._store, self._root = store, root
        self.directory = Directory({}, {})

    def follow(self, key: str, body: str, signature: bytes) -> str:
        """Take in the next line; return "" or what is wrong with it as a sentence, and then take nothing in."""
        seq = self.directory.seq + 1
        fault = f"Line {seq} of the list of people was changed outside this program."
        try:
            raw = body.encode()
            line = json.loads(raw)
            prev = self.directory.hashes[-1] if self.directory.hashes else _GENESIS
            if key != row_id(seq) or (line["seq"], line["prev"]) != (seq, prev):
                return fault
            after = self._after(line["kind"], line["value"], line["by"])
            signer = after.signer(line["by"]) if seq == 1 else self.directory.signer(line["by"])
            if signer is None or MANAGER not in signer[1]:
                return f"Line {seq} of the list of people was signed by somebody who was no manager then."
            if not verifies(bytes.fromhex(signer[0]), bytes(signature), _message(self._store, raw)):
                return fault
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return fault
        digest = hashlib.sha256(raw).hexdigest()
        self.directory = replace(after, seq=seq, hashes=(*self.directory.hashes, digest))
        return ""

    def _after(self, kind: str, value: dict[str, Any], by: str) -> Directory:
        """Return the directory after a line; ValueError when the line may not be."""
        now = self.directory
        if now.seq == 0:
            first = Person.read(value)
            if kind != PERSON or fingerprint(first.verify) != self._root or by != first.id:
                raise ValueError("not the first manager")
        if kind == PERSON:
            return replace(now, people={**now.people, value["id"]: self._person(Person.read(value), by)})
        if kind == KIT:
            kit = KitRecord(value["id"], value["decrypt"], value["verify"])
            if kit.id in now.kits or kit.id in now.people or by in now.kits:
                raise ValueError("a kit twice, or made by a kit")
            return replace(now, kits={**now.kits, kit.id: kit})
        if kind == SPENT and by in (*now.people, value["id"]):
            return replace(now, kits={**now.kits, value["id"]: replace(now.kits[value["id"]], spent=True)})
        if kind == EPOCH and value["number"] == now.epoch + 1 and len(bytes.fromhex(value["commitment"])) == 32:
            return replace(now, epoch=value["number"], commitment=value["commitment"])
        raise ValueError(kind)

    def _person(self, person: Person, by: str) -> Person:
        known = self.directory.people.get(person.id)
        if not person.roles or set(person.roles) - set(ROLES) or person.id in self.directory.kits:
            raise ValueError("roles")
        if any(one.sign_in == person.sign_in for one in self.directory.people.values() if one.id != person.id):
            raise ValueError("a sign-in name twice")
        if by in self.directory.kits:
            # A kit gives somebody new keys; it makes nobody a manager and brings nobody back.
            if known is None or replace(person, decrypt=known.decrypt, verify=known.verify) != known:
                raise ValueError("more than new keys")
        elif known is not None and (person.decrypt, person.verify) != (known.decrypt, known.verify):
            raise ValueError("new keys without a kit")
        if known is not None and not known.active:
            raise ValueError("access had ended")
        return person


def load(connection: Connection, store: str, root: str) -> Directory:
    """Return who is known; Tampered when a line of the roster is not rightly signed or out of place."""
    replay = Replay(store, root)
    table = schema.roster
    for row in connection.execute(select(table.c.id, table.c.body, table.c.signature).order_by(table.c.id)):
        fault = replay.follow(row.id, row.body, row.signature)
        if fault:
            raise Tampered(f"{fault} Do not use this casebook; restore a backup.")
    if not replay.directory.managers():
        raise Tampered("The list of people of this casebook is missing. Do not use it; restore a backup.")
    return replay.directory


def write(tx: Writing, kind: str, value: dict[str, Any]) -> None:
    """Append a line, signed by who acts; the transaction's directory follows it."""
    now = tx.directory
    seq = now.seq + 1
    prev = now.hashes[-1] if now.hashes else _GENESIS
    body = canonical({"seq": seq, "prev": prev, "kind": kind, "value": value, "by": tx.actor.id})
    signature = tx.sign(_message(tx.vault.store, body))
    tx.insert(schema.roster, id=row_id(seq), body=body.decode(), signature=signature)
    replay = Replay(tx.vault.store, tx.root)
    replay.directory = now
    fault = replay.follow(row_id(seq), body.decode(), signature)
    if fault:
        raise Tampered(f"{fault} Nothing was changed.")
    tx.directory = replay.directory

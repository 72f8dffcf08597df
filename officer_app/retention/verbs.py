"""The officer's and the manager's verbs: each asks what it needs, then calls one use case."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.retention import forms
from officer_app.retention.batches import BatchFile
from officer_app.retention.forms import tr
from officer_app.retention.queue import File
from officer_app.retention.recheck import Returned
from officer_app.retention.rules import FINDINGS, Candidate, Mark
from officer_app.retention.service import Retention
from officer_app.widgets import messages
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.papers import Papers
from officer_app.widgets.work import Job

Submit = Callable[[Mapping[str, Any]], None]


class Verbs(QObject):
    """Turns a step into a form and a form into a use case.

    `done` gets the Change and whether what was shown when the step was taken is shown still, which `here` tells.
    """

    def __init__(
        self,
        service: Retention,
        desk: DeskFrame,
        zone: Callable[[], tzinfo],
        done: Callable[[Change, bool], None],
        here: Callable[[], Callable[[], bool]],
    ) -> None:
        super().__init__(desk)
        self._service, self._desk, self._zone, self._done, self._here = service, desk, zone, done, here
        self.erasing: set[str] = set()  # batches that this window erases now

    def _run(
        self, op: Callable[..., Any], title: str = "", then: Callable[[Any], Change] = lambda change: change
    ) -> None:
        """Run a use case; `then` makes a Change of what it returned."""
        here = self._here()

        def failed(error: KnownError) -> None:
            if here():
                self._desk.show_trouble(error)
            else:  # whoever looks at something else by now has to be told what it is about
                self._desk.news.show_news(f"{title}: {error}" if title else str(error), "red")

        work, ended = self._desk.work, lambda result: self._done(then(result), here())
        work.run(op, ended, failed, title=title, cancellable=bool(title), owner=self._desk)

    # --- accounts of the list ---

    def freeze(self, chosen: Sequence[Candidate]) -> None:
        """Freeze accounts into batches, one for each reason."""
        ready = [one for one in chosen if not one.why_not]
        self._run(lambda job: self._service.batches.freeze(ready, _seen(job), job.cancelled), tr("Freezing a batch"))

    def freeze_many(self, reason: str = "inactive") -> None:
        """Ask for a reason and freeze everything that is listed for it."""

        def submit(values: Mapping[str, Any]) -> None:
            reason, most = values["reason"], values["most"]
            self._run(lambda job: self._service.freeze_all(reason, most, job.cancelled, _seen(job)),
                      tr("Freezing a batch"))  # fmt: skip

        self._desk.ask_form(forms.many(self._zone(), reason), submit, alone=True)

    def candidate(self, step: str, file: File, proposed: Mark | None) -> None:
        """Do a step with the candidate that is shown."""
        found = file.candidate
        match step:
            case "freeze":
                self.freeze((found,))
            case "finding":
                self._finding(found)
            case "confirm" if proposed is not None:
                self._confirm(proposed)
            case "proof" if proposed is not None:
                paths = messages.choose_files(self._desk, tr("Add files"), tr("All files (*)"))
                if paths:
                    self._run(lambda: self._service.findings.add_proof(proposed.id, paths), tr("Reading files"))
            case "withdraw-finding" if proposed is not None:
                self._take_back(proposed, file)
            case "take-back" if file.mark is not None:
                self._take_back(file.mark, file)

    def _take_back(self, mark: Mark, file: File) -> None:
        title, submit = tr("Take off the list"), tr("Take it off")
        intro = tr("The account stays as it is; the shop's own data may list it again.")
        if mark.ground in FINDINGS:
            title, submit = tr("Take the finding back"), tr("Take it back and destroy it")
            intro = tr("The account stays as it is. What was found and its files are destroyed; this cannot be undone, "
                       "though older backups hold them until they are gone. The audit keeps that it was taken back, "
                       "and why.")  # fmt: skip
        email, desk = file.card.account.email, self._desk

        def taken(change: Change) -> Change:
            desk.close_preview()  # a file that proved it may be shown
            return change

        def take(values: Mapping[str, Any]) -> None:
            why = values["reason"]
            self._run(lambda: self._service.findings.take_back(mark.id, why, email), then=taken)

        desk.ask_form(forms.reason(title, tr("Why"), submit, self._zone(), intro), take)

    def proof(self, what: str, key: str, shown: File | BatchFile, papers: Papers) -> None:
        """Show a file that proves a finding beside the case, or save a copy of it; both are recorded."""
        piece = next(one for one in shown.papers if one.id == key)
        batch = shown.batch.reference if isinstance(shown, BatchFile) else ""
        findings = self._service.findings
        if what == "look":
            papers.look(piece.name, lambda: findings.look_at(key, batch), self._here())
        else:
            papers.export(piece.name, lambda path: findings.export(key, path, batch))

    def _finding(self, found: Candidate) -> None:
        def submit(values: Mapping[str, Any]) -> None:
            ground, reason, evidence, paths = (values[one] for one in ("ground", "reason", "evidence", "files"))
            title = tr("Reading files") if paths else ""
            self._run(lambda: self._service.findings.record(found, ground, reason, evidence, paths), title)

        self._desk.ask_form(forms.finding(found.reason, self._zone()), submit)

    def _confirm(self, proposed: Mark) -> None:
        sign_in, passphrase = self._service.approvals.needs(proposed.by)
        intro = tr("Found: {0}\nProof: {1}").format(proposed.reason, proposed.evidence)
        form = forms.word(tr("Confirm the finding"), intro, tr("Confirm"), sign_in, passphrase, self._zone())

        def submit(values: Mapping[str, Any]) -> None:
            who, secret = values.get("sign_in", ""), values.get("passphrase", "")
            self._run(lambda: self._service.approvals.confirm(proposed.id, who, secret))

        self._desk.ask_form(form, submit)

    # --- batches ---

    def batch(self, step: str, file: BatchFile) -> None:
        """Do a step with the batch that is shown."""
        case = file.batch
        reference, version = case.reference, case.version
        service, zone = self._service, self._zone()
        match step:
            case "notices":
                self._run(lambda job: service.announcing.write_notices(reference, job.progress, job.cancelled),
                          tr("Writing the notices of {0}").format(reference))  # fmt: skip
            case "no-notice":
                form = forms.reason(tr("Nobody is told beforehand"), tr("Why not"), tr("Record"), zone,
                                    tr("The usual way is a notice and some days to answer. The reason stays in the "
                                       "file and is on the certificate."))  # fmt: skip
                self._ask_reason(form, lambda why: service.batches.unannounced(reference, why, version))
            case "sent":
                self._ask_sent(tr("The notices were sent"), lambda channel, at: service.announcing.notices_sent(
                    reference, channel, at, version))  # fmt: skip
            case "letters-sent":
                self._ask_sent(tr("The letters were sent"), lambda channel, at: service.announcing.confirmations_sent(
                    reference, channel, at))  # fmt: skip
            case "withdraw-letters":
                form = forms.reason(tr("Withdraw letters"), tr("Why"), tr("Withdraw them"), zone,
                                    tr("What was sent already stays. The register keeps the reason."))  # fmt: skip
                self._ask_reason(form, lambda why: service.announcing.withdraw_letters(reference, why))
            case "address-list":
                self._address_list(reference)
            case "approve":
                self._approve(file)
            case "recheck":
                self._run(lambda job: service.recheck(reference, job.cancelled, _seen(job)),
                          tr("Looking at the accounts"))  # fmt: skip
            case "withdraw":
                form = forms.reason(tr("Withdraw {0}").format(reference), tr("Why"), tr("Withdraw it"), zone,
                                    tr("Nothing was erased; its accounts are on the list again."))  # fmt: skip
                self._ask_reason(form, lambda why: service.batches.withdraw(reference, why, version))
            case "run":
                self._ask_run(file)
            case "resume":
                self._erase(reference, None, file.counts.pending)
            case _:
                self._after(step, file)

    def _after(self, step: str, file: BatchFile) -> None:
        case, service, zone = file.batch, self._service, self._zone()
        reference, version = case.reference, case.version
        match step:
            case "check":

                def look(job: Job) -> Change:
                    return service.erasing.check(reference, lambda table: job.progress(0, 0, table), job.cancelled)

                self._run(look, tr("Checking the shop"))
            case "certify":

                def issue(values: Mapping[str, Any]) -> None:
                    backups = values["backups"]
                    self._run(lambda: service.erasing.certify(reference, backups))

                self._desk.ask_form(forms.certify(case.backups, zone), issue)
            case "effects":

                def tick(values: Mapping[str, Any]) -> None:
                    done = tuple(values["done"])
                    self._run(lambda: service.tick(reference, done, version))

                self._desk.ask_form(forms.effects(case.effects, case.ticked, zone), tick)
            case "close":
                self._run(lambda: service.erasing.close(reference, version))
            case "returned":
                self._run(service.returned, tr("Looking for accounts that came back"), _returned)

    def take_out(self, reference: str, member: str) -> None:
        """Take one account out of the batch that is shown."""
        form = forms.reason(tr("Take the account out"), tr("Why"), tr("Take it out"), self._zone())
        self._ask_reason(form, lambda why: self._service.batches.take_out(reference, member, why))

    def _approve(self, file: BatchFile) -> None:
        case = file.batch
        sign_in, passphrase = self._service.approvals.needs(case.author)
        left = file.counts.pending
        intro = tr("{0} accounts, {1}. {2}").format(f"{left:,}", tr(forms.TITLES[case.ground]).lower(),
                                                    case.needs_manager)  # fmt: skip
        form = forms.word(tr("Approve {0}").format(case.reference), intro, tr("Approve"), sign_in, passphrase,
                          self._zone())  # fmt: skip

        def submit(values: Mapping[str, Any]) -> None:
            who, secret = values.get("sign_in", ""), values.get("passphrase", "")
            self._run(lambda: self._service.approvals.approve(case.reference, who, secret))

        self._desk.ask_form(form, submit)

    def _ask_run(self, file: BatchFile) -> None:
        reference, pending = file.batch.reference, file.counts.pending

        def submit(values: Mapping[str, Any]) -> None:
            self._erase(reference, int(values["typed"].replace(",", "").strip()), pending, values["backups"])

        self._desk.ask_form(forms.run(file.batch, pending, self._zone()), submit)

    def _erase(self, reference: str, typed: int | None, pending: int, backups: str = "") -> None:
        if reference in self.erasing:  # pressed twice
            return
        self.erasing.add(reference)

        def op(job: Job) -> Change:
            at = (0, pending)

            def progress(done: int, total: int) -> None:
                nonlocal at
                at = done, total
                job.progress(done, total, tr("{0} of {1} accounts").format(f"{done:,}", f"{total:,}"))

            def tell(why: str) -> None:
                if why:
                    job.progress(at[0], at[1], tr(why))
                else:
                    progress(*at)

            try:
                progress(0, pending)
                return self._service.erasing.run(reference, typed, progress, job.cancelled, backups, tell)
            finally:
                self.erasing.discard(reference)

        self._run(op, tr("Erasing {0}").format(reference))

    def _address_list(self, reference: str) -> None:
        path = messages.choose_save(self._desk, tr("Save address list"), f"{reference}-addresses.csv", "*.csv")
        if path is not None:
            self._desk.run(lambda job: self._service.announcing.address_list(reference, path, job.cancelled),
                           self._saved, title=tr("Saving the address list"))  # fmt: skip

    def _saved(self, path: Any) -> None:
        self._desk.file.news.show_news(tr("Saved as {0}. Delete the file once the notices are sent.").format(path.name))

    # --- the casebook's own cases ---

    def erase_cases(self, references: Sequence[str]) -> None:
        """Ask for a manager's word and destroy the keys of cases."""
        sign_in, passphrase = self._service.approvals.needs(self._service.me)
        intro = tr("{0}: nobody can read them afterwards. A manager says so.").format(", ".join(references[:10]))
        form = forms.word(tr("Erase cases"), intro, tr("Erase {0} cases").format(len(references)), sign_in, passphrase,
                          self._zone())  # fmt: skip

        def submit(values: Mapping[str, Any]) -> None:
            who, secret = values.get("sign_in", ""), values.get("passphrase", "")
            self._run(lambda: self._service.own_cases.erase(references, who, secret))

        self._desk.ask_form(form, submit)

    # --- shared questions ---

    def _ask_reason(self, form: Any, then: Callable[[str], Change]) -> None:
        def submit(values: Mapping[str, Any]) -> None:
            why = values["reason"]
            self._run(lambda: then(why))

        self._desk.ask_form(form, submit)

    def _ask_sent(self, title: str, then: Callable[[str, Any], Change]) -> None:
        def submit(values: Mapping[str, Any]) -> None:
            channel, at = values["channel"], values["at"]
            self._run(lambda: then(channel, at))

        self._desk.ask_form(forms.sent(title, self._service.now(), self._zone()), submit)


def _returned(found: Sequence[Returned]) -> Change:
    news = tr("{0} erased accounts are in the shop again; they stand on the review list.").format(len(found))
    return Change("retention", news=news if found else tr("No erased account came back."))


def _seen(job: Job) -> Callable[[int, int], None]:
    """Return what tells a job's progress in words; a total of 0 is not known."""

    def tell(done: int, total: int) -> None:
        text = tr("{0} of {1} accounts").format(f"{done:,}", f"{total:,}") if total else forms.accounts(done)
        job.progress(done, total, text)

    return tell

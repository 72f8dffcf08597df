"""What a filled form asks of the desk: each step's use case with the values that its form gave."""

from collections.abc import Mapping
from typing import Any

from officer_app.base.change import Change
from officer_app.complaints import escalation, matter_forms, proof, rights, rules
from officer_app.complaints.rights import Wrong
from officer_app.complaints.rules import Complaint, Decision
from officer_app.complaints.service import Complaints

OUTCOMES = {"reply": rules.REPLY, "refuse": rules.REFUSAL, "refer": rules.REFERRAL}
_OWN = ("origin", "automated_decisions")
_YES_NO = {"yes": True, "no": False}


def decision(step: str, values: Mapping[str, Any]) -> Decision:
    """Return the decision that a form describes."""
    plain = {key: values[key] for key in ("reasons", "rule", "done", "guidance", "authority", "kept") if key in values}
    ground = values.get("ground", "")
    if step == "refer" and ground not in ("", escalation.DECISION):
        plain["reasons"] = f"{ground}. {plain['reasons']}"
    return Decision(
        OUTCOMES[step],
        ground=ground if ground == rules.UNTRUE else "",
        advice=tuple(values.get("advice", ())),
        texts={key: values[key] for key in _OWN if values.get(key)},
        **plain,
    )


def preview(service: Complaints, case: Complaint, step: str, values: Mapping[str, Any]) -> bytes:
    """Return the letter that a form is writing, as it stands."""
    match step:
        case "ask":
            return service.preview_enquiry(
                case, values["name"], values["contact"], values["question"], named=values["named"]
            )
        case "extend":
            return service.preview_extension(case, values["reason"], values["done"])
        case "pause":
            return service.preview_question(case, values["why"], values["needed"], values["until"])
        case _:
            return service.preview_decision(case, decision(step, values))


def act(service: Complaints, case: Complaint, step: str, values: Mapping[str, Any]) -> Change:
    """Do what the form asks for, on the version of the case that the officer saw."""
    reference, version, reason = case.reference, case.version, values.get("reason", "")
    match step:
        case "reply" | "refuse" | "refer":
            return service.decide(reference, decision(step, values), version)
        case "link":
            return service.link(reference, values["customer"], version)
        case "identify":
            claims = {key: values[key] for key in proof.FACTS}
            asked = values["method"] in (proof.CALL, *proof.SEEN)
            confirmed = _YES_NO.get(values["confirmed"]) if asked else None
            return service.identify(
                reference, claims, values["method"], values["note"], version, confirmed=confirmed, code=values["code"]
            )
        case "code":
            return service.send_code(reference, values["method"], version)
        case "change":
            return service.change(reference, values["kind"], values["language"], reason, version)
        case "deadline":
            return service.deviate(reference, values["pack"], reason, version)
        case "assign":
            person = None if values["person"] == rules.NOBODY else values["person"]
            return service.assign(reference, person, version)
        case "withdraw":
            return service.withdraw(reference, values["number"], reason, version)
        case "breach":
            return service.report_breach(reference, reason, version)
        case "hold":
            return service.hold(reference, reason)
        case "close":
            return service.close_without_letter(reference, reason, version)
        case "reopen":
            return service.reopen(reference, reason, version)
        case "merge" | "split" | "tie":
            return matter_forms.use(step, service.merging, case, values)
        case "authority":
            close, at = values["then"] == matter_forms.CLOSE, values["at"]
            return service.referring.answered(reference, values["who"], values["text"], at, version, close=close)
        case "late":
            return service.monthly.explain(reference, reason)
        case "sent":
            return service.sent(values["number"], values["channel"], values["at"])
        case _:
            return _look_into(service, case, step, values)


def _look_into(service: Complaints, case: Complaint, step: str, values: Mapping[str, Any]) -> Change:
    reference, version, reason = case.reference, case.version, values.get("reason", "")
    match step:
        case "finding":
            return service.record_finding(
                reference, values["allegation"], values["purpose"], values["result"], values["reasons"], version
            )
        case "ask":
            return service.ask_party(
                reference, values["name"], values["sort"], values["contact"], values["question"], version,
                named=values["named"],
            )  # fmt: skip
        case "party":
            return service.party_answered(
                reference, int(values["party"]), values["answer"], version, silent=values["silent"]
            )
        case "extend":
            return service.extend(reference, reason, values["done"], version)
        case "pause":
            return service.pause(reference, values["why"], values["needed"], values["until"], version)
        case "resume":
            return service.resume(reference, reason, version)
        case "untrue":
            return service.record_untrue(reference, values["data"], values["evidence"], version)
        case "confirm-untrue":
            return service.confirm_untrue(reference, values.get("sign_in", ""), values.get("passphrase", ""), version)
        case "correction":
            return service.note_correction(reference, wrong(values), version)
        case "corrected":
            return service.confirm_correction(reference, values["done_by"], values["done_on"], version)
        case _:
            ground = rights.FALSE if step == "erase-untrue" else rights.CANCEL
            return service.hand_over(reference, ground, reason, version)


def wrong(values: Mapping[str, Any]) -> tuple[Wrong, ...]:
    """Return what the form of a correction names, its empty rows left out."""
    rows = (tuple(str(values.get(f"{key}{at}", "")) for key in ("fact", "stands", "should")) for at in range(3))
    return tuple(Wrong(*row) for row in rows if row[0])

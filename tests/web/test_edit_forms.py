"""Every form that changes stored text tells the second of two who use it, loses nothing and saves knowingly.

A new form stands in one of the two tables below, or the first test fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import pilots, questions, studies
from copkit_delphi.ethics import mitigations
from copkit_delphi.ethics.models import EthicsFlag
from copkit_delphi.ethics.plans import MeasurePlan
from copkit_delphi.installation import Installation
from copkit_delphi.people.models import Account
from copkit_delphi.warning.models import EarlyAction
from tests import factories as f
from tests.factories import migrated
from tests.warning import factory
from tests.web.stage import furnished, stage
from tests.web.staged import Stage, read_form

__all__ = ["furnished", "migrated", "stage"]

TOLD = "Somebody else saved this meanwhile"
ROOMS = ("facilitator", "recruiting", "briefs", "register", "ethics", "files", "exercises", "library")

Prepare = Callable[[Session, str], dict[str, str]]


@dataclass(frozen=True)
class Edit:
    """A form: where it stands below the study, what two people type, and what has to be there for it.

    ``page`` is where it is shown, if elsewhere; ``empty`` when the page shows what is saved beside an empty field.
    ``also`` is what both type.
    """

    path: str
    mine: dict[str, str]
    theirs: dict[str, str]
    also: dict[str, str] = field(default_factory=dict)
    prepare: Prepare = lambda _session, _study: {}
    role: Role = Role.FACILITATOR
    page: str = ""
    empty: bool = False


def two(path: str, name: str, **more: object) -> Edit:
    """Return the edit of one text field."""
    return Edit(path, {name: "What I wrote."}, {name: "What they wrote."}, **more)  # type: ignore[arg-type]


def _scenario(session: Session, study_id: str) -> dict[str, str]:
    return {"scenario": studies.scenarios(session, study_id)[0].id}


def _asked(session: Session, study_id: str) -> dict[str, str]:
    page = questions.add_page(session, study_id=study_id, title="Measures", summary="What to do.")
    asked = questions.add(session, study_id=study_id, asking=questions.Asking("text", "How good is it?", {}))
    return {"page": page.id, "question": asked.id}


def _bilingual(session: Session, study_id: str) -> dict[str, str]:
    studies.get(session, study_id).languages = ["en", "de"]
    return _scenario(session, study_id)


def _piloted(session: Session, study_id: str) -> dict[str, str]:
    actor = session.scalars(select(Account.id)).first()
    pilot = pilots.start(session, study_id=study_id, actor=str(actor), at=f.NOW).id
    studies.scenarios(session, study_id)[0].title = "Reworded since"
    session.flush()
    (logged,) = pilots.log(session, study_id=study_id, pilot_id=pilot)
    return {"pilot": pilot, "change": logged.change.key}


def _measure(session: Session, study_id: str) -> dict[str, str]:
    plan = MeasurePlan("M06", "PDP-03", "Counted.", "Police", None, "planned", "", "")
    return {"measure": mitigations.add(session, study_id=study_id, plan=plan, actor="test", at=f.NOW).id}


def _flag(session: Session, study_id: str) -> dict[str, str]:
    values = {"level": "stop", "source": "panel", "state": "open", "reply": ""}
    session.add(EthicsFlag(id="f1", study_id=study_id, question_id="PDP-03", **values))
    return {"flag": "f1"}


DRAFT = {
    "facilitator.about_post": two("set-up/about", "purpose"),
    "facilitator.plan_post": two("set-up/plan", "aims"),
    "facilitator.groups_post": Edit("set-up/groups", {"rows-0-target": "12"}, {"rows-0-target": "15"}),
    "facilitator.rules_post": Edit(
        "set-up/rules",
        {"rule": "own", "criterion": "iqr<=20", "max_rounds": "4"},
        {"rule": "own", "criterion": "iqr<=10", "max_rounds": "2"},
    ),
    "facilitator.scenario_post": two("set-up/scenarios/{scenario}", "statement", prepare=_scenario),
    "facilitator.question_post": two("set-up/questions/{question}", "wording", prepare=_asked),
    "facilitator.question_page_post": two("set-up/questions/pages/{page}", "summary", prepare=_asked),
    "facilitator.languages_post": Edit("set-up/languages", {"languages": "en, de"}, {"languages": "en, fr"}),
    "facilitator.translation_post": two(
        "set-up/scenarios/{scenario}/texts/de", "text_title", prepare=_bilingual
    ),
    "facilitator.letter_post": two("mail/thank-you/en", "subject"),
    "facilitator.policy_post": two("reasons/policy", "text"),
    "facilitator.pilot_post": two("pilots/{pilot}", "reason-{change}", prepare=_piloted),
    "recruiting.texts_post": two("panel/texts", "information"),
    "recruiting.interests_post": two("panel/interests", "handling"),
    "recruiting.enrolment_post": two("panel/enrolment", "text"),
}
CLOSED = {
    "facilitator.amend_post": two("protocol/amend", "aims", also={"reason": "A word was missing."}),
    "briefs.text_post": two("brief/text", "lede", role=Role.ANALYST),
    "briefs.plans_post": two("brief/plans", "{action}-stop_rule", role=Role.ANALYST),
    "ethics.edit_post": two(
        "ethics/assessment",
        "who_carries",
        also={"review_on": factory.REVIEW.isoformat()},
        role=Role.ETHICS_REVIEWER,
    ),
    "ethics.mitigation_post": two("ethics/mitigations/{measure}", "text", prepare=_measure),
    "ethics.waiver_post": two("ethics/waiver", "reason", role=Role.ETHICS_REVIEWER),
    "ethics.reply_flag": two(
        "ethics/flags/{flag}/reply", "text", prepare=_flag, page="ethics/flags", empty=True
    ),
    "ethics.decide_precedent": two(
        "ethics/precedents/PDP-03", "reason", page="ethics/precedents", role=Role.ETHICS_REVIEWER
    ),
}
# Nothing that stands is written over unseen.
OTHERS = {
    "adds something new": {
        "facilitator.new_post", "facilitator.copy_post", "facilitator.use_template", "facilitator.start_pilot",
        "facilitator.take_scenario", "facilitator.new_scenario_post", "facilitator.new_question_post",
        "facilitator.new_page_post", "facilitator.add_file", "facilitator.panel_post", "facilitator.plan_round",
        "facilitator.roles_post", "facilitator.names_post", "facilitator.decide", "facilitator.save_template_post",
        "recruiting.upload_post", "briefs.propose", "briefs.add_indicator", "register.set_level",
        "register.read_indicator", "ethics.new_mitigation_post", "files.upload_post", "files.ask",
        "files.archive_in_post", "exercises.start", "library.new_post", "library.take",
    },
    "is a button, a choice or a date, and no text": {
        "facilitator.share_template", "facilitator.remove_template", "facilitator.delete_pilot", "facilitator.archive",
        "facilitator.unarchive", "facilitator.move_scenario", "facilitator.remove_question",
        "facilitator.move_question", "facilitator.questions_post", "facilitator.remove_file",
        "facilitator.remove_person", "facilitator.seats", "facilitator.replace_link", "facilitator.person_language",
        "facilitator.take_back", "facilitator.mail_language", "facilitator.letter_reset", "facilitator.tell",
        "facilitator.remind", "facilitator.plan_reminders", "facilitator.resend_failed", "facilitator.invite_missing",
        "facilitator.remove_round", "facilitator.reopen_confirm", "facilitator.reopen_drop", "files.take",
        "facilitator.deadline_post", "facilitator.synthetic", "facilitator.synthetic_proposals",
        "facilitator.move_round_zero", "facilitator.close_round_zero", "facilitator.undo_proposal",
        "facilitator.take_role", "recruiting.cancel", "recruiting.invite_late", "recruiting.renew_address",
        "recruiting.applicants_post", "briefs.send", "ethics.open_round_post", "ethics.deadline_post",
        "ethics.close_post", "ethics.synthetic", "files.drop_upload", "files.drop_mapping", "files.agree",
        "exercises.play", "exercises.practice_post", "library.bring_back",
    },
    "is done once and refused the second time": {
        "facilitator.check_post", "facilitator.next_round_post", "facilitator.close_post", "facilitator.end_post",
        "facilitator.reopen_post", "facilitator.open_round_zero", "facilitator.merge_proposals",
        "facilitator.answer_enquiry", "recruiting.decide", "files.refuse", "library.retire_post",
    },
    "tells what changed by a version of its own": {
        "facilitator.remove_scenario", "facilitator.words_post", "facilitator.moderation_post", "facilitator.replies_post",
        "facilitator.reasons_post", "facilitator.wording_post", "register.move_action", "briefs.sign_post",
        "ethics.clear_flag", "ethics.confirm_waiver", "library.revise_post",
    },
    "keeps what only its own person staged or typed in search of something": {
        "facilitator.check_wording", "recruiting.preview_post", "files.columns_post",
    },
}  # fmt: skip


def test_every_form_stands_in_a_table(app: Flask) -> None:
    posted = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.split(".")[0] in ROOMS
    }
    listed = [*DRAFT, *CLOSED, *(name for names in OTHERS.values() for name in names)]
    assert sorted(listed) == sorted(posted)


def _told(edit: Edit, base: str, client: FlaskClient, known: dict[str, str]) -> None:
    """Let two people send the form as each has it open, and the second once more."""
    named = lambda typed: {name.format(**known): text for name, text in (typed | edit.also).items()}  # noqa: E731
    mine, theirs = named(edit.mine), named(edit.theirs)
    path = f"{base}/{edit.path.format(**known)}"
    page = f"{base}/{edit.page}" if edit.page else path
    opened = read_form(client.get(page).text, path)
    assert client.post(path, data=opened | theirs).status_code == 303
    told = client.post(path, data=opened | mine)
    assert told.status_code == 409
    assert TOLD in told.text
    again = read_form(told.text, path)
    assert mine.items() <= again.items()
    assert _stands(edit, client.get(page).text, path, theirs)
    assert client.post(path, data=again).status_code == 303
    assert _stands(edit, client.get(page).text, path, mine)


def _stands(edit: Edit, page: str, path: str, typed: dict[str, str]) -> bool:
    if edit.empty:
        return all(text in page for text in typed.values())
    there = read_form(page, path)
    return all(there[name] == text for name, text in typed.items() if name not in edit.also)


@pytest.mark.parametrize("name", DRAFT)
def test_the_second_of_two_is_told_while_a_study_is_set_up(
    name: str, place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        study = f.draft_study(session, account.id).id
        known = DRAFT[name].prepare(session, study)
        email = account.email
    _told(DRAFT[name], f"/studies/{study}", sign_in(email), known)


@pytest.mark.parametrize("name", CLOSED)
def test_the_second_of_two_is_told_when_a_study_has_results(name: str, stage: Stage) -> None:
    edit = CLOSED[name]
    with stage.place.database.writing() as session:
        factory.written_brief(session, stage.made, waiver=False)
        action = session.scalars(
            select(EarlyAction).where(EarlyAction.study_id == stage.made.study_id)
        ).first()
        assert action
        known = {"action": action.id} | edit.prepare(session, stage.made.study_id)
    _told(edit, stage.base, stage[edit.role], known)


def test_two_who_assess_different_risks_keep_both(stage: Stage) -> None:
    """Rows that have their places are compared one by one: only what both changed is to be settled."""
    with stage.place.database.writing() as session:
        factory.assess(session, stage.made)
    path, client = f"{stage.base}/ethics/assessment", stage[Role.ETHICS_REVIEWER]
    opened = read_form(client.get(path).text, path)
    theirs = {"risks-1-reason": "Theirs.", "screening-0-reason": "Theirs too."}
    assert client.post(path, data=opened | theirs).status_code == 303
    told = client.post(path, data=opened | {"risks-0-reason": "Mine."})
    assert told.status_code == 409
    assert "Only they changed" in told.text
    assert "You both changed" not in told.text
    again = read_form(told.text, path)
    assert (theirs | {"risks-0-reason": "Mine."}).items() <= again.items()
    assert client.post(path, data=again).status_code == 303
    assert (theirs | {"risks-0-reason": "Mine."}).items() <= read_form(client.get(path).text, path).items()


def test_a_row_added_meanwhile_keeps_what_it_holds(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        factory.written_brief(session, stage.made, waiver=False)
    path, client = f"{stage.base}/brief/plans", stage[Role.ANALYST]
    own = f"{stage.base}/brief/indicators"
    opened = read_form(client.get(path).text, path)
    added = read_form(client.get(path).text, own) | {"text": "Nothing is seen.", "disconfirming": "y"}
    assert client.post(own, data=added).status_code == 303
    before = read_form(client.get(path).text, path)
    (new,) = [name for name in before if name not in opened and name.endswith("-disconfirming")]
    assert client.post(path, data=opened).status_code in (303, 409)
    assert read_form(client.get(path).text, path)[new] == "y"

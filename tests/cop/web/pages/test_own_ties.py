"""What is about peers on somebody's own page: hers alone, by a link texted to her phone, and gone when she says so."""

import pytest
from sqlalchemy import func, inspect, select, text

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.modules.rules import Subject
from clusters.people.models import Person
from clusters.scope import Scope
from cop.communities.models import Community, DoneTogether, Membership
from cop.communities.rules import Doing, Standing
from cop.consent.actions import decide
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.holding.queries import counts
from cop.knowledge.actions import write as write_note
from cop.questions.actions import plant
from cop.ties.actions import exchanged, name_peers, planned
from cop.ties.models import Nomination, PeerRound, Tie
from cop.ties.sheets import sheet
from messaging.consent.actions import give_link
from messaging.consent.models import PersonalLink
from messaging.consent.rules import link_hash
from tests import build
from tests.browsing import place_at

FUNCTIONS = ("own_ties", "withdraw_tie", "leave_ties", "give_ties", "forget_ties", "forget_done_together")


@pytest.fixture
def people(house, clock):
    """Five teachers of one sheet, the first of whom looks at her page; their numbers are like nobody's of a table."""
    with house.unit() as db:
        db.execute(text("SELECT setval(pg_get_serial_sequence('person', 'id'), 7700000)"))
        ltrc = build.cluster(db, 5, in_circle=place_at(db, "T/B1.C01."))
        names = ("Gul Zaman", "Noor Jehan", "Imran Shah", "Nasir Ali", "Bakht Bibi")
        schools = build.schools_of(db, ltrc)
        teachers = [build.teacher(db, school, name) for school, name in zip(schools, names, strict=True)]
        build.training_session(db, ltrc, day=clock.at.date(), invited=teachers)
        return [each.id for each in teachers]


def join(db, *who, yes=True):
    for each in who:
        decide(db, each, Purpose.TIES, yes, "text")


def texted(house, person, *, texted=True):
    with house.unit() as db:
        return f"/m/{give_link(db, person, texted=texted)}"


def standing(house):
    with house.unit() as db:
        rows = select(Tie).where(Tie.removed_at.is_(None)).order_by(Tie.id)
        return [(each.from_id, each.to_id, each.kind.value) for each in db.scalars(rows)]


def test_she_joins_names_by_the_numbers_of_her_sheet_withdraws_one_and_leaves(anybody, house, people):
    gul, noor, imran, nasir, _ = people
    with house.unit() as db:
        join(db, nasir, yes=False)
    link = texted(house, gul)
    assert "You are not on it." in anybody.get(link).text
    anybody.submit(link, turned_to="2")
    assert standing(house) == []
    anybody.submit(link, peers="join")
    page = anybody.follow(anybody.submit(link, turned_to="2, 3 4")).text
    assert standing(house) == [(gul, noor, "nominated"), (gul, imran, "nominated")]
    assert "Noor Jehan" in page
    assert "Imran Shah" in page
    with house.unit() as db:
        given = db.scalars(select(Tie)).all()
        consents = {db.get_one(Decision, each.consent_id).person_id for each in given}
        assert ({each.source for each in given}, consents, {each.term for each in given}) == (
            {"link"},
            {gul},
            {"2026-1"},
        )
        first = given[0].id
    page = anybody.follow(anybody.submit(link, withdraw=str(first))).text
    assert standing(house) == [(gul, imran, "nominated")]
    assert "Noor Jehan" not in page
    anybody.submit(link, turned_to="5")
    assert standing(house) == [(gul, people[4], "nominated")]
    page = anybody.follow(anybody.submit(link, peers="leave")).text
    assert standing(house) == []
    assert "You are not on it." in page
    with house.unit() as db:
        assert db.scalars(select(Nomination).where(Nomination.removed_at.is_(None))).all() == []


@pytest.mark.parametrize("rows", ["1", "6", "2 3 4 5", "2 0"])
def test_a_number_that_is_her_own_or_no_row_or_one_too_many_keeps_nothing(anybody, house, people, rows):
    with house.unit() as db:
        join(db, people[0])
    assert anybody.submit(texted(house, people[0]), turned_to=rows).status_code == 422
    assert standing(house) == []


def test_a_link_that_an_office_made_shows_and_changes_nothing_about_peers(anybody, client_as, house, people):
    gul, noor, *_ = people
    with house.unit() as db:
        join(db, gul, noor)
        planned(db, gul, noor, Subject.MATHS, 1, now(db))
        [tie] = db.scalars(select(Tie.id).where(Tie.from_id == gul))
    link = texted(house, gul, texted=False)
    page = anybody.get(link).text
    assert "This link was made by an office." in page
    assert "Noor" not in page
    assert "peer map" not in page.replace("Peer map", "").lower().replace("text mera", "")
    assert anybody.get(f"{link}.json").json()["data"]["circle"] is None
    for form in ({"withdraw": str(tie)}, {"peers": "leave"}, {"peers": "join"}, {"turned_to": "2"}):
        assert anybody.post(link, form).status_code in (403, 422)
    assert len(standing(house)) == 2


def test_ties_that_others_gave_stand_on_no_page_and_who_answered_through_us_has_no_name(anybody, house, people):
    gul, noor, imran, nasir, _ = people
    with house.unit() as db:
        join(db, gul, noor, imran, nasir)
        exchanged(db, gul, noor, Subject.MATHS, 1, now(db))
        exchanged(db, gul, imran, Subject.MATHS, 1, now(db), introduced=True)
        theirs = Scope(nasir, ())
        name_peers(db, theirs, sheet(db, theirs), [1], "text")
        held = counts(db, Scope(gul, ()))
    link = texted(house, gul)
    page = anybody.get(link).text
    assert "A teacher without a name" in page
    assert "Imran Shah" in page
    assert "Noor" not in page
    assert "Nasir" not in page
    taken = anybody.get(f"{link}.json").json()["data"]["circle"]
    assert sorted(each["name"] for each in taken["ties"]) == ["", "Imran Shah"]
    assert len(taken["ties"]) == held.ties == 2
    assert [(each["purpose"], each["granted"]) for each in taken["consents"]] == [("ties", True)]


def test_the_role_of_the_pages_is_denied_the_tables_and_the_functions_want_the_texted_link(house, people):
    gul, noor, *_ = people
    with house.unit() as db:
        join(db, gul, noor)
        planned(db, gul, noor, Subject.MATHS, 1, now(db))
        mine, office = give_link(db, gul, texted=True), give_link(db, noor)
    with house.web_unit(Actor("web")) as db:
        for table in (Tie, Nomination, PeerRound, DoneTogether):
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                assert db.scalar(select(func.has_table_privilege("cop_web", table.__tablename__, right))) is False
        for name in ("texted", "person_id", "link_hash", "expires_at"):
            rewriting = func.has_column_privilege("cop_web", "personal_link", name, "UPDATE")
            assert db.scalar(select(rewriting)) is False
        assert db.scalar(select(func.has_column_privilege("cop_web", "personal_link", "texted", "INSERT"))) is False
        seen = text("SELECT count(*) FROM own_ties(:link, :at)")
        for link, ties in ((mine, 1), (office, 0), (link_hash(mine), 0), ("", 0)):
            assert db.scalar(seen, {"link": link, "at": now(db)}) == ties
    with house.unit() as db:
        db.execute(text("UPDATE personal_link SET revoked_at = now()"))
        assert db.scalar(seen, {"link": mine, "at": now(db)}) == 0
        open_to_all = text("SELECT count(*) FROM pg_proc WHERE proname = ANY(:names) AND proacl::text LIKE '%{=X%'")
        assert db.scalar(open_to_all, {"names": list(FUNCTIONS)}) == 0


def test_forget_me_on_the_page_leaves_no_row_of_the_community_with_her_in_it(anybody, house, people):
    gul, noor, imran, *_ = people
    with house.unit() as db:
        join(db, gul, noor, imran)
        decide(db, gul, Purpose.HELP, True, "text")
        mine, hers = Scope(gul, ()), Scope(noor, ())
        name_peers(db, mine, sheet(db, mine), [2], "text")
        name_peers(db, hers, sheet(db, hers), [1, 3], "text")
        planned(db, gul, noor, Subject.MATHS, 1, now(db))
        write_note(db, mine, "bachon ko dhakkan se ginti sikhai")
        plant(db, gul, 3, asker_id=imran)
        plant(db, noor, 3, asker_id=gul)
        community = Community(name="Maths dost", founded_at=now(db))
        db.add(community)
        db.flush()
        among = {"community_id": community.id, "person_id": gul}
        db.add(Membership(**among, standing=Standing.MEMBER, asked_at=now(db), since=now(db)))
        did = {"other_id": noor, "kind": Doing.PLANNED, "subject": Subject.MATHS, "day": now(db).date()}
        db.add(DoneTogether(**among, **did, said_at=now(db)))
        db.add(PeerRound(person_id=gul, term="2026-1", subject=Subject.MATHS, session_id=None, asked_at=now(db)))
    anybody.submit(texted(house, gul), forget="on")
    assert standing(house) == [(noor, imran, "nominated")]
    with house.unit() as db:
        assert db.get(Person, gul) is not None
        found = set(_tables_naming(db, gul))
    assert found == {"person", "person_number", "post", "invitation", "personal_link", "audit_entry"}


def _tables_naming(db, person_id):
    """Every table one of whose whole numbers, or one of whose documents, is this person."""
    tables = inspect(db.connection())
    for table in tables.get_table_names():
        for column in tables.get_columns(table):
            kind = str(column["type"])
            if kind in ("BIGINT", "INTEGER"):
                held = f'"{column["name"]}" = {person_id}'
            elif kind in ("JSONB", "JSON"):
                held = f"CAST(\"{column['name']}\" AS text) LIKE '%{person_id}%'"
            else:
                continue
            if db.scalar(text(f'SELECT EXISTS (SELECT FROM "{table}" WHERE {held})')):
                yield table


def test_the_link_of_an_answer_by_text_counts_as_texted_and_one_that_a_page_made_does_not(
    client_as, house, people, anybody
):
    client_as("clerk", "T/B1.").submit(f"/people/{people[0]}/link")
    with house.unit() as db:
        assert [each.texted for each in db.scalars(select(PersonalLink))] == [False]


def test_her_own_words_to_others_stand_on_her_page_and_theirs_do_not(anybody, house, people):
    gul, noor, *_ = people
    with house.unit() as db:
        plant(db, noor, 3, "do hindson ki taqseem kaise", asker_id=gul)
        theirs = plant(db, gul, 4, "kasr kaise parhaun", asker_id=noor)
        theirs.words, theirs.said_at = "roti kaat kar dikhayein", now(db)
    link = texted(house, gul)
    page = anybody.get(link).text
    assert "do hindson ki taqseem kaise" in page
    assert "roti kaat kar dikhayein" in page
    assert "kasr kaise parhaun" not in page
    words = anybody.get(f"{link}.json").json()["data"]["circle"]["words"]
    assert sorted(each["kind"] for each in words) == ["answered", "asked"]

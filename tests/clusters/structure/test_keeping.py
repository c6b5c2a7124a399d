"""Plans between today's clusters and the best one."""

from random import Random

from clusters.structure.checker import Rule, check
from clusters.structure.formation import form
from clusters.structure.keeping import between, groups_of
from clusters.structure.rules import Band, PlanRow, Site

BAND = Band(5, 8)


def test_the_more_schools_may_change_the_shorter_are_the_ways_and_every_plan_keeps_the_sizes() -> None:
    rng = Random(4)
    sites = [Site(f"{n:03}", 34 + rng.random() / 2, 71 + rng.random() / 2) for n in range(60)]
    drawn = form(sites, band=BAND, steps=0).rows()
    moved = {row.code: row for row in drawn}
    # today somebody has put ten schools with hosts far away
    hosts = sorted({(row.cluster, row.host) for row in drawn})
    today = []
    for number, code in enumerate(sorted(moved)):
        row = moved[code]
        cluster, host = (
            hosts[number % len(hosts)] if number % 6 == 0 and row.code != row.host else (row.cluster, row.host)
        )
        today.append(PlanRow(code, cluster, host, "", "", None))
    best = form(sites, band=BAND, steps=40)
    found = between(sites, today, best, BAND)
    assert len(found) >= 3
    assert [step.changed for step in found] == sorted({step.changed for step in found})
    assert [step.km for step in found] == sorted((step.km for step in found), reverse=True)
    assert best.km is not None
    assert best.lower_bound_km is not None
    assert found[-1].km <= best.km.mean * 1.001
    for step in found:
        assert sorted(step.hosts) == [site.code for site in sites]
        rows = [PlanRow(code, host, host, "C", "B", None) for code, host in step.hosts.items()]
        broken = {violation.rule for violation in check(sites, rows, band=BAND)}
        assert broken <= {Rule.DISTANCE, Rule.CIRCLE_SIZE}
        assert all(len(members) in BAND for members in groups_of(step.hosts).values())


def test_what_is_best_already_needs_no_change() -> None:
    rng = Random(5)
    sites = [Site(f"{n:03}", 34 + rng.random() / 2, 71 + rng.random() / 2) for n in range(40)]
    best = form(sites, band=BAND, steps=40)
    found = between(sites, best.rows(), best, BAND)
    assert found[0].changed == 0
    assert best.km is not None
    assert abs(found[0].km - best.km.mean) < 0.001


def test_schools_that_stand_nowhere_today_are_placed_and_count_as_no_change() -> None:
    rng = Random(6)
    sites = [Site(f"{n:03}", 34 + rng.random() / 2, 71 + rng.random() / 2) for n in range(44)]
    today = form(sites[:40], band=BAND, steps=0).rows()
    found = between(sites, today, form(sites, band=BAND, steps=40), BAND)
    assert found
    for step in found:
        assert len(step.hosts) == 44
        assert step.changed <= 40

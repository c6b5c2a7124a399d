"""The community page draws what its table says, and no more."""

from cop.network.disclosure import Band
from cop.web.views.community import CommunityPage, LinkRow
from tests.cop.web.conftest import community_page


def test_the_picture_draws_the_same_steps_as_the_table_says():
    page = community_page()
    sizes = {node.path: node.size for node in page.nodes}
    for row in page.groups:
        assert sizes[row.path] == (0 if row.members is None else (10, 25, 50).index(row.members.low))
    assert [(line.one, line.other, line.step, line.doubtful) for line in page.lines] == [
        (link.one, link.other, (0, 10, 25, 50).index(link.ties.low), link.may_be_more) for link in page.links
    ]


def test_few_ties_are_no_line_but_at_most_a_shadow():
    page = CommunityPage("Bannu", links=(LinkRow("a", "b", Band(0, 9), True),))
    assert [(line.step, line.doubtful) for line in page.lines] == [(0, True)]

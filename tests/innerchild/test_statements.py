"""Queries that are composed once: each asking brings its own values, and nothing of one stays for the next."""

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db import connection
from django.db.models import FETCH_RAISE, F, QuerySet
from django.db.models.functions import Upper
from django.test.utils import CaptureQueriesContext

from accounts import preferences
from accounts.models import User
from innerchild.statements import Given, Statement
from tests import factories

pytestmark = pytest.mark.django_db


def test_it_is_composed_once_and_answers_each_asking_for_itself() -> None:
    one, other = factories.person(), factories.person()
    preferences.change(other, "quiet", value=True)
    composed = []

    def query() -> QuerySet[User]:
        composed.append("now")
        return User.objects.filter(pk=Given("pk"), is_active=True).annotate(loud=Upper("email"), again=F("language"))

    statement = Statement(query)
    with CaptureQueriesContext(connection) as asked:
        answers = [statement.rows(pk=person.pk) for person in (one, other, one)]
    assert len(composed) == 1
    assert len(asked) == 3
    assert answers == [[one], [other], [one]]
    (found,) = answers[1]
    assert vars(found)["loud"] == other.email.upper()
    assert vars(found)["again"] == "en"
    assert found.preferences == {"quiet": True}
    assert not found._state.adding
    person = statement.first(pk=one.pk)
    assert person is not None
    assert person.preferences == {}
    one.delete()
    assert statement.first(pk=one.pk) is None


def test_a_value_that_is_not_given_is_an_error_and_no_query() -> None:
    with CaptureQueriesContext(connection) as asked, pytest.raises(KeyError):
        Statement(lambda: User.objects.filter(pk=Given("pk"))).rows(key="else")
    assert len(asked) == 0


def test_what_was_left_out_is_fetched_as_its_query_says() -> None:
    person = factories.person()
    few = Statement(lambda: User.objects.filter(pk=Given("pk")).only("email").fetch_mode(FETCH_RAISE))
    row = few.first(pk=person.pk)
    assert row is not None
    assert row.email == person.email
    with pytest.raises(FieldFetchBlocked):
        row.language  # noqa: B018 - asking is what is tried
    later = Statement(lambda: User.objects.filter(pk=Given("pk")).only("email")).first(pk=person.pk)
    assert later is not None
    assert later.language == "en"

"""The limit on tries holds when they come at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from tests.factories import person

AT_ONCE = 3


@pytest.mark.django_db(transaction=True)
def test_tries_made_at_once_are_counted_as_one_row() -> None:
    email = person().email
    together = Barrier(AT_ONCE)

    def tries(_number: int) -> list[int]:
        together.wait(timeout=10)
        found = [
            Client().post("/accounts/login/", {"login": email, "password": "wrong"}).status_code
            for _ in range(24 // AT_ONCE)
        ]
        connection.close()
        return found

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [status for row in pool.map(tries, range(AT_ONCE)) for status in row]
    assert len(answers) == 24
    assert answers.count(422) <= 5
    assert set(answers) == {422, 429}

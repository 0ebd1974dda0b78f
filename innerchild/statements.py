"""Queries that nearly every request asks: composed once a process, with places for what each asking brings.

Django composes a query anew each time, and for most of ours that takes several times as long as reading the answer.

    NEWEST = Statement(lambda: Visit.objects.filter(owner=Given("owner")).order_by("-opened_at", "-id")[:1])
    NEWEST.first(owner=person.pk)

Nothing in such a query may depend on who asks, when or where: owner, moment and day are given each time.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Model, QuerySet

type Value = str | UUID | date | None  # a moment is a date, too


class Given(Expression):
    """The place of a value. Among the parameters it stands for itself, until an asking brings the value."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, *_compiler: object) -> tuple[str, list[Any]]:  # type: ignore[override] # no parameter yet
        return "%s", [self]


class Statement[Row: Model]:
    """Rows of one model, with their annotations and without anything that is related."""

    def __init__(self, query: Callable[[], QuerySet[Row]]) -> None:
        self._query = query
        self._composed: _Composed | None = None

    def first(self, **given: Value) -> Row | None:
        """The only row, of a query that itself asks for no more than one."""
        return next(iter(self.rows(**given)), None)

    def rows(self, **given: Value) -> list[Row]:
        composed = self._composed = self._composed or _Composed(self._query())
        bound = [given[each.name] if isinstance(each, Given) else each for each in composed.parameters]
        with connection.cursor() as cursor:
            cursor.execute(composed.sql, bound)
            return [composed.row(values) for values in composed.converted(cursor.fetchall())]


class _Composed:
    """What Django makes of a query before it asks, and of what it hears: see `django.db.models.query.ModelIterable`."""

    def __init__(self, query: QuerySet[Any]) -> None:
        self._compiler: Any = query.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = self._compiler.as_sql()
        columns = [column for column, *_rest in self._compiler.select]
        self._converters = self._compiler.get_converters(columns)
        places = self._compiler.klass_info["select_fields"]
        self._own = slice(places[0], places[-1] + 1)
        self._names = [column.target.attname for column in columns[self._own]]
        self._more = self._compiler.annotation_col_map or {}
        self._model, self._fetch_mode = query.model, vars(query)["_fetch_mode"]

    def converted(self, found: list[Any]) -> Iterable[Any]:
        return self._compiler.apply_converters(found, self._converters) if self._converters else found

    def row(self, values: Sequence[Any]) -> Any:
        made = self._model.from_db(DEFAULT_DB_ALIAS, self._names, values[self._own], fetch_mode=self._fetch_mode)
        for name, place in self._more.items():
            setattr(made, name, values[place])
        return made

"""The health check: the file, the log, links, derived fields, the index, attachments, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freecrm.core.entity import columns, is_child
from freecrm.core.fields import Link
from freecrm.core.jobs import Progress
from freecrm.core.words import N_, Said, say
from freecrm.store import changelog, derive, documents, faults, files, history, numbering
from freecrm.store.tables import quoted, shadow_columns, shadow_values

if TYPE_CHECKING:
    from freecrm.store.database import Store


@faults.by_program
def check(store: Store, progress: Progress | None = None) -> list[Said]:
    """What is not as it should be, one sentence each; an empty list means all is well."""
    found: list[Said] = []
    parts = (
        _file,
        _triggers,
        _door,
        _chain,
        _children,
        _links,
        _derived,
        _shadows,
        _index,
        _attachments,
        _doubles,
    )
    with faults.told(store.path):
        for i, part in enumerate(parts):
            if progress is not None:
                progress.tell(i, len(parts))
            found += part(store)
    return found


def _file(store: Store) -> Iterator[Said]:
    answers = [row[0] for row in store.read().execute("PRAGMA integrity_check(10)")]
    if answers != ["ok"]:
        yield say(
            N_("The file is damaged: {details}. Go back to the latest backup."), details="; ".join(answers)
        )


def _triggers(store: Store) -> Iterator[Said]:
    found = dict(store.read().execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    if found != changelog.all_triggers(store.model):
        yield say(N_("The change log's triggers were altered. Open the file once to mend them."))


def _door(store: Store) -> Iterator[Said]:
    if store.read().execute("SELECT step FROM door").fetchone()[0] is not None:
        yield say(N_("A step was left open. Open the file once more to close it."))


def _chain(store: Store) -> Iterator[Said]:
    broken = history.broken_links(store)
    if broken is not None:
        yield say(N_("The change log was altered from step {n} on: its seal does not fit."), n=broken)


def _children(store: Store) -> Iterator[Said]:
    for child in store.schema.child_entities():
        parents = dict(
            store.read().execute(
                f"SELECT parent_entity, count(*) FROM {quoted(child.entity)} GROUP BY parent_entity"
            )
        )
        for parent in parents:
            if parent not in store.model.entities:
                continue
            count = (
                store.read()
                .execute(
                    f"SELECT count(*) FROM {quoted(child.entity)} WHERE parent_entity = ? AND parent NOT IN"
                    f" (SELECT id FROM {quoted(parent)})",
                    (parent,),
                )
                .fetchone()[0]
            )
            if count:
                yield say(
                    N_("{n} rows of “{what}” belong to records that are gone."),
                    n=count,
                    what=say(child.plural),
                )


def _links(store: Store) -> Iterator[Said]:
    for entity in store.model.entities.values():
        for f in columns(entity.fields):
            if isinstance(f, Link) and f.to and not (is_child(entity) and f.name == "parent"):
                link = quoted(f.name)
                count = (
                    store.read()
                    .execute(
                        f"SELECT count(*) FROM {quoted(entity.entity)}"
                        f" WHERE {link} IS NOT NULL AND {link} NOT IN (SELECT id FROM {quoted(f.to)})"
                    )
                    .fetchone()[0]
                )
                if count:
                    yield say(
                        N_("{n} × “{field}” of {what} point at records that are gone."),
                        n=count,
                        field=say(f.label),
                        what=say(entity.plural),
                    )


def _derived(store: Store) -> Iterator[Said]:
    for entity, name, count in derive.wrong(store.read(), store.model):
        f = store.model.entities[entity].fields[name]
        yield say(N_("“{field}” is not up to date in {n} records."), field=say(f.label), n=count)


def _shadows(store: Store) -> Iterator[Said]:
    for entity in store.model.entities.values():
        for f in columns(entity.fields):
            shadows = shadow_columns(f)
            if not shadows:
                continue
            names = ", ".join(quoted(name) for name in (f.name, *shadows))
            rows = store.read().execute(f"SELECT {names} FROM {quoted(entity.entity)}")
            wrong = sum(shadow_values(f, row[0]) != list(row[1:]) for row in rows)
            if wrong:
                yield say(
                    N_("The sort key of “{field}” is not up to date in {n} records."),
                    field=say(f.label),
                    n=wrong,
                )


def _index(store: Store) -> Iterator[Said]:
    for entity in store.model.roots():
        if not documents.is_searchable(store.schema, entity.entity):
            continue
        rows = store.read().execute(
            f"SELECT id FROM {quoted(entity.entity)} t WHERE NOT EXISTS"
            " (SELECT 1 FROM search_doc d WHERE d.docid = t.n AND d.n = t.n) AND NOT EXISTS"
            " (SELECT 1 FROM search_doc d WHERE d.n = t.n AND d.docid <> d.n)"
        )
        missing = 0
        while block := [row[0] for row in rows.fetchmany(500)]:
            texts = documents.texts_of(store.read(), store.schema, entity.entity, block)
            missing += sum(map(bool, texts.values()))  # a name of signs alone has nothing to be found by
        if missing:
            yield say(N_("{n} {what} are missing in the search index."), n=missing, what=say(entity.plural))


def _attachments(store: Store) -> Iterator[Said]:
    broken = files.broken(store)
    if broken:
        yield say(N_("{n} attached files are not in the folder: {names}."), n=len(broken), names=broken[:5])


def _doubles(store: Store) -> Iterator[Said]:
    for f, n, first in numbering.doubles(store.read(), store.schema):
        what = N_("“{field}” of {what}: {n} are held by more than one ({first}). Give all but one another.")
        things = say(store.model.entities[f.entity].plural)
        yield say(what, field=say(f.label), what=things, n=n, first=first)

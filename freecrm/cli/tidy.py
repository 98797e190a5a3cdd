"""Tidying on the command line: what could be written better, and how complete and fresh the records are."""

from __future__ import annotations

import argparse

from freecrm.cli.telling import DONE, as_json, err, open_file, out, progress
from freecrm.core import neat
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural, say


def tidy(options: argparse.Namespace) -> int:
    """List the suggestions; with --accept write those of some kinds as one step."""
    from freecrm.exchange import tidylist

    kinds = [kind for kind in neat.KINDS if kind not in neat.TOLD]
    for kind in options.accept:
        if kind not in kinds:
            what = N_("There is no kind “{kind}” that can be accepted. There are: {kinds}.")
            raise Known(say(what, kind=kind, kinds=kinds))
    store = open_file(options)
    made = tidylist.scan(store, progress())
    chosen = [one for one in made.suggestions if one.kind in options.accept]
    step = done = None
    if chosen and not options.dry_run:
        done = tidylist.accept(store, chosen, progress())
        from freecrm.store import history

        step = history.steps(store, 1)[0].n
    if options.json:
        as_json(
            {
                "suggestions": [
                    {
                        "kind": one.kind,
                        "entity": one.entity,
                        "id": one.id.hex(),
                        "name": one.title,
                        "field": one.field,
                        "before": one.before,
                        "after": one.after,
                        "why": str(one.why),
                    }
                    for one in made.suggestions
                ],
                "accepted": done.done if done is not None else 0,
                "step": step,
            }
        )
    elif not options.accept or options.dry_run:
        _list(made, options.limit, options.accept or list(made.counts))
        if options.dry_run:
            out(_("Nothing was written (--dry-run)."))
    elif done is None:
        out(_("There is nothing of this kind to be tidied."))
    else:
        out(plural("{n} value tidied.", "{n} values tidied.", done.done))
        if done.changed:
            err(_tell_changed(len(done.changed)))
        out(_("Done in step {n}. “freecrm undo {n}” takes it back for 90 days.").format(n=step))
    store.close()
    return DONE


def _tell_changed(n: int) -> str:
    return plural(
        "{n} value was changed meanwhile and stays as it is.",
        "{n} values were changed meanwhile and stay as they are.",
        n,
    )


def _list(made: object, limit: int, kinds: list[str]) -> None:
    from freecrm.exchange.tidylist import WorkList

    assert isinstance(made, WorkList)
    for kind, count in made.counts.items():
        if kind not in kinds:
            continue
        out(f"{kind}  {_(neat.KINDS[kind])}: {count:,}")
        for one in [one for one in made.suggestions if one.kind == kind][: max(limit, 0)]:
            after = one.after or (_("needs a look") if one.told else _("goes"))
            out(f"  {one.title}: {one.before!r} → {after if one.told or not one.after else repr(one.after)}")
            out(f"    {one.why}")
    if not made.counts:
        out(_("All values are tidy."))


def scores(options: argparse.Namespace) -> int:
    """How complete and how fresh the records are, by owner."""
    from freecrm.store import scores as work

    store = open_file(options)
    work.must_be_scored(store, options.what)
    rows = work.by_owner(store.reader(), options.what)
    if options.json:
        as_json(
            [
                {
                    "owner": one.owner.hex() if one.owner else None,
                    "name": one.name,
                    "count": one.records,
                    "complete": one.complete,
                    "fresh": one.fresh,
                }
                for one in rows
            ]
        )
    for one in () if options.json else rows:
        name = one.name or _("Nobody")
        out(f"{name}\t{one.records:,}\t{work.percent(one.complete)}\t{work.percent(one.fresh)}")
    store.close()
    return DONE

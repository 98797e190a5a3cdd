"""Pipelines changed: stages that go, pipelines that go, the moves they allow. Each change is one undoable step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import deals, faults, noting

if TYPE_CHECKING:
    from freecrm.store.database import Store


@faults.reads
def deals_in(store: Store, stage: bytes) -> int:
    """How many deals stand in a stage."""
    return int(store.read().execute("SELECT count(*) FROM deal WHERE stage = ?", (stage,)).fetchone()[0])


def delete_stage(store: Store, stage: bytes, to: bytes | None = None) -> None:
    """Delete a stage with its checks and moves; its deals go to the stage `to`, in the same step.

    Known when deals stand in it and nobody says where they go, or when it is the only one of its kind that its
    pipeline can't be without."""
    pipe, held = deals.stage_of(store, stage)
    if sum(one.outcome == held.outcome for one in pipe.stages) == 1:
        what = N_("“{name}” is the only stage of its kind in “{pipeline}”: a pipeline needs one to begin in, one for deals won and one for those lost. Rename it instead.")  # fmt: skip
        raise Known(say(what, name=held.name, pipeline=pipe.name))
    count = deals_in(store, stage)
    if count and (to is None or to == stage):
        what = N_("{n} deals stand in “{name}”. Say to which stage they go.")
        raise Known(say(what, n=f"{count:,}", name=held.name))
    with store.step(N_("Stage “{name}” deleted"), name=held.name) as step:
        ids = [row[0] for row in step.connection.execute("SELECT id FROM deal WHERE stage = ?", (stage,))]
        step.asked = True
        if ids:
            step.update_many("deal", [(id, {"stage": to}) for id in ids])
        step.delete("stage", stage)


def delete_pipeline(store: Store, pipeline: bytes) -> None:
    """Delete a pipeline with its stages. Known when deals are in it, or when it is the last one."""
    name = noting.title_of(store, "pipeline", pipeline)
    c = store.read()
    (count,) = c.execute("SELECT count(*) FROM deal WHERE pipeline = ?", (pipeline,)).fetchone()
    if count:
        what = N_(
            "{n} deals are in “{name}”. Mark it as no longer used: they stay, and nobody begins new ones in it."
        )
        raise Known(say(what, n=f"{count:,}", name=name))
    if c.execute("SELECT count(*) FROM pipeline").fetchone()[0] == 1:
        raise Known(
            say(N_("“{name}” is the only pipeline. Add another one first, or rename this one."), name=name)
        )
    with store.step(N_("Pipeline “{name}” deleted"), name=name) as step:
        step.delete("pipeline", pipeline)


def add_pipeline(store: Store, name: str, stages: tuple[tuple[str, int, str, str], ...]) -> bytes:
    """A new pipeline with stages (name, chance in per cent, outcome, colour), as one step; its id."""
    from decimal import Decimal

    (last,) = store.read().execute("SELECT coalesce(max(position), 0) FROM pipeline").fetchone()
    what = say(store.schema.entity("pipeline").label)
    with store.step(N_("{what} “{name}” added"), what=what, name=name) as step:
        made = step.insert("pipeline", {"name": name, "position": last + 1})
        for at, (title, chance, outcome, colour) in enumerate(stages, 1):
            values = {"pipeline": made, "name": title, "position": at, "chance": Decimal(chance)}
            step.insert("stage", {**values, "outcome": outcome, "colour": colour})
    return made


def allow(store: Store, pipeline: bytes, before: bytes, after: bytes, *, yes: bool) -> None:
    """Allow a way from stage to stage, or no longer, as one step. Without any way named all are allowed."""
    name = noting.title_of(store, "pipeline", pipeline)
    sql = "SELECT id FROM stage_move WHERE pipeline = ? AND before = ? AND after = ?"
    held = [row[0] for row in store.read().execute(sql, (pipeline, before, after))]
    if yes == bool(held):
        return
    with store.step(N_("Allowed moves of “{name}” changed"), name=name) as step:
        for id in held:
            step.delete("stage_move", id)
        if yes:
            step.insert("stage_move", {"pipeline": pipeline, "before": before, "after": after})

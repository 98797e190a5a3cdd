"""The stages that a column of deals names: by their names, else by what words of other programs mean."""

from __future__ import annotations

from collections import Counter

from freecrm.core.choices import Options as Words
from freecrm.core.words import N_, say
from freecrm.exchange.changeset import Answer, Options
from freecrm.exchange.link_words import bare
from freecrm.exchange.mapping import Column
from freecrm.exchange.questions import as_it_is
from freecrm.exchange.words_of import BLANK, IS, Resolved
from freecrm.store import deals
from freecrm.store.database import Store

EARLY = ("prospecting", "lead", "new", "线索", "初步接触", "新商机")
"""Words for the first stage of a pipeline."""
SECOND = ("engaging", "qualification", "qualified", "contacted", "跟进中", "需求确认")
"""Words for the one after it, where there is one."""
UNLIKE = N_("No stage has this name; it was taken by what it means.")
UNKNOWN = N_("No stage has this name.")


def stages(store: Store, made: Resolved) -> list[deals.Stage]:
    """All stages, those of the first pipeline first; the usual pipeline is made where the file has none."""
    found = [stage for pipe in deals.pipelines(store) for stage in pipe.stages]
    if found:
        return found
    if not any(entity == "pipeline" for entity, _id, _values in made.operations):
        made.operations += deals.ready_records()
    return [
        deals.Stage(id, values["name"], values["pipeline"], outcome=values["outcome"])
        for entity, id, values in made.operations
        if entity == "stage"
    ]


def resolve(store: Store, made: Resolved, column: Column, counts: Counter[str], options: Options) -> None:
    """Fill `words` of a column of stages; words that are no stage's name are asked, each with a proposal."""
    every = stages(store, made)
    named: dict[str, deals.Stage] = {}
    for stage in every:
        named.setdefault(bare(stage.name), stage)
    outcomes = made.schema.fields("deal")["state"].options  # type: ignore[attr-defined]
    for text in sorted(counts):
        if not text or text in column.words:
            continue
        if bare(text) in named:
            column.words[text] = named[bare(text)].id.hex()
            continue
        meant = _meant(text, every, outcomes)
        key = f"stage:{column.head}:{text}"
        chosen = options.answers.get(key) or (IS + meant.id.hex() if meant is not None else BLANK)
        answers = [Answer(IS + stage.id.hex(), as_it_is(stage.name)) for stage in every]
        answers.append(Answer(BLANK, say(N_("put into the first stage"))))
        why = say(UNLIKE if meant is not None else UNKNOWN)
        made.ask(column, Counter({text: counts[text]}), ("stage", key, why), answers, chosen)
        if chosen.startswith(IS):
            column.words[text] = chosen[len(IS) :]


def _meant(text: str, every: list[deals.Stage], outcomes: Words) -> deals.Stage | None:
    first = [stage for stage in every if every and stage.pipeline == every[0].pipeline]
    running = [stage for stage in first if stage.outcome == deals.OPEN]
    plain = bare(text)
    if running and plain in map(bare, EARLY):
        return running[0]
    if running and plain in map(bare, SECOND):
        return running[min(1, len(running) - 1)]
    outcome = outcomes.find(text)
    if outcome is None:
        return None
    return next((stage for stage in first if stage.outcome == outcome), None)

"""What was done with a customer as entries of the timeline: who, how, with whom, for how long, what came of it."""

from __future__ import annotations

import datetime as dt

from freecrm.core.words import N_, _
from freecrm.store import activities
from freecrm.store.database import Store
from freecrm.store.timeline import Happening
from freecrm.ui import cells
from freecrm.ui.record_page import timeline_words
from freecrm.ui.record_page.timeline_words import Row

DIRECTED = {
    ("call", "in"): N_("Incoming call"),
    ("call", "out"): N_("Outgoing call"),
    ("email", "in"): N_("E-mail received"),
    ("email", "out"): N_("E-mail sent"),
    ("wechat", "in"): N_("WeChat received"),
    ("wechat", "out"): N_("WeChat sent"),
    ("other", ""): N_("wrote a follow-up"),
}
"""Kind and direction -> what it is called where that is no word of the list of kinds."""
MOST_NAMES = 3


class ActivityTeller:
    """Puts done activities into words; the icons of kinds are asked once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.habits = activities.habits(store)
        self.users: dict[bytes, str] = {}

    def row(self, one: Happening) -> Row:
        """An entry as it is shown."""
        values, fields = one.values, self.store.schema.fields("activity")
        kind = str(values.get("kind") or "other")
        habit = self.habits.get(kind) or activities.USUAL["other"]
        option = cells.option(fields["kind"], kind)
        made = Row("", icon=habit.icon)
        made.tint = option.colour if option is not None else "neutral"
        if values.get("recorded"):
            made.head, made.icon, made.tint = _("Last contact (recorded)"), "history", "neutral"
            made.when = timeline_words.when(one.at).rpartition(" ")[0]  # nobody knows the time
            return made
        named = DIRECTED.get((kind, str(values.get("direction") or "")))
        what = _(named) if named else fields["kind"].show(kind)
        writer = self._who(one.who)
        if not writer and kind == "other":
            what = _("A follow-up")
        who = " ".join(part for part in (writer, what) if part)
        made.head = " · ".join(
            part for part in (who, _names(one.rows.get("people", ())), _length(one)) if part
        )
        made.text = self._text(one)
        for name in ("outcome", "place"):
            value = values.get(name)
            if value:
                entry = cells.option(fields[name], value)
                made.chips.append((fields[name].show(value), entry.colour if entry is not None else "plain"))
        made.chips += [(name, "info") for name in one.rows.get("files", ())]
        return made

    def _who(self, user: bytes | None) -> str:
        if user is None:
            return ""
        if user not in self.users:
            self.users.update(self.store.reader().titles("user", {user}))
        return self.users.get(user, "")

    def _text(self, one: Happening) -> str:
        """What was said, below what it was about where that says something else."""
        subject, said = str(one.values.get("subject") or ""), str(one.values.get("result") or "")
        about = str(one.values.get("text") or "")
        head = subject.rstrip("…")
        known = said.lstrip().startswith(head) or about.lstrip().startswith(head)
        kind = self.store.schema.fields("activity")["kind"].show(one.values.get("kind"))
        lines = [] if not subject or (known and (said or about)) or subject == kind else [subject]
        lines += [text for text in (about, said) if text]
        return "\n".join(dict.fromkeys(lines))


def _names(people: tuple[str, ...]) -> str:
    names = ", ".join(people[:MOST_NAMES])
    return names + (f" +{len(people) - MOST_NAMES}" if len(people) > MOST_NAMES else "")


def _length(one: Happening) -> str:
    start, end = one.values.get("start"), one.values.get("end")
    if not isinstance(start, dt.datetime) or not isinstance(end, dt.datetime) or one.values.get("all_day"):
        return ""
    minutes = round((end - start).total_seconds() / 60)
    return _("{n} min").format(n=minutes) if 0 < minutes < 24 * 60 else ""

"""Editors of values: a table from the kind of a field to the widget that edits it.

editor = editor_for(store.schema.fields("customer")["grade"], store, tasks)
editor.set_value("A")
editor.changed.connect(...)
editor.value(), editor.problem()
"""

from __future__ import annotations

from importlib import import_module

from freecrm.core.fields import Field
from freecrm.store.database import Store
from freecrm.ui.editors.base import Editor
from freecrm.ui.tasks import Tasks

EDITORS: dict[str, tuple[str, str]] = {
    "text": ("lines", "TextEditor"),
    "longtext": ("lines", "LongTextEditor"),
    "number": ("numbers", "NumberEditor"),
    "percent": ("numbers", "NumberEditor"),
    "money": ("numbers", "NumberEditor"),
    "date": ("dates", "DateEditor"),
    "moment": ("dates", "MomentEditor"),
    "yearly": ("dates", "YearlyEditor"),
    "yesno": ("choices", "YesNoEditor"),
    "choice": ("choices", "ChoiceEditor"),
    "link": ("links", "LinkEditor"),
    "tags": ("tags", "TagsEditor"),
    "files": ("files", "FilesEditor"),
    "phones": ("rows", "RowsEditor"),
    "emails": ("rows", "RowsEditor"),
    "addresses": ("rows", "RowsEditor"),
    "handles": ("rows", "RowsEditor"),
    "rows": ("rows", "RowsEditor"),
    "ties": ("rows", "RowsEditor"),
}
"""Kind -> (module here, class); a module is loaded when its first editor is made."""
UNIQUE = ("codes", "CodeEditor")
"""The same for texts that no two records may share."""


def editor_for(field: Field, store: Store, tasks: Tasks) -> Editor:
    """The widget that edits a value of this field, empty."""
    module, name = UNIQUE if field.unique else EDITORS[field.kind]
    kind: type[Editor] = getattr(import_module(f"{__name__}.{module}"), name)
    made = kind(field, store, tasks)
    made.name(field.title)
    made.reword()
    return made

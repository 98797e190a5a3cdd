"""The rule for codes on the settings page: typed or taken from the offered ones, with the next codes below it; and
the codes for customers that have none."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from freecrm.core import numbering as rules
from freecrm.core.numbering import Facts
from freecrm.core.problems import Known
from freecrm.core.settings import Setting
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.store import numbering
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.parts import JobBar, announce, icon_button, label, name_button
from freecrm.ui.setting_panels import Panel
from freecrm.ui.setting_rows import EDITOR_WIDTH, Editor
from freecrm.ui.tasks import Latest, Tasks

OFFERED = {
    "zh_CN": ("{短年}{月}-{0000}", "KH{0000}", "{区号}{短年}{0000}", "{拼音}{000}"),
    "en": ("{YY}{MM}-{0000}", "C{0000}", "{area}{YY}{0000}", "{initials}{000}"),
}
"""Rules that are offered, by language."""
EXAMPLE = Facts("鹿溪堂茶业", "杭州")
TYPING_MS = 150


class CodeRuleEditor(Editor):
    """A rule with its next codes."""

    def __init__(self, declared: Setting) -> None:
        super().__init__(declared)
        self.entity, _dot, name = declared.key.partition(".")
        self.name = name.removesuffix("_rule")
        self.store: Store | None = None
        self._latest: Latest | None = None
        self._told: tuple[str, list[str]] = ("", [])
        self.line, self.next = QLineEdit(), label("caption")
        self.line.setMaxLength(rules.MOST * 2)  # what is too long is told instead of cut
        self.next.setWordWrap(True)
        self.offer = icon_button("chevron-down", self.show_offered, 16)
        self.offered = QMenu(self)
        self._timer = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._timer.timeout.connect(self._ask)
        self.line.editingFinished.connect(self.edited)
        self.line.textChanged.connect(lambda _text: self._typed())
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(4))
        across = QHBoxLayout()
        across.setSpacing(look.px(4))
        across.addWidget(self.line, 1)
        across.addWidget(self.offer)
        column.addLayout(across)
        column.addWidget(self.next)
        self.main = self.line
        self.row.addWidget(whole, 1)
        self.setFocusProxy(self.line)

    def follow(self, store: Store, tasks: Tasks) -> None:
        """Show the codes that this file would give next."""
        self.store, self._latest = store, Latest(tasks)
        self._ask()

    def value(self) -> Any:
        return self.line.text().strip()

    def show_value(self, value: Any) -> None:
        self.line.setText(value)

    # ---- what comes next

    def _typed(self) -> None:
        self._timer.start()
        self._say()

    def _ask(self) -> None:
        self._timer.stop()
        text = self.value()
        if self.store is not None and self._latest is not None and text and rules.why_not(text) is None:
            asked = (self.store, self.entity, self.name, text, EXAMPLE)
            self._latest.run(numbering.preview, *asked, then=lambda found: self._show(text, found))
        else:
            self._show(text, [])

    def _show(self, text: str, found: list[str]) -> None:
        self._told = (text, found)
        self._say()

    def _say(self) -> None:
        text = self.value()
        why = rules.why_not(text) if text else None
        asked, found = self._told
        if why is not None:
            said = str(why)
        elif not text:
            said = _("Off. Codes are typed by hand.")
        elif asked != text or not found:
            said = self.next.text() if self.next.property("role") != "danger" else ""
        else:
            codes = _(", ").join(found)
            said = _("Next: {codes}").format(codes=codes)
            rule = rules.read(text)
            if rule is not None and rule.asks_record:
                said = _("Next for “{name}” in {city}: {codes}").format(
                    name=EXAMPLE.name, city=EXAMPLE.city, codes=codes
                )
        role = "danger" if why is not None else "caption"
        if self.next.property("role") != role:
            self.next.setProperty("role", role)
            look.refresh(self.next)
        self.next.setText(said)
        # a layout inside a line of a fixed width asks no label how high it gets
        self.next.setMinimumHeight(max(0, self.next.heightForWidth(look.px(EDITOR_WIDTH))))
        self.line.setAccessibleDescription(said)

    # ---- what is offered

    def show_offered(self) -> None:
        """Open the list of rules that others use, each with a code it gives."""
        self.offered.popup(self.line.mapToGlobal(self.line.rect().bottomLeft()))

    def _take(self, text: str) -> None:
        self.line.setText(text)
        self._ask()
        self.line.setFocus()
        self.edited.emit()

    def reword(self) -> None:
        from freecrm.core import words
        from freecrm.core.day_words import this_day

        name_button(self.offer, _("Rules to choose from"))
        self.line.setPlaceholderText(_("No rule"))
        self.offered.clear()
        for text in OFFERED[words.language()]:
            rule = rules.read(text)
            assert rule is not None
            action = self.offered.addAction(f"{text}\t{rule.code(1, this_day(), EXAMPLE)}")
            action.triggered.connect(lambda _on=False, text=text: self._take(text))
        self.offered.addSeparator()
        self.offered.addAction(_("No rule")).triggered.connect(lambda: self._take(""))
        self._say()


class CodesPanel(Panel):
    """How a rule is written, and the codes for customers that have none."""

    below = True
    WORDS = ("code", "number", "编号", "客户编号")

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self._latest = Latest(tasks)
        self._outlook: numbering.Outlook | None = None
        self._told: Said | None = None
        self._ruled = False
        self.how = label("caption")
        self.what, self.samples, self.told = label("strong"), label("caption"), label("danger")
        for part in (self.how, self.what, self.samples, self.told):
            part.setWordWrap(True)
            self.column.addWidget(part)
        (self.give_button,) = self.buttons((N_("Give codes"), self.give))
        self.bar = JobBar()
        self.column.addWidget(self.bar)
        self.reword()

    def look_again(self) -> None:
        self._latest.run(_outlook, self.store, then=self._show)

    def _show(self, found: tuple[numbering.Outlook, bool]) -> None:
        self._outlook, self._ruled = found
        self._say()

    def _say(self) -> None:
        found = self._outlook
        n = found.n if found is not None else 0
        can = self._ruled and n > 0
        self.what.setText(
            plural("{many} customer has no code.", "{many} customers have no code.", n, many=f"{n:,}")
            if n
            else _("Every customer has a code.")
        )
        self.what.setVisible(found is not None and (n > 0 or self._ruled))
        lines = [f"{title} → {code}" for title, code in (found.samples if found is not None and can else ())]
        more = [_("… and {n} more").format(n=f"{n - len(lines):,}")] if len(lines) < n else []
        self.samples.setText("\n".join([*lines, *more]) if lines else "")
        self.samples.setVisible(bool(lines))
        self.give_button.setVisible(can)
        self.give_button.setText(
            plural("Give a code to {many} customer", "Give codes to {many} customers", n, many=f"{n:,}")
        )
        self.told.setText(str(self._told or ""))
        self.told.setVisible(self._told is not None)

    def give(self) -> None:
        """Give codes to all that have none, as one step that can be undone."""
        progress = self.tasks.progress(self.bar.heard)
        self._busy(True)
        self._told = None
        self.tasks.run(
            lambda progress: numbering.give(self.store, "customer", "code", progress),
            progress=progress,
            writes=True,
            failed=self._failed,
            finally_=lambda: self._busy(False),
        )

    def _failed(self, problem: Known) -> None:
        self._told = problem.what
        announce(self, str(problem))

    def _busy(self, yes: bool) -> None:
        self.bar.busy(yes)
        self.give_button.setEnabled(not yes)
        if not yes:
            self.look_again()

    def reword(self) -> None:
        super().reword()
        what = N_(
            "Parts in braces are filled in: {parts}. {counter} counts, as wide as you write it, and begins anew"
            " with each year, month or day in the rule. {area} puts {other} where no area code is known."
        )
        parts = " ".join(rules.shown_parts())
        area = next(part for part in rules.shown_parts() if "area" in part or "区号" in part)
        said = say(what, parts=parts, counter="{0000}", area=area[:-1] + "|000}", other="000")
        self.how.setText(str(said))
        self._say()


def _outlook(store: Store) -> tuple[numbering.Outlook, bool]:
    f = store.model.entities["customer"].fields["code"]
    return numbering.look(store, "customer", "code"), numbering.rule_of(store.read(), f) is not None

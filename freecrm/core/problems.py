"""What can go wrong, in two kinds.

`Known`: the world's problem (a locked file, a full disk, a value nobody can read). Carries a
sentence for the user: what happened, why, what to do. Shown, never reported.
`Bug`: ours. Ends in a crash report in a local file; nothing phones home.

`Problem` is no exception: one value of one field that could not be taken, with the sentence why.
Readers of foreign text return problems instead of raising, so that one bad cell never stops
the other hundred thousand.
"""

from __future__ import annotations

from dataclasses import dataclass

from freecrm.core.words import Said, say


class Known(Exception):
    """The world's problem, told to the user: `Known(say(N_("...")), details="...")`.

    `what`: the sentence. `details`: technical text behind a fold, for copying.
    """

    def __init__(self, what: Said | str, details: str = "") -> None:
        self.what = what if isinstance(what, Said) else say(what)
        self.details = details
        super().__init__(str(self.what))

    def __str__(self) -> str:
        return str(self.what)

    def __reduce__(self) -> tuple[type[Known], tuple[Said, str]]:
        return type(self), (self.what, self.details)


class Bug(Exception):
    """Our mistake: something the code promised itself does not hold."""


class Cancelled(Exception):
    """The user stopped this piece of work; everything is as it was before."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that could not be taken as it stands.

    field: name of the field. text: what stood there. why: the sentence for the user.
    """

    field: str
    text: str
    why: Said
    code: str = ""

    def __str__(self) -> str:
        return str(self.why)

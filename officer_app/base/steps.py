"""What an officer may do next with a case, as data: rules decide it, buttons show it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One possible next step.

    `id` names the use case ("resolve"), `title` is the officer's verb as the button shows it. A step that
    cannot be taken yet stays visible: `enabled` is False and `why_not` says in one sentence what is missing.
    """

    id: str
    title: str
    primary: bool = False
    enabled: bool = True
    why_not: str = ""

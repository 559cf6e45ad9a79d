"""Languages that a panellist may read pages in: one table for menus, catalogues, formats and mails."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """One language: ``code`` as in ``lang``, its own name, and in which way and by which locale it is written.

    ``complete``: no message is missing, so that it is offered. ``read``: somebody who grew up with it has read it.
    """

    code: str
    name: str
    complete: bool = False
    read: bool = False
    direction: str = "ltr"
    locale: str = ""

    @property
    def formats(self) -> str:
        """Return the locale of dates and numbers."""
        return self.locale or self.code


SOURCE = Language("en", "English", complete=True, read=True)
# Made by code from the English: a third longer, with accents, from right to left. For tests and translators.
PSEUDO = Language("x-pseudo", "⟦Ƥşēũđǿ⟧", read=True, direction="rtl", locale="en")

# The official languages of the European Union. A new one needs its catalogue and its glossary, and a True here.
LANGUAGES = {
    one.code: one
    for one in (
        SOURCE,
        Language("fr", "Français", complete=True),
        Language("de", "Deutsch", complete=True),
        Language("pl", "Polski", complete=True),
        Language("bg", "Български"),
        Language("cs", "Čeština"),
        Language("da", "Dansk"),
        Language("el", "Ελληνικά"),
        Language("es", "Español"),
        Language("et", "Eesti"),
        Language("fi", "Suomi"),
        Language("ga", "Gaeilge"),
        Language("hr", "Hrvatski"),
        Language("hu", "Magyar"),
        Language("it", "Italiano"),
        Language("lt", "Lietuvių"),
        Language("lv", "Latviešu"),
        Language("mt", "Malti"),
        Language("nl", "Nederlands"),
        Language("pt", "Português", locale="pt_PT"),
        Language("ro", "Română"),
        Language("sk", "Slovenčina"),
        Language("sl", "Slovenščina"),
        Language("sv", "Svenska"),
        PSEUDO,
    )
}
OFFERED = tuple(one for one in LANGUAGES.values() if one.complete)

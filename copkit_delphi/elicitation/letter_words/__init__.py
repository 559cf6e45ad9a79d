"""The mails that come with the product, a module for each language."""

from copkit_delphi.elicitation.letter_words import de, en, fr, pl

LANGUAGES = {"en": en, "fr": fr, "de": de, "pl": pl}

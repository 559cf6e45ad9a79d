"""Two clauses joined in one English sentence: a subject and a verb on both sides of "and", "or" or "but".

"Fraud rises and courts collapse" says two things; "fraud and theft rise" says one, since its first noun has no verb of its
own. A word counts as a verb where it is an auxiliary or a clear past, or where noun and verb agree: "courts collapse",
"fraud rises". Third persons that are plural nouns as often ("drone attacks", "court orders") never count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SENTENCE = re.compile(r"[^.!?;]+(?:\.\d[^.!?;]*)*")
_WORD = re.compile(r"[^\W_][\w'’%-]*|,")
_JOINS = frozenset({"and", "or", "but"})
_MARKERS = _set(
    "that which who whom whose where when if after before while because since unless until whether as"
)
_AUXILIARIES = _set(
    "is are was were has have had does do did will can cannot must shall may might could would should"
)
_PAST = _set("rose fell fled stole became began took went broke grew gave came sank withdrew")
_PLURALS = _set("people police men women children media data they we")
_BASES = _set(
    "abandon accept admit adopt agree announce appear approve arrest arrive ask attack become begin break build buy carry cause "
    "close collapse come confirm convict cost cross crash deny deploy destroy die disappear disrupt double drop emerge "
    "employ enter exceed expand explode fail fall find fine flee follow gain get give go grow happen harm impose increase injure "
    "join kill know lead leave lose make occur offer order outlaw pay prohibit prosecute publish reach receive refuse reject "
    "remain replace report require resign rise see seize sell send sentence show shrink sink spend spread start stay steal stop "
    "suffer suspend take tell triple turn use vanish vote win withdraw"
)
_NOUNS = _set(  # their third person is a plural noun as well
    "arrest attack break call cause cost crash drop fine gain harm increase join offer order report sentence spread start "
    "stay stop turn use vote win"
)
_THIRD = frozenset(
    {"dies", "carries", "goes", "reaches", "publishes", "crosses", "vanishes", "denies", "does", "says"}
    | {f"{one}s" for one in _BASES - _NOUNS}
)
_NO_NOUN = _set(  # before a word that is then no verb
    "a an the this these those each every no its their at least of in on by for to from with into over under between against "
    "during about than per more fewer less any some not 's most"
)
_LONGEST = 7  # words of a subject


def seconds(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a second clause begins, from its "and" to its verb."""
    for sentence in _SENTENCE.finditer(text):
        words = [
            (one[0], sentence.start() + one.start(), sentence.start() + one.end())
            for one in _WORD.finditer(sentence[0])
        ]
        plain = [word.casefold() for word, *_ in words]
        for place, word in enumerate(plain):
            if word in _JOINS and _has_clause(plain[:place]) and (verb := _verb_after(plain, place + 1)):
                yield words[place][1], words[verb][2]


def _has_clause(before: Sequence[str]) -> bool:
    """Tell whether a clause is complete before the join: the main one, and the one that the join stands in."""
    main, last = before, before
    for place, word in enumerate(before):
        if word in _MARKERS:
            main = before[:place] if main is before else main
            last = before[place + 1 :]
    return _has_verb(main) and (main is before or _has_verb(last))


def _has_verb(words: Sequence[str]) -> bool:
    return any(_is_verb(words, place) for place in range(len(words)))


def _is_verb(words: Sequence[str], place: int) -> bool:
    """Tell whether the word is a finite verb, by itself or by agreement with the noun before it."""
    word, noun = words[place], words[place - 1] if place else ""
    if not noun or noun in _JOINS or noun == ",":  # "Within a year, will ports close": it asks
        return False
    if word in _AUXILIARIES:
        return True
    if noun in _NO_NOUN:
        return False
    many = noun in _PLURALS or (noun.endswith("s") and not noun.endswith(("ss", "us", "is", "'s", "’s")))
    if word in _PAST:
        return noun.isalpha()
    return word in _BASES if many else word in _THIRD


def _verb_after(words: Sequence[str], start: int) -> int | None:
    """Return the place of the verb of a subject that begins at ``start``; None where none follows in reach."""
    if words[start - 1] == "or" and words[start : start + 1] in (["more"], ["fewer"], ["less"]):
        return None
    for place in range(start, min(start + _LONGEST + 1, len(words))):
        if words[place] in _MARKERS or words[place] in _JOINS or words[place] in {",", "to"}:
            return None
        if place > start and _is_verb(words[start : place + 1], place - start):
            return place
    return None

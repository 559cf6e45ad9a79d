"""What the wording checks look for, as data, a register entry a language. Patterns stand in their language's spelling.

A check that fires on good statements is read by nobody: where a word has a harmless reading it is left out, as German
„kann“ is, which says ability as often as doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from copkit_delphi.domain import clauses
from copkit_delphi.domain.wording import BLOCKED
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE

NOTHING = re.compile(r"(?!)")


def _no_clauses(_text: str) -> Iterable[tuple[int, int]]:
    return ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The patterns of one language; what is left out never fires.

    ``month`` is a word of ``hedge`` that names a month where it stands with a capital inside a sentence. ``long`` and
    ``too_long`` are numbers of words, ``known`` abbreviations that need no explanation.
    """

    long: int = 40
    too_long: int = 60
    period: re.Pattern[str] = NOTHING
    hedge: re.Pattern[str] = NOTHING
    month: str = ""
    yardstick: re.Pattern[str] = NOTHING
    choice: re.Pattern[str] = NOTHING
    second: re.Pattern[str] = (
        NOTHING  # what begins a second claim: "and" before a verb, or before a subject of its own
    )
    clauses: Callable[[str], Iterable[tuple[int, int]]] = (
        _no_clauses  # where a second one begins, and its end
    )
    because: re.Pattern[str] = NOTHING
    negation: re.Pattern[str] = (
        NOTHING  # each match one negation, however many words the language takes for it
    )
    asks: re.Pattern[str] = NOTHING  # at the start
    known: frozenset[str] = field(default_factory=frozenset)


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_EVERYWHERE = (
    "CCTV CEO CO2 COVID DNA EFTA EU EUR GNSS GPS HIV ICT ID IP IT LGBT NATO OECD PC PDF PIN SIM SMS TV USA USB USD UTC "
    "WHO WIFI"
)


def _known(here: str) -> frozenset[str]:
    return frozenset(f"{_EVERYWHERE} {here}".split())


_ENGLISH_VERBS = (
    "will|is|are|was|were|has|have|had|does|do|did|can|must|shall|cannot|becomes?|causes?|leads?|makes?|forces?|"
    "kills?|injures?|harms?|disrupts?|disables?|stops?|fails?|reaches|reach|exceeds?|falls?|rises?|spreads?|"
    "steals?|publishes|publish|refuses?|bans?|adopts?|requires?|prosecutes?|convicts?|loses?|pays?"
)
_ENGLISH = Rules(
    period=_any(
        r"\b(?:within|in|over|during) (?:the )?(?:next |coming |following )?"
        r"(?:\d+|one|two|three|four|five|six|ten|twelve) (?:days?|weeks?|months?|years?|decades?)\b"
    ),
    hedge=_any(rf"\b(?:{'|'.join(BLOCKED)})\b"),
    month="May",
    yardstick=_any(
        r"\b(?:"
        + "|".join(re.escape(word.text) for word in sorted(PHIA_GAP_FREE.words, key=lambda w: -len(w.text)))
        + r"|probabl[ey]|improbable)\b(?! to)"
    ),
    choice=_any(r"\band/or\b|\beither\b"),
    second=_any(
        rf",? (?:and|or|but) (?:also |then |that |thereby )?(?:(?:it|they) \w+|(?:{_ENGLISH_VERBS})\b)"
    ),
    clauses=clauses.seconds,
    because=_any(r"\b(?:because|therefore|as a result|which leads|thereby|so that)\b"),
    negation=_any(
        r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|unless|cannot|\w+n['’]t|fails? to|lacks?)\b"
    ),
    asks=_any(
        r"\s*(?:will|is|are|does|do|did|can|could|should|would|has|have|how|what|who|whom|when|where|which|why)\b"
    ),
    known=_known("AI CV EEA GB GDP NGO TB UK UN US VAT"),
)

# Verbs whose third person reads like a participle („verletzt“) are no sign: one auxiliary may stand for both.
_GERMAN_VERBS = (
    "wird|werden|ist|sind|war|waren|hat|haben|hatte|hatten|muss|müssen|fällt|führt|führen|tötet|töten|stiehlt|stehlen|"
    "verliert|verlieren|schließt|schließen|bricht|steigt|steigen|sinkt|sinken|verbietet|verbieten|übersteigt"
)
_GERMAN = Rules(
    long=36,
    too_long=54,
    period=_any(
        r"\b(?:innerhalb|binnen|in|während) (?:von |der |den )?(?:nächsten |kommenden |folgenden )?"
        r"(?:\d+|eine[mnrs]?|zwei|drei|vier|fünf|sechs|zehn|zwölf) (?:Tag|Woche|Monat|Jahr|Jahrzehnt)(?:e[ns]?|n|s)?\b"
    ),
    hedge=_any(
        r"\b(?:könnten?|dürften?|möglicherweise|womöglich|vielleicht|eventuell(?:e[mnrs]?)?|unter Umständen|gegebenenfalls)\b"
    ),
    yardstick=_any(
        r"\b(?:(?:sehr |höchst |äußerst |eher |wenig )?(?:un)?wahrscheinlich(?:e[mnrs]?)?|vermutlich|"
        r"mit (?:hoher|großer|geringer) Wahrscheinlichkeit|(?:so gut wie|nahezu|fast) sicher|realistische Möglichkeit)\b"
    ),
    choice=_any(r"\bund/oder\b|\bentweder\b"),
    second=re.compile(
        rf",? (?:und|oder|aber) (?:auch |dann |dadurch |damit )?(?:(?:er|sie|es) \w+|(?:{_GERMAN_VERBS})\b)"
    ),
    because=_any(
        r"\b(?:weil|deshalb|deswegen|daher|daraufhin|infolgedessen|wodurch|sodass|so dass|dadurch)\b"
    ),
    negation=_any(r"\b(?:nicht|keine?[mnrs]?|nie|niemals|niemand(?:e[mn])?|nichts|weder|ohne|es sei denn)\b"),
    asks=_any(
        r"\s*(?:wird|werden|ist|sind|hat|haben|kann|können|soll|sollte|wie|was|wer|wem|wann|wo|welche[mnrs]?|warum)\b"
    ),
    known=_known("AG BIP EG EWR KI LKW NGO PKW UNO WLAN"),
)

# Verbs that read like a noun or a participle after « et » are left out: « force », « interdit », « atteint ».
_FRENCH_VERBS = (
    "est(?! d[eu’'])|sont|a|ont|était|étaient|sera|seront|doit|doivent|cause|causent|entraîne|entraînent|provoque|"
    "provoquent|tue|tuent|blesse|blessent|perd|perdent|vole|volent|publie|publient|dépasse|dépassent|refuse|refusent|"
    "conduit à|mène à|paie|paient"
)
_FRENCH = Rules(
    long=46,
    too_long=69,
    period=_any(
        r"\b(?:dans|d['’]ici|en|sous|au cours d(?:es|e)|pendant) (?:les )?(?:prochaine?s )?"
        r"(?:\d+|une?|deux|trois|quatre|cinq|six|dix|douze) (?:prochaine?s )?(?:jours?|semaines?|mois|ans?|années?|décennies?)\b"
    ),
    hedge=_any(
        r"\b(?:pourrai(?:en)?t|peut-être|éventuellement|possiblement|il se peut|"
        r"(?:est|sont|serai(?:en)?t) susceptibles?)\b"
    ),
    yardstick=_any(
        r"\b(?:(?:très |fort |peu |hautement )?(?:im)?probable(?:s|ment)?|vraisemblable(?:s|ment)?|sans doute|"
        r"(?:quasi(?:ment)?[- ]|presque )certaine?s?|possibilité réaliste)\b"
    ),
    choice=_any(r"\bet/ou\b|\bsoit\b[^.;]{1,80}\bsoit\b"),
    second=_any(
        rf",? (?:et|ou|mais) (?:aussi |ensuite |ainsi )?(?:(?:il|elle|ils|elles|cela) \w+|(?:{_FRENCH_VERBS})(?!\w))"
    ),
    because=_any(
        r"\b(?:parce qu[e'’]|puisqu[e'’]|à cause d|de ce fait|c['’]est pourquoi|par conséquent|en conséquence|si bien qu|"
        r"de sorte qu|ce qui (?:entraîne|provoque|conduit|mène))|, car\b"
    ),
    negation=_any(r"\bne\b|\bn['’](?!importe)|\bsans\b(?! doute)"),
    asks=_any(r"\s*(?:est-ce qu|quel(?:le)?s?\b|qui\b|où\b|pourquoi\b|comment\b|combien\b)"),
    known=_known("ADN CV IA OCDE OMS ONG ONU OTAN PIB TVA UE"),
)

_POLISH_VERBS = (
    "jest|są|był|była|było|były|zostaje|zostają|zostanie|zostaną|będzie|będą|ma|mają|musi|muszą|powoduje|powodują|"
    "prowadzi|prowadzą|zabija|zabijają|rani|ranią|traci|tracą|kradnie|kradną|zamyka|zamykają|publikuje|publikują|"
    "zakazuje|zakazują|płaci|płacą|przekracza|przekraczają|spada|spadają|rośnie|rosną"
)
_POLISH = Rules(
    long=34,
    too_long=51,
    period=_any(
        r"\b(?:w ciągu|przez|za|w) (?:najbliższych |następnych |kolejnych )?"
        r"(?:\d+|jednego|dwóch|dwa|trzech|trzy|czterech|cztery|pięciu|pięć|sześciu|sześć|dziesięciu|dziesięć|dwunastu) "
        r"(?:dni|tygodni\w*|miesi\w+|lat|lata|dekad\w*)\b"
    ),
    # „może“ is Polish for both may and can: after "not" and "which" it says what something can do.
    hedge=_any(
        r"\bbyć może\b|(?<!nie )(?<!być )(?<!któr[yae] )(?<!którzy )\b(?:może|mogą)\b"
        r"|(?<!nie )\b(?:mógłby|mogłaby|mogłoby|mogliby|mogłyby)\b|\b(?:ewentualnie|możliwe, że)\b"
    ),
    yardstick=_any(
        r"\b(?:(?:bardzo |wysoce |mało |raczej )?(?:nie)?prawdopodobn(?:ie|e|y|a|ego|ej|ym|ych)|zapewne|przypuszczalnie|"
        r"(?:prawie|niemal|niemalże) pewn(?:e|y|a)|realna możliwość)\b"
    ),
    choice=_any(r"\bi/lub\b|\blub/i\b|\boraz/lub\b|\balbo\b[^.;]{1,80}\balbo\b"),
    second=_any(
        rf",? (?:i|oraz|lub|albo|ale|a) (?:też |także |następnie )?(?:(?:on|ona|ono|oni|one) \w+|(?:{_POLISH_VERBS})\b)"
    ),
    because=_any(
        r"\b(?:ponieważ|gdyż|dlatego|co powoduje|co prowadzi|przez co|wskutek czego|w wyniku czego)\b"
    ),
    negation=_any(r"\b(?:nie|bez)\b(?! tylko)"),
    asks=_any(r"\s*(?:czy|kto|kogo|gdzie|jaki|jaka|jakie|dlaczego|ile)\b"),
    known=_known("AI NGO ONZ PKB RP SI UE UK VAT"),
)

RULES = {"en": _ENGLISH, "fr": _FRENCH, "de": _GERMAN, "pl": _POLISH}
UNREAD = Rules(known=_known(""))  # of a language that is not here: what holds in any


def of(language: str) -> Rules:
    """Return the rules of a language; of one without an entry those that need none of its words."""
    return RULES.get(language, UNREAD)

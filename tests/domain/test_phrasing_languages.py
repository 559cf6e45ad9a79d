"""Wording checks in French, German and Polish: what is named, and the good statements that are left alone."""

from __future__ import annotations

from datetime import date

import pytest

from copkit_delphi.domain import phrasing
from copkit_delphi.domain.mail import LANGUAGES
from copkit_delphi.domain.phrasing_rules import RULES

HORIZON = date(2028, 12, 31)
FIRES = [
    ("de", "Bis 2028 könnte eine Drohne ein Flugzeug treffen.", "hedge", "könnte"),
    ("de", "Bis 2028 trifft möglicherweise eine Drohne ein Flugzeug.", "hedge", "möglicherweise"),
    ("de", "Bis 2028 ist ein Angriff sehr wahrscheinlich.", "yardstick", "sehr wahrscheinlich"),
    ("de", "Bis 2028 greifen Drohnen und/oder Roboter einen Hafen an.", "double", "und/oder"),
    ("de", "Bis 2028 fällt eine Bank aus und wird vom Staat gerettet.", "double", "und wird"),
    ("de", "Bis 2028 greifen Drohnen einen Hafen an, und er schließt.", "double", "und er schließt"),
    ("de", "Bis 2028 schließt ein Hafen, weil Drohnen ihn angreifen.", "cause", "weil"),
    ("de", "Innerhalb der nächsten fünf Jahre schließt ein Hafen.", "period", "Innerhalb der nächsten fünf Jahre"),
    ("de", "Bis 2028 schließt eine RCE-Lücke einen Hafen.", "abbreviation", "RCE"),
    ("fr", "D'ici 2028, un drone pourrait frapper un avion.", "hedge", "pourrait"),
    ("fr", "D'ici 2028, un drone frappe peut-être un avion.", "hedge", "peut-être"),
    ("fr", "D'ici 2028, une attaque est très probable en Europe.", "yardstick", "très probable"),
    ("fr", "D'ici 2028, des drones et/ou des robots attaquent un port.", "double", "et/ou"),
    ("fr", "D'ici 2028, une banque fait faillite et est sauvée par un État.", "double", "et est"),
    ("fr", "D'ici 2028, un port est attaqué, et il ferme une semaine.", "double", "et il ferme"),
    ("fr", "D'ici 2028, un port ferme parce que des drones l'attaquent.", "cause", "parce que"),
    ("fr", "Dans les cinq prochaines années, un port ferme.", "period", "Dans les cinq prochaines années"),
    ("fr", "D'ici 2028, une faille RCE ferme un port.", "abbreviation", "RCE"),
    ("pl", "Do 2028 r. dron mógłby uderzyć w samolot.", "hedge", "mógłby"),
    ("pl", "Do 2028 r. dron może uderzyć w samolot.", "hedge", "może"),
    ("pl", "Do 2028 r. dron być może uderzy w samolot.", "hedge", "być może"),
    ("pl", "Do 2028 r. atak jest bardzo prawdopodobny.", "yardstick", "bardzo prawdopodobny"),
    ("pl", "Do 2028 r. drony i/lub roboty zaatakują port.", "double", "i/lub"),
    ("pl", "Do 2028 r. bank upadnie i zostanie uratowany przez państwo.", "double", "i zostanie"),
    ("pl", "Do 2028 r. port zostanie zaatakowany, a on zamknie bramy.", "double", "a on zamknie"),
    ("pl", "Do 2028 r. port zostanie zamknięty, ponieważ zaatakują go drony.", "cause", "ponieważ"),
    ("pl", "W ciągu najbliższych pięciu lat port zostanie zamknięty.", "period", "W ciągu najbliższych pięciu lat"),
    ("pl", "Do 2028 r. luka RCE zamknie port.", "abbreviation", "RCE"),
]  # fmt: skip
ALSO = [
    ("de", "Eine Drohne trifft in Europa ein Flugzeug.", "no-date"),
    ("de", "Bis 2028 bleibt kein Hafen ohne Scanner.", "negation"),
    ("de", "Wird bis 2028 eine Drohne ein Flugzeug treffen", "question"),
    ("de", "Bis 2030 trifft eine Drohne ein Flugzeug.", "horizon"),
    ("de", "Bis 2028 sterben " + "viele " * 35 + "Menschen.", "long"),
    ("de", "Bis 2028 sterben " + "viele " * 55 + "Menschen.", "too-long"),
    ("fr", "Un drone frappe un avion en Europe.", "no-date"),
    ("fr", "D'ici 2028, aucun port ne reste sans scanner.", "negation"),
    ("fr", "Combien de drones frappent un avion avant 2028", "question"),
    ("fr", "D'ici 2030, un drone frappe un avion.", "horizon"),
    ("fr", "D'ici 2028, meurent " + "beaucoup " * 45 + "de gens.", "long"),
    ("pl", "Dron uderza w samolot w Europie.", "no-date"),
    ("pl", "Do 2028 r. nie będzie portu bez skanera.", "negation"),
    ("pl", "Czy do 2028 r. dron uderzy w samolot", "question"),
    ("pl", "Do 2030 r. dron uderzy w samolot.", "horizon"),
    ("pl", "Do 2028 r. zginie " + "bardzo " * 33 + "wielu.", "long"),
]
GOOD = {
    "de": [
        "Bis 31. Dezember 2028 stehlen Kriminelle in der Europäischen Union mit geklonten Stimmen mehr als 1 Million Euro in einem Fall.",
        "Bis Mai 2028 schließen Feuer und Rauch einen Flughafen in Frankreich.",
        "Bis 2028 verurteilt ein Gericht in Italien mindestens drei Menschen wegen des Verkaufs geklonter Stimmen.",
        "Bis 2028 werden bei einem Drohnenangriff in der EU mindestens zehn Menschen getötet und verletzt.",
        "Bis 2028 kann mindestens ein Krankenhaus 24 Stunden lang keine Notfälle behandeln.",
        "Bis Ende 2028 veröffentlichen Unbekannte Namen und Zahlen aus einer Datenbank von Europol.",
        "Bis 2028 schließt Fernausführung von Schadcode (RCE) einen Hafen in Spanien.",
        "Bis 2028 fällt in einem Mitgliedstaat der Strom möglichst lange, nämlich 48 Stunden oder länger, aus.",
        "Bis 2028 steuern Kriminelle mit KI mehr als 100 Lastwagen und Lieferwagen, die Waffen tragen können.",
    ],
    "fr": [
        "D'ici le 31 décembre 2028, des criminels volent plus d'un million d'euros dans l'UE avec des voix clonées.",
        "En mai 2028, le feu et la fumée ferment un aéroport du nord et de l'est de la France.",
        "D'ici 2028, un tribunal italien condamne au moins 3 personnes pour avoir vendu des voix clonées.",
        "D'ici 2028, un hôpital au moins ne peut pas traiter d'urgences pendant 24 heures.",
        "D'ici 2028, une exécution de code à distance (RCE) ferme un port en Espagne.",
        "D'ici 2028, une attaque contre la police et la force publique fait au moins dix blessés.",
        "D'ici 2028, 500 agents utilisent une IA interdite et non déclarée sur le port et ses environs.",
        "Au XXI siècle, avant 2028, un drone atteint un avion et le sol d'un aéroport de l'UE.",
    ],
    "pl": [
        "Do 31 grudnia 2028 r. przestępcy ukradną w Unii Europejskiej ponad milion euro za pomocą sklonowanych głosów.",
        "W maju 2028 r. ogień i dym zamkną lotnisko we Francji.",
        "Co najmniej 10 osób zginie do 2028 r. w ataku drona w UE.",
        "Do 2028 r. sąd we Włoszech skaże co najmniej trzy osoby za sprzedaż sklonowanych głosów.",
        "Do 2028 r. co najmniej jeden szpital nie może przyjmować pacjentów przez 24 godziny.",
        "Do 2028 r. policja zatrzyma drona, który może przenosić materiały wybuchowe i broń.",
        "Do 2028 r. zdalne wykonanie kodu (RCE) zamknie port w Hiszpanii.",
        "W XXI wieku, do 2028 r., nikt nigdy nie ukradnie w UE więcej niż 1 mln euro.",
    ],
}  # fmt: skip

# The statements that come with the product, which are clean in English, as a careful translator would put them.
GOOD["de"] += [
    "Bis 31. Dezember 2028 hat die Polizei in mindestens drei Mitgliedstaaten der EU je einen Betrug aufgedeckt, bei dem autonome KI-Agenten und nicht Menschen die meisten Gespräche mit den Opfern führten.",
    "Bis 31. Dezember 2028 hat eine kleine Drohne bei mindestens einem vollendeten Angriff von Kriminellen oder Terroristen in der EU das Mittel getragen, durch das Menschen getötet oder verletzt wurden.",
    "Bis 31. Dezember 2028 machen gedruckte oder hybride Schusswaffen in mindestens drei Mitgliedstaaten der EU mindestens 5 % aller in einem Kalenderjahr sichergestellten Schusswaffen aus.",
    "Bis 31. Dezember 2028 haben Staatsanwaltschaften in mindestens zehn Mitgliedstaaten der EU jemanden angeklagt, der Minderjährige im Internet für eine bezahlte schwere Gewalttat angeworben hat.",
    "Bis 31. Dezember 2028 hat ein Gericht in der EU festgestellt, dass Gespräche mit einer von Extremisten eingerichteten KI-Figur zu einer terroristischen Straftat beigetragen haben.",
    "Bis 31. Dezember 2028 ist der Missbrauch von Freigabecodes für Container oder von Zugangsdaten der Logistik in Fällen von Drogenhandel an zehn oder mehr Häfen der EU bestätigt.",
    "Bis 31. Dezember 2028 hat die Polizei in mindestens fünf Mitgliedstaaten der EU einen Diebstahl oder Schmuggel bestätigt, bei dem eine falsche Satellitenposition gesendet wurde.",
]
GOOD["fr"] += [
    "Au 31 décembre 2028, la police d'au moins trois États membres de l'UE a démantelé une escroquerie dans laquelle des agents d'IA autonomes, et non des personnes, menaient la plupart des conversations avec les victimes.",
    "Au 31 décembre 2028, un petit drone a transporté le moyen de nuire lors d'au moins une attaque accomplie par des criminels ou des terroristes dans l'UE, au cours de laquelle des personnes ont été tuées ou blessées.",
    "Au 31 décembre 2028, les armes à feu imprimées ou hybrides constituent au moins 5 % des armes à feu saisies en une année civile dans au moins trois États membres de l'UE.",
    "Au 31 décembre 2028, le parquet d'au moins dix États membres de l'UE a poursuivi une personne pour avoir recruté un mineur en ligne en vue d'un acte de violence grave rémunéré.",
    "Au 31 décembre 2028, un tribunal de l'UE a constaté que des conversations avec un personnage d'IA créé par des extrémistes ont contribué à une infraction terroriste.",
    "Au 31 décembre 2028, l'usage abusif de codes de retrait de conteneurs ou d'identifiants logistiques est confirmé dans des affaires de trafic de drogue dans dix ports de l'UE ou plus.",
    "Au 31 décembre 2028, la police d'au moins cinq États membres de l'UE a confirmé un vol ou une contrebande où une fausse position satellite a été émise.",
]
GOOD["pl"] += [
    "Do 31 grudnia 2028 r. policja w co najmniej trzech państwach członkowskich UE rozbije oszustwo, w którym większość rozmów z ofiarami prowadzili autonomiczni agenci AI, a nie ludzie.",
    "Do 31 grudnia 2028 r. mały dron przeniesie środek rażenia w co najmniej jednym dokonanym ataku przestępców lub terrorystów w UE, w którym ludzie zginęli lub zostali ranni.",
    "Do 31 grudnia 2028 r. drukowana lub hybrydowa broń palna stanowi co najmniej 5% broni palnej zabezpieczonej w jednym roku kalendarzowym w co najmniej trzech państwach członkowskich UE.",
    "Do 31 grudnia 2028 r. prokuratury w co najmniej dziesięciu państwach członkowskich UE oskarżą osobę o werbowanie w internecie małoletniego do opłaconego czynu poważnej przemocy.",
    "Do 31 grudnia 2028 r. sąd w UE stwierdzi, że rozmowy z postacią AI stworzoną przez ekstremistów przyczyniły się do przestępstwa terrorystycznego.",
    "Do 31 grudnia 2028 r. nadużycie kodów odbioru kontenerów lub danych logowania logistyki zostanie potwierdzone w sprawach przemytu narkotyków w dziesięciu lub więcej portach UE.",
    "Do 31 grudnia 2028 r. policja w co najmniej pięciu państwach członkowskich UE potwierdzi kradzież lub przemyt, w których nadano fałszywą pozycję satelitarną.",
]


def found(language: str, text: str) -> list[phrasing.Finding]:
    return phrasing.check(text, horizon=HORIZON, language=language)


@pytest.mark.parametrize(("language", "text", "rule", "words"), FIRES)
def test_what_stands_out_is_named_where_it_stands(language: str, text: str, rule: str, words: str) -> None:
    (one,) = [
        one for one in found(language, text) if one.rule == rule and one.params.get("words") == words
    ] or [None]
    assert one, found(language, text)
    assert words in text[one.start : one.end]


@pytest.mark.parametrize(("language", "text", "rule"), ALSO)
def test_each_rule_fires(language: str, text: str, rule: str) -> None:
    assert rule in [one.rule for one in found(language, text)]


@pytest.mark.parametrize(("language", "text"), [(key, text) for key, texts in GOOD.items() for text in texts])
def test_a_good_statement_is_left_alone(language: str, text: str) -> None:
    assert found(language, text) == []


def test_every_language_of_the_mails_has_rules_and_another_one_is_read_for_what_needs_no_words() -> None:
    assert RULES.keys() == LANGUAGES.keys()
    odd = "Um drone poderia and is because likely attingere; RCE?"
    assert {one.rule for one in found("pt", odd)} == {"no-date", "double", "question", "abbreviation"}
    assert found("pt", "Até 2028, um drone atinge um avião.") == []


def test_english_words_say_nothing_in_a_german_statement() -> None:
    text = "Bis 2028 veröffentlicht die Gruppe „May and is not likely“ Daten."
    assert [one.rule for one in found("en", text)] != []
    assert found("de", text) == []

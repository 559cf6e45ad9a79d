"""Mails in Polish. Not yet read by a native speaker."""

from __future__ import annotations

DAYS = ("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela")
MONTHS = ("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września",
          "października", "listopada", "grudnia")  # fmt: skip
MOMENT = "{day} {month} {year} ({weekday}), godz. {time} {beside}"
DAY = "{day} {month} {year} ({weekday})"
CALENDAR = "Badanie ekspertów: ostatni dzień na odpowiedzi"

_LINK = "\n\n{link}\n\n"
_YOURS = "Link jest przeznaczony tylko dla Państwa: prosimy go nie przekazywać.\n"
_END = "\nDziękujemy za poświęcony czas i opinię.\n"

LOST_LINK = (
    "Nowy link do Państwa odpowiedzi",
    "Dzień dobry, {name},\n\n"
    "na ten adres poproszono o nowy osobisty link. Oto on:" + _LINK + "Wcześniejsze linki przestają działać, gdy otworzą Państwo ten link i nacisną tam przycisk. Zapisane odpowiedzi "
    "pozostają. Jeśli Państwo o nic nie prosili, nie trzeba nic robić.\n" + _YOURS + "Pytania: {contact}.\n" + _END,
)  # fmt: skip

TEXTS = {
    "invitation": (
        "Prosimy o Państwa opinię ekspercką",
        "Dzień dobry, {name},\n\n"
        "prosimy o opinię ekspercką na zlecenie: {commissioner}. Jedna runda zajmuje około {minutes} min. "
        "Osobisty link:" + _LINK + "Tam decydują Państwo o udziale; można też odmówić.\n\n"
        "Płaci: {payer}. Wynik otrzymuje: {recipient}. Tylko Państwo widzą swoje odpowiedzi jako własne. Po zamknięciu rundy "
        "panel widzi liczby oraz uzasadnienia bez nazwisk. Kontakt w sprawach etyki: {contact}.\n\n"
        "Odpowiedzi przyjmujemy do: {deadline}. W każdej chwili można przerwać i wrócić później.\n" + _YOURS + _END,
    ),
    "round-opened": (
        "Następna runda jest otwarta",
        "Dzień dobry, {name},\n\n"
        "następna runda jest otwarta. Widać w niej, co dotąd powiedział panel; odpowiedzi można zachować lub zmienić. "
        "Zajmuje to około {minutes} min. Zapraszamy także osoby, które opuściły wcześniejszą rundę.\n\n"
        "Osobisty link:" + _LINK + "Odpowiedzi przyjmujemy do: {deadline}. Kontakt w sprawach etyki: {contact}.\n"
        + _YOURS + _END,
    ),
    "reminder": (
        "Przypomnienie: brakuje jeszcze Państwa odpowiedzi",
        "Dzień dobry, {name},\n\n"
        "runda jest otwarta do: {deadline}, a Państwa opinii jeszcze brakuje. Wystarczy około {minutes} min, a to, co "
        "zapisano, pozostaje zachowane. Osobisty link:" + _LINK + "Kto nie chce brać udziału, może to zaznaczyć na "
        "pierwszej stronie: nie otrzyma wtedy kolejnych wiadomości.\n" + _END,
    ),
    "last-reminder": (
        "Runda wkrótce się kończy",
        "Dzień dobry, {name},\n\n"
        "runda kończy się: {deadline}. To ostatnie przypomnienie o niej. Liczy się każda odpowiedź, także niepełna. "
        "Osobisty link:" + _LINK + "Kto nie chce brać udziału, może to zaznaczyć na pierwszej stronie: nie otrzyma wtedy "
        "kolejnych wiadomości.\n" + _END,
    ),
    "deadline-moved": (
        "Nowy ostatni dzień na odpowiedzi",
        "Dzień dobry, {name},\n\n"
        "zmienił się ostatni dzień na odpowiedzi: przyjmujemy je teraz do: {deadline}. Osobisty link działa nadal. Nowy "
        "termin jest załączony do kalendarza.\n" + _END,
    ),
    "round-reopened": (
        "Runda jest znów otwarta",
        "Dzień dobry, {name},\n\n"
        "runda jest znów otwarta do: {deadline}. To, co zapisano, pozostaje zachowane i można to zmienić. Osobisty link:"
        + _LINK + _YOURS + _END,
    ),
    "feedback-open": (
        "Można przeczytać, co powiedział panel",
        "Dzień dobry, {name},\n\n"
        "runda została zamknięta; odpowiedzi i argumenty panelu można już przeczytać. Otwiera je osobisty link.\n" + _END,
    ),
    "study-ended": (
        "Nie będzie kolejnej rundy",
        "Dzień dobry, {name},\n\n"
        "badanie zostało zakończone: nie będzie kolejnej rundy. Osobisty link pokazuje wyniki, dopóki nie wygaśnie. "
        "Pytania o dane: {contact}.\n" + _END,
    ),
    "thank-you": (
        "Dziękujemy za odpowiedzi",
        "Dzień dobry, {name},\n\n"
        "odpowiedzi z rundy {round} dotarły. Rund jest najwyżej {rounds}. Odezwiemy się, gdy otworzy się następna lub gdy "
        "będzie można przeczytać wyniki.\n" + _END,
    ),
    "wording": (
        "Czy zmieniono brzmienie Państwa uzasadnienia?",
        ("Dzień dobry, {name},\n\n"
        "runda {round} została zamknięta, a zespół prowadzący badanie przygotowuje uzasadnienia dla panelu. Jeśli zmienił "
        "brzmienie uzasadnienia, pyta o zgodę jego autora lub autorkę. Prosimy otworzyć osobisty link z ostatniego zaproszenia: w "
        "części „Państwa słowa po redakcji” widać, czy zmiana dotyczy Państwa. Odpowiedzieć „tak” lub „nie” można do: {until}. Bez "
        "zgody panel czyta Państwa własne słowa, ze znakami w miejscu tego, co mogłoby zdradzić, kto je napisał, albo nie "
        "czyta niczego.\n\n"
        "Tę wiadomość otrzymują wszyscy w panelu, niezależnie od tego, czy jakieś brzmienie zmieniono.\n"),
    ),
    "enrolment": (
        "Prośba o udział w panelu",
        "Dzień dobry, {name},\n\n"
        "ktoś, mamy nadzieję, że Państwo, poprosił z tym adresem o udział w panelu ekspertów. Aby to potwierdzić, prosimy w "
        "ciągu dwóch dni otworzyć tę stronę i nacisnąć przycisk:" + _LINK + "Jeśli to pomyłka, nie trzeba nic robić: to, co "
        "wpisano, zostanie wtedy usunięte.\n",
    ),
    "enrolment-declined": (
        "Prośba o udział w panelu",
        ("Dzień dobry, {name},\n\n"
        "dziękujemy za chęć udziału w panelu ekspertów. Tym razem panel tworzą inne osoby. To, co Państwo napisali, zostaje "
        "usunięte.\n"),
    ),
    "reveal": (
        "Ujawniono Państwa nazwisko",
        ("Dzień dobry, {name},\n\n"
        "w badaniu, w którym biorą Państwo udział, dwie osoby, które je kontrolują, zgodziły się na ujawnienie nazwiska przy "
        "jednym z napisanych przez Państwa uzasadnień. Inspektor ochrony danych widzi nazwisko przez 24 godziny, nikt inny go "
        "nie widzi. O powód można zapytać tę osobę pod adresem podanym w zaproszeniu.\n"),
    ),
}  # fmt: skip

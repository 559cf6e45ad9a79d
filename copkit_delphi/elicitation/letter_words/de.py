"""Mails in German. Not yet read by a native speaker."""

from __future__ import annotations

DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
          "November", "Dezember")  # fmt: skip
MOMENT = "{weekday}, {day}. {month} {year}, {time} Uhr ({zone})"
DAY = "{weekday}, {day}. {month} {year}"
CALENDAR = "Befragung von Fachleuten: letzter Tag für Ihre Antworten"

_LINK = "\n\n{link}\n\n"
_YOURS = "Der Link ist nur für Sie bestimmt: Bitte geben Sie ihn nicht weiter.\n"
_END = "\nVielen Dank für Ihre Zeit und Ihr Urteil.\n"

LOST_LINK = (
    "Ein neuer Link zu Ihren Antworten",
    "Guten Tag {name},\n\n"
    "an dieser Adresse wurde ein neuer persönlicher Link angefordert. Hier ist er:" + _LINK + "Ihre früheren Links gelten nicht mehr, sobald Sie diesen öffnen und dort auf die Schaltfläche drücken. Was Sie "
    "gespeichert haben, bleibt erhalten. Wenn Sie nichts angefordert haben, müssen Sie nichts tun.\n" + _YOURS + "Fragen: {contact}.\n" + _END,
)  # fmt: skip

TEXTS = {
    "invitation": (
        "Ihr fachliches Urteil ist gefragt",
        "Guten Tag {name},\n\n"
        "im Auftrag von {commissioner} bitten wir Sie um Ihr fachliches Urteil. Es dauert etwa {minutes} Minuten je Runde. "
        "Ihr persönlicher Link:" + _LINK + "Dort entscheiden Sie, ob Sie teilnehmen; Sie können auch ablehnen.\n\n"
        "Es bezahlt: {payer}. Das Ergebnis erhält: {recipient}. Nur Sie sehen Ihre Antworten als Ihre. Das Panel sieht nach dem "
        "Ende einer Runde Zahlen und Begründungen ohne Namen. Ethikkontakt: {contact}.\n\n"
        "Antworten nehmen wir bis {deadline} an. Sie können jederzeit unterbrechen und später weitermachen.\n"
        + _YOURS + _END,
    ),
    "round-opened": (
        "Die nächste Runde ist offen",
        "Guten Tag {name},\n\n"
        "die nächste Runde ist offen. Sie sehen, was das Panel bisher gesagt hat, und können Ihre Antworten behalten oder "
        "ändern. Das dauert etwa {minutes} Minuten. Auch wenn Sie eine frühere Runde verpasst haben, sind Sie "
        "willkommen.\n\n"
        "Ihr persönlicher Link:" + _LINK + "Antworten nehmen wir bis {deadline} an. Ethikkontakt: {contact}.\n" + _YOURS + _END,
    ),
    "reminder": (
        "Zur Erinnerung: Ihre Antworten fehlen noch",
        "Guten Tag {name},\n\n"
        "die Runde ist bis {deadline} offen, und Ihr Urteil fehlt uns noch. Etwa {minutes} Minuten genügen; was Sie schon "
        "gespeichert haben, bleibt erhalten. Ihr persönlicher Link:" + _LINK + "Wenn Sie nicht teilnehmen möchten, sagen Sie "
        "es bitte auf der ersten Seite: Dann erhalten Sie keine weitere Mail.\n" + _END,
    ),
    "last-reminder": (
        "Die Runde schließt bald",
        "Guten Tag {name},\n\n"
        "die Runde schließt am {deadline}. Dies ist die letzte Erinnerung an sie. Jede Antwort zählt, auch ein Teil davon. "
        "Ihr persönlicher Link:" + _LINK + "Wenn Sie nicht teilnehmen möchten, sagen Sie es bitte auf der ersten Seite: "
        "Dann erhalten Sie keine weitere Mail.\n" + _END,
    ),
    "deadline-moved": (
        "Neuer letzter Tag für Ihre Antworten",
        "Guten Tag {name},\n\n"
        "der letzte Tag für Ihre Antworten hat sich geändert: Wir nehmen sie jetzt bis {deadline} an. Ihr persönlicher Link "
        "gilt weiter. Der neue Termin liegt für Ihren Kalender bei.\n" + _END,
    ),
    "round-reopened": (
        "Die Runde ist wieder offen",
        "Guten Tag {name},\n\n"
        "die Runde ist wieder offen, bis {deadline}. Was Sie gespeichert haben, bleibt erhalten, und Sie können es ändern. "
        "Ihr persönlicher Link:" + _LINK + _YOURS + _END,
    ),
    "feedback-open": (
        "Sie können lesen, was das Panel gesagt hat",
        "Guten Tag {name},\n\n"
        "die Runde ist geschlossen, und die Antworten und Argumente des Panels können jetzt gelesen werden. Ihr persönlicher "
        "Link öffnet sie.\n" + _END,
    ),
    "study-ended": (
        "Es folgt keine weitere Runde",
        "Guten Tag {name},\n\n"
        "die Studie ist beendet: Es folgt keine weitere Runde. Ihr persönlicher Link zeigt die Ergebnisse, bis er abläuft. "
        "Fragen zu Ihren Daten: {contact}.\n" + _END,
    ),
    "thank-you": (
        "Danke für Ihre Antworten",
        "Guten Tag {name},\n\n"
        "Ihre Antworten der Runde {round} sind angekommen. Es gibt höchstens {rounds} Runden. Sie hören von uns, wenn die "
        "nächste beginnt oder die Ergebnisse gelesen werden können.\n" + _END,
    ),
    "wording": (
        "Wurde der Wortlaut einer Ihrer Begründungen bearbeitet?",
        ("Guten Tag {name},\n\n"
        "Runde {round} ist geschlossen, und die Studienleitung bereitet die Begründungen für das Panel vor. Wo sie den "
        "Wortlaut einer Begründung bearbeitet hat, wird gefragt, wer sie geschrieben hat. Öffnen Sie Ihren persönlichen Link "
        "aus der letzten Einladung: Unter „Ihre Worte, bearbeitet“ sehen Sie, ob eine von Ihren dabei ist. Sie können bis {until} "
        "ja oder nein sagen. Ohne ein Ja liest das Panel Ihre eigenen Worte, mit Zeichen anstelle dessen, was verraten "
        "könnte, von wem sie sind, oder gar nichts.\n\n"
        "Alle im Panel erhalten diese Mail, ob sich ein Wortlaut geändert hat oder nicht.\n"),
    ),
    "enrolment": (
        "Ihr Wunsch, an einem Panel teilzunehmen",
        "Guten Tag {name},\n\n"
        "jemand, hoffentlich Sie selbst, hat mit dieser Adresse darum gebeten, an einem Panel von Fachleuten teilzunehmen. Um "
        "das zu bestätigen, öffnen Sie innerhalb von zwei Tagen diese Seite und drücken Sie den Knopf:" + _LINK + "Wenn Sie "
        "es nicht waren, tun Sie bitte nichts: Dann wird gelöscht, was geschrieben wurde.\n",
    ),
    "enrolment-declined": (
        "Ihr Wunsch, an einem Panel teilzunehmen",
        ("Guten Tag {name},\n\n"
        "danke für Ihr Interesse an einem Panel von Fachleuten. Dieses Mal ist das Panel mit anderen besetzt. Was Sie "
        "geschrieben haben, wird gelöscht.\n"),
    ),
    "reveal": (
        "Ihr Name wurde offengelegt",
        ("Guten Tag {name},\n\n"
        "in einer Studie, an der Sie teilnehmen, haben zwei Personen, die sie prüfen, zugestimmt, den Namen hinter einer von "
        "Ihnen geschriebenen Begründung offenzulegen. Die oder der Datenschutzbeauftragte sieht Ihren Namen 24 Stunden lang, "
        "sonst niemand. Nach dem Grund können Sie dort fragen, unter der Adresse in Ihrer Einladung.\n"),
    ),
}  # fmt: skip

"""Mails in English."""

from __future__ import annotations

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
MOMENT = "{weekday} {day} {month} {year}, {time} {beside}"
DAY = "{weekday} {day} {month} {year}"
CALENDAR = "Expert survey: last day for your answers"

_LINK = "\n\n{link}\n\n"
_YOURS = "The link is yours alone: please do not pass it on.\n"
_END = "\nThank you for your time and your judgement.\n"

LOST_LINK = (
    "A new link to your answers",
    "Dear {name},\n\n"
    "somebody asked for a new personal link at this address. Here it is:" + _LINK + "Your earlier links stop when you open this one and press the button there. What you saved is kept. If you "
    "did not ask, you need do nothing.\n" + _YOURS + "Questions: {contact}.\n" + _END,
)  # fmt: skip

TEXTS = {
    "invitation": (
        "Your expert judgement is asked for",
        "Dear {name},\n\n"
        "you are asked for your expert judgement, on behalf of {commissioner}. It takes about {minutes} minutes a round. "
        "Your personal link:" + _LINK + "You decide there whether you take part; you can also say no.\n\n"
        "It is paid for by {payer}. The result goes to {recipient}. Nobody but you sees your answers as yours. The panel sees "
        "figures, and reasons without names, once a round has closed. Ethics contact: {contact}.\n\n"
        "Answers are taken until {deadline}. You can stop at any time and come back.\n" + _YOURS + _END,
    ),
    "round-opened": (
        "The next round is open",
        "Dear {name},\n\n"
        "the next round is open. You see what the panel said before and can keep or change your answers. "
        "It takes about {minutes} minutes. If you missed an earlier round you are just as welcome in this one.\n\n"
        "Your personal link:" + _LINK + "Answers are taken until {deadline}. Ethics contact: {contact}.\n" + _YOURS + _END,
    ),
    "reminder": (
        "A reminder: your answers are still missing",
        "Dear {name},\n\n"
        "the round is open until {deadline}, and your judgement is still missing. About {minutes} minutes are enough, and "
        "what you saved so far is kept. Your personal link:" + _LINK + "If you would rather not take part, say so on the "
        "first page: then you get no further mail.\n" + _END,
    ),
    "last-reminder": (
        "The round closes soon",
        "Dear {name},\n\n"
        "the round closes on {deadline}. This is the last reminder for it. Every answer counts, also a part of them. "
        "Your personal link:" + _LINK + "If you would rather not take part, say so on the first page: then you get no "
        "further mail.\n" + _END,
    ),
    "deadline-moved": (
        "There is a new last day for your answers",
        "Dear {name},\n\n"
        "the last day for your answers has changed: they are now taken until {deadline}. Your personal link goes on "
        "working. The new day is attached for your calendar.\n" + _END,
    ),
    "round-reopened": (
        "The round is open again",
        "Dear {name},\n\n"
        "the round is open again until {deadline}. What you saved is kept, and you can change it. Your personal link:"
        + _LINK + _YOURS + _END,
    ),
    "feedback-open": (
        "You can read what the panel said",
        "Dear {name},\n\n"
        "the round has closed, and the panel's answers and arguments can be read now. Your personal link opens them.\n"
        + _END,
    ),
    "study-ended": (
        "No further round follows",
        "Dear {name},\n\n"
        "the study has ended: no further round follows. Your personal link shows the results until it runs out. "
        "Questions about your data: {contact}.\n" + _END,
    ),
    "thank-you": (
        "Thank you for your answers",
        "Dear {name},\n\n"
        "your answers of round {round} are in. There are at most {rounds} rounds. You hear from us when the next one opens "
        "or when the results can be read.\n" + _END,
    ),
    "wording": (
        "Was the wording of a reason of yours edited?",
        ("Dear {name},\n\n"
        "round {round} has closed, and the facilitators prepare its reasons for the panel. Where they edited the wording of "
        "a reason, its author is asked. Open your personal link, the one in your last invitation, and see under “Your words, "
        "edited” whether one of yours is among them. You can say yes or no until {until}. Without a yes the panel reads your "
        "own words, with marks in the place of what could tell who wrote them, or nothing.\n\n"
        "Everybody on the panel gets this mail, whether or not a wording changed.\n"),
    ),
    "enrolment": (
        "Your wish to join a panel",
        "Dear {name},\n\n"
        "somebody, we hope you, asked with this address to join a panel of experts. To confirm it, open this page and press "
        "the button, within two days:" + _LINK + "If it was not you, do nothing: what was written is deleted then.\n",
    ),
    "enrolment-declined": (
        "Your wish to join a panel",
        ("Dear {name},\n\n"
        "thank you for asking to join a panel of experts. This time the panel is made up of others. What you wrote is "
        "deleted.\n"),
    ),
    "reveal": (
        "Your name was opened",
        ("Dear {name},\n\n"
        "in a study you take part in, two people who check it agreed to open the name behind one reason you wrote. The data "
        "protection officer sees your name for 24 hours, nobody else does. You can ask that person why, at the address in "
        "your invitation.\n"),
    ),
}  # fmt: skip

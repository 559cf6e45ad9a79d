"""Texts as long as people write them, by the lengths of the demonstration."""

from __future__ import annotations

RATED = "in cases in which a court or a prosecutor named the method in public."
COUNTS = (
    "Charges made public by a prosecutor or court. Attempted and completed acts, if the contact was online "
    "and payment was promised."
)
EXCLUDES = "Contact only among people who knew each other. A claim of one party without a finding of a court."
REASONS = (
    "Two official sources graded B2 describe cases, and charges can be checked in public records.",
    "The panel weighed displacement and better controls, and agreed for stated reasons.",
    "Tools and their use by organisers change within months.",
)
HIGHER = (
    "Protection has grown at a few sites and hardly anywhere else. Equipment and intent spread faster than "
    "any plan of defence that I have seen."
)
LOWER = (
    "A court has to find that a method was set up on purpose, and nobody signs such work. Without an operator "
    "in the dock, judges stay silent on it."
)
SETTLES = (
    "A checked European list of foiled and completed cases, with intent, injury and actor recorded alike."
)
INDICATORS = (
    "Suspects under 18 in contract-violence investigations",
    "Reported attempts in smaller-language markets previously protected by language barriers",
)
SIGNS_AGAINST = (
    "Number of seized items or parts falls after the common code is in use",
    "Contract cases in which recruiter and recruited knew each other beforehand and met in person",
)
BASELINES = ("First reading due March 2027", "No common count in 2026; first reading due March 2027")
THRESHOLDS = ("Two confirmed incidents", "Above 80% of cases in two half-years, in all reporting states")
OWNERS = ("Transport ministry", "National Police, statistics office")
ACTIONS_TEXT = (
    "Support youth-led resilience, counselling and helpline capacity.",
    "Criminalise exploitation of minors for crime and coordinate cross-border cases against organisers.",
)
TRIGGERS = (
    "Seizures of jammers in theft investigations",
    "Reported attempts in smaller-language markets previously protected by language barriers",
)
STOPS = (
    "Ends when no code has been misused for eight quarters.",
    "Repealed if more minors than organisers stand charged under it after two years.",
)
LIMITS = (
    "The panel of this study is synthetic, so no figure here describes the real world.",
    "Figures are expert judgements, not measurements, and the panel is not a random sample.",
    "Victims, minors and people outside the Union did not take part.",
    "Account freezes and report triage serve fraud cases only, and each needs its own law and assessment first.",
)
TITLE = "situation report on new technologies, as summarised, part"
QUESTION = (
    "Within 24 months, will TE-SAT report at least one conviction in which this method is described "
    "as a factor?"
)
WAIVER = (
    "The panel has not rated the headline risks: an ethics round was not part of this study. "
    "One assessor judged them. Reviewer and owner accept this for the present version."
)
NOTES = {
    "G4": "Victim support adviser, Example Institute for Public Ethics; Port security adviser, Example Ports Authority",
    "G5": "Window closed; views on disputed items are printed.",
    "G7": "2027-05-21",
}
LEVEL_REASON = (
    "Reports of fraud run by software agents doubled within two quarters in four Member States; the recall of payments "
    "takes five months to agree on."
)

"""What the ethics reviewer writes: a high risk with its measure, its acceptance and its reasons."""

from __future__ import annotations

from typing import Any

from tests.journey.steps import press, sees, tick

REVIEW = "2027-04-15"
ANSWERS = {"SCR-01": "no", "SCR-02": "none", "SCR-03": "no", "SCR-04": "awareness"}
HIGH_RISK = "PDP-03"
FIELDS = {
    "objects": "Three threats, and the actions against them.",
    "place": "European Union",
    "reader_1": "Victim support adviser",
    "reader_2": "Port security adviser",
    "criminals-0-route": "Learn which platforms report late",
    "criminals-0-gain": "Time",
    "criminals-0-removed": "Names of platforms",
    "authorities-0-use": "Watch pupils without a reason",
    "authorities-0-who": "A ministry",
    "authorities-0-limit": "Reports come from victims",
    "authorities-0-sign": "Reports without a complaint",
    "authorities-0-watcher": "Data protection authority",
    "acceptances-0-by_role": "Otto Owner, owner",
    "acceptances-0-reason": "Counting is needed, and names are left out.",
    "acceptances-0-until": "2027-12-31",
    "proportionality-0-law": "Law on statistics",
    "proportionality-0-aim": "To protect minors",
    "proportionality-0-essence": "Untouched",
    "proportionality-0-suitability": "Counts show growth",
    "proportionality-0-gentler": "None shows it as early",
    "proportionality-0-balance": "Small burden, large gain",
    "who_carries": "Recruited minors, who were not asked.",
    "not_assessed": "Covert work.",
    "review_on": REVIEW,
}
CHOICES = {
    "criminals-0-scenario": "S12",
    "authorities-0-scenario": "S12",
    "acceptances-0-risk": HIGH_RISK,
    "proportionality-0-risk": HIGH_RISK,
}


MEASURE = {"text": "Count cases without names.", "owner": "Example Police", "due": "2027-03-31"}


def add_measure(page: Any, study: str) -> None:
    """Put the measure against the high risk into the register."""
    page.goto(f"{study}/ethics/mitigations/new")
    page.locator("#against").select_option(HIGH_RISK)
    page.locator("#code").select_option("M06")
    for name, text in MEASURE.items():
        page.locator(f"#{name}").fill(text)
    press(page, "Save the measure")
    sees(page, "The measure stands in the register.")


def assess(page: Any, study: str, *, measured: bool = True) -> None:
    """Fill the one form in and save it; the level of each risk is computed by the product."""
    if measured:
        add_measure(page, study)
    page.goto(f"{study}/ethics/assessment")
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    for number, answer in enumerate(ANSWERS.values()):
        tick(page, f"input[name=screening-{number}-answer][value={answer}]")
        page.locator(f"#screening-{number}-reason").fill("Checked.")
    for number in range(8):
        _rate(page, number, "3334" if number == 0 else "1111")
    for name, text in FIELDS.items():
        page.locator(f"#{name}").fill(text)
    for name, value in CHOICES.items():
        page.locator(f"#{name}").select_option(value)
    press(page, "Save the assessment")
    sees(page, "The assessment is saved.")
    assert "High" in page.locator("summary", has_text=f"{HIGH_RISK}: ").inner_text()


def _rate(page: Any, number: int, levels: str) -> None:
    parts = ("gravity", "reach", "irreversibility", "likelihood")
    for part, level in zip(parts, levels, strict=True):
        page.locator(f"#risks-{number}-before-{part}").select_option(level)
    page.locator(f"#risks-{number}-reason").fill("Because the sources say so.")

"""Staff from the first hour on: accounts by mailed invitation, second factors, and coming back after days."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pyotp

from tests.journey.steps import press, sees
from tests.journey.world import World

PASSWORD = "seven grey herons by the river"
ADMIN = "ada@office.example"
_LINK = re.compile(r"https?://\S+/password/link/\S+")


@dataclass
class Office:
    """Who signs in, and the authenticators on their phones."""

    world: World
    secrets: dict[str, str] = field(default_factory=dict)

    def open(self) -> Any:
        """Make the first administrator on the command line; return the browser in which she set up her phone."""
        typed = f"{PASSWORD}\n{PASSWORD}\n"
        done = self.world.command("init", "--email", ADMIN, "--name", "Ada Administrator", typed=typed)
        assert f"{ADMIN} is administrator." in done.output
        return self.enter(ADMIN)

    def invite(self, admin: Any, name: str, *, organisation: str = "", role: str = "") -> str:
        """Make an account on the administrator's pages and let its owner choose a password; return the address."""
        address = f"{name.split(maxsplit=1)[0].lower()}@office.example"
        admin.goto("/admin/accounts/new")
        admin.get_by_label("Name", exact=True).fill(name)
        admin.get_by_label("E-mail address").fill(address)
        admin.get_by_label("Organisation").fill(organisation)
        if role:
            admin.locator(f"input[name=roles][value={role}]").check()
        press(admin, "Make the account")
        self.world.tick()
        self._choose_a_password(address)
        return address

    def _choose_a_password(self, address: str) -> None:
        page = self.world.page()
        page.goto(_LINK.findall(self.world.mails(address)[-1])[0])
        for label in ("New password", "New password again"):
            page.get_by_label(label, exact=True).fill(PASSWORD)
        press(page, "Set password")
        sees(page, "Your password is set.")
        page.context.close()

    def enter(self, address: str) -> Any:
        """Sign in, with a code from the phone where one is asked for; whoever needs a phone sets one up."""
        page = self.world.signed_in((address, PASSWORD))
        if page.url.endswith("/account/second-factor"):
            secret = page.locator("code").first.inner_text()
            self.secrets[address] = secret.replace(" ", "")
            page.get_by_label("Current password").fill(PASSWORD)
            self._type_code(page, address, "Use this authenticator")
            page.get_by_role("link", name="I have kept them").click()
        elif "/sign-in/code" in page.url:
            self._type_code(page, address, "Sign in")
        return page

    def _type_code(self, page: Any, address: str, button: str) -> None:
        code = pyotp.TOTP(self.secrets[address]).at(int(self.world.clock.moment.timestamp()))
        page.locator("input[name=code]").fill(code)
        press(page, button)
        self.world.clock.forward(seconds=60)  # each code is taken once

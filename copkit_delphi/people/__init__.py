"""People: accounts, roles, the identity vault, audit and the outbox."""

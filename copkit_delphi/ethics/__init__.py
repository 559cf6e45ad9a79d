"""Ethics: the assessment of threat, response, brief and study, and what it says in the annex."""

"""The verbs of cases: opening, running, people, endings."""

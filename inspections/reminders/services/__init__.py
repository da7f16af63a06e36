"""The verbs of reminders."""

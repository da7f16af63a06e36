"""The verbs of the checklist of meeting quality."""

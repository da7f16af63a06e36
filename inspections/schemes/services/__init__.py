"""The verbs of schemes; each one transaction with one audit entry."""

"""Forms of schemes."""

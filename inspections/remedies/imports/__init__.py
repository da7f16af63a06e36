"""The running book of conclusions; the reading itself is `inspections.imports`."""

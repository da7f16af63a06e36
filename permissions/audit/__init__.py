"""The record of who did what: written by verbs, chained per case or organisation, sealed over all heads.

`entries`: what an entry is; `recording`: how verbs write it; `proving`: how it shows that nobody altered it. Source:
reliability.md §4.
"""

from permissions.audit.entries import chain_of, chained, entries_of
from permissions.audit.proving import Fault, count, faults, heads, seal, seal_now, sealed_heads
from permissions.audit.recording import (
    Deed,
    also_told_by,
    hold_chains_of,
    record,
    record_by_right,
    record_corrected,
    record_made,
    record_many,
)

__all__ = [
    "Deed",
    "Fault",
    "also_told_by",
    "chain_of",
    "chained",
    "count",
    "entries_of",
    "faults",
    "heads",
    "hold_chains_of",
    "record",
    "record_by_right",
    "record_corrected",
    "record_made",
    "record_many",
    "seal",
    "seal_now",
    "sealed_heads",
]

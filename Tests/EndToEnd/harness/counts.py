# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""How much the long tests do: enough to notice in every run, and what was promised in a soak."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    kills: int = 8
    mutated_bodies: int = 3_000  # in each of the three formats
    raw_streams: int = 2_000
    clients: int = 8

    @classmethod
    def of(cls, soak):
        return cls(kills=100, mutated_bodies=100_000, raw_streams=100_000) if soak else cls()

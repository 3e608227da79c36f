# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""How much the long tests do: enough to notice in every run, and what was promised in a soak."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    kills: int = 4
    mutated_bodies: int = 2_000  # in each of the three formats
    raw_streams: int = 1_500
    clients: int = 8
    lambda_calls: int = 200  # of one instance of a function
    moved: int = 500  # messages from one machine to AWS and back; moto reads its whole table for each page
    lambda_storm: int = 40  # messages while most calls to the database fail
    inbox: int = 600  # messages on AWS that pages are read of
    walk: int = 4  # pages of a view that are read on
    exported: int = 20_000  # messages in one export
    openapi: int = 20  # requests of each operation of the owner's API

    @classmethod
    def of(cls, soak):
        if not soak:
            return cls()
        return cls(kills=100, mutated_bodies=100_000, raw_streams=100_000, lambda_calls=20_000, moved=10_000,
                   lambda_storm=2_000, inbox=100_000, walk=12, openapi=1_000,
                   exported=100_000)

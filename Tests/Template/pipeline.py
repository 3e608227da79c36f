# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Reads what a build of the pipeline does."""

import yaml

from checks.source import ROOT


def build_specification(project):
    """What a project's builds do: its own words, or the repository's file that it names."""
    text = project.get("Source.BuildSpec")
    return yaml.safe_load(text if "\n" in text else (ROOT / text).read_text(encoding="utf-8"))

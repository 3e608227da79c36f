# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The statements, by part of the template. Importing this package registers them all."""

from . import alarms, api, data, firewall, functions, hosting, mail, permissions, pipeline, shape, sign_in, watching

__all__ = [
    "alarms", "api", "data", "firewall", "functions", "hosting", "mail", "permissions", "pipeline", "shape",
    "sign_in", "watching",
]

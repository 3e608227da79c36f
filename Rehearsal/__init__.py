# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""AWS on your own machine, as far as Brevlåda needs it: the real template and the real functions, without an account.

What plays what, and what this can't show: docs/rehearsal.md.
"""

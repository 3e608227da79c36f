# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The functions under AWS's Runtime Interface Emulator, and what calls them besides the API: stream, schedule, topics."""

# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The rehearsal's own page: mails as SES got them, and switches for what may go wrong."""

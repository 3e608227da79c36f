# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What must be true of Infrastructure/template.yaml, and the proof of it. "scripts/check-template" runs it all."""

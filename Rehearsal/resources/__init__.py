# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""How each type of resource is made: in moto where it matters, as a record of its properties elsewhere."""

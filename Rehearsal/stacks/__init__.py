# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""CloudFormation: change sets, and the stacks that they make."""

# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The endpoint that the AWS CLI and the functions talk to: moto, and what moto lacks."""

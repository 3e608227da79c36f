# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What of moto stands in the way, and is put right here, in moto and nowhere else."""

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket


def apply():
    """Once, before the endpoint listens."""
    # moto reads a bucket's policy without its conditions, and takes "deny without TLS" for "deny". Who reads the site through
    # the front is decided by Rehearsal/front/policy.py, with the conditions; the account's own callers may.
    FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL

# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What a browser talks to: CloudFront, API Gateway, S3's website and Cognito's sign-in, as the stack declares them."""

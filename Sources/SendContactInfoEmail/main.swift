// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

guard getenv("AWS_LAMBDA_RUNTIME_API") != nil else {
    fputs("AWS_LAMBDA_RUNTIME_API is not set; run this program on AWS Lambda or under its emulator\n", stderr)
    exit(1)
}

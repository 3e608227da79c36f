// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

// The system's zlib (Debian: zlib1g-dev), for Content-Encoding: gzip.
#include <zlib.h>

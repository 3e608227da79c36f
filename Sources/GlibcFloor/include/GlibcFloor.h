// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

#ifndef BREVLADA_GLIBC_FLOOR_H
#define BREVLADA_GLIBC_FLOOR_H

// Nothing to call: the linker sends calls of hypot and hypotf here (--wrap, see Package.swift).

#endif

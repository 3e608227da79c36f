// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

// glibc 2.35 gave hypot and hypotf new versions that no longer set errno
// (https://sourceware.org/glibc/wiki/Release/2.35). A binary built on such a system asks for them and doesn't load on
// Amazon Linux 2023, which has 2.34. The versions bound here are the first of each architecture and are in all later
// releases. Linked with --wrap=hypot --wrap=hypotf.

#include "GlibcFloor.h"

#ifdef __linux__
#include <features.h>
#endif

#if defined(__linux__) && defined(__GLIBC__)

#if defined(__x86_64__)
#define FIRST_VERSION "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define FIRST_VERSION "GLIBC_2.17"
#else
#error "the first version of glibc on this architecture is not known here; add it"
#endif

__asm__(".symver first_hypot, hypot@" FIRST_VERSION);
__asm__(".symver first_hypotf, hypotf@" FIRST_VERSION);

double first_hypot(double, double);
float first_hypotf(float, float);

double __wrap_hypot(double, double);
float __wrap_hypotf(float, float);

double __wrap_hypot(double x, double y) { return first_hypot(x, y); }
float __wrap_hypotf(float x, float y) { return first_hypotf(x, y); }

#endif

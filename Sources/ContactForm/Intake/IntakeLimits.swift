// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// How much one submission may hold.
package struct IntakeLimits: Sendable, Hashable {
    /// Bytes in a body; above: 413.
    package var bodyBytes = 256 * 1024
    /// Names with values, repeats counted; above: 422.
    package var fields = 100
    /// Characters in a name; above: 422.
    package var nameCharacters = 100
    /// Characters in a value; above: 422 by the field.
    package var valueCharacters = 20_000
    /// Arrays and objects inside each other in JSON; above: 422.
    package var jsonDepth = 8

    package init() {}
}

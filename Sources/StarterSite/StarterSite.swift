// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The site that `brevlada init` writes: a copy of `Site/`, compiled in so that the command needs nothing beside it.
package enum StarterSite {}

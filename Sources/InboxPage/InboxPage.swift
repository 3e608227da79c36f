// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The owner's page at `/inbox/`: a copy of `Inbox/`, compiled in so that the server needs nothing beside it.
package enum InboxPage {}

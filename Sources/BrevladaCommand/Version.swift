// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The version of the product.
enum Version {
    static let current = "0.1.0"
}

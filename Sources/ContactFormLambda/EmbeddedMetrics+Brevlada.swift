// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda

extension EmbeddedMetrics {
    /// The product's metrics: of one form, and of all together.
    static func brevlada(form: String?, _ counts: [Count]) -> EmbeddedMetrics {
        EmbeddedMetrics(namespace: "Brevlada", dimension: form.map { Dimension("Form", $0) }, counts: counts)
    }
}

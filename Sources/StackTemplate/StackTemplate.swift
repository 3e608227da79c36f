// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The CloudFormation template of the repository, `Infrastructure/template.yaml`, compiled in: one who copied the
/// program alone has the template that fits it.
package enum StackTemplate {}

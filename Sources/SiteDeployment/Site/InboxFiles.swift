// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import JSON

/// The page on which the owner reads messages, for a stack whose owner signs in with Cognito.
package enum InboxFiles {
    /// The page's files below `inbox/`, and `inbox/config.json`, which tells it where to sign in.
    ///
    /// - Parameters:
    ///   - page: The paths below `inbox/` and what is in them.
    ///   - languages: The site's own first.
    /// - Returns: nothing when the stack has no sign-in.
    package static func files(
        page: [(path: String, bytes: [UInt8])],
        outputs: [String: String],
        languages: [Language],
        forms: [FormName]
    ) -> [PublishedFile] {
        guard let signIn = outputs["SignInUrl"], let client = outputs["OwnerPoolClientId"], !page.isEmpty else {
            return []
        }
        let configuration = JSONWriter.text { writer in
            writer.object { root in
                root.name("signIn")
                root.object { member in
                    member.member("kind", "cognito")
                    member.member("url", signIn)
                    member.member("clientId", client)
                }
                root.member("languages", languages.map(\.rawValue))
                root.member("forms", forms.map(\.rawValue))
            }
        }
        return page.map { PublishedFile(key: "inbox/\($0.path)", bytes: $0.bytes) } + [
            PublishedFile(key: "inbox/config.json", bytes: Array(configuration.utf8))
        ]
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm

extension StoreError {
    /// Says what the service answered in an operator's words. A write whose answer was lost may have been done: its repeat finds
    /// the same id there.
    init(_ error: AWSError, table: String) {
        switch error.code {
        case "ResourceNotFoundException":
            self.init(.unavailable, "table \"\(table)\" is not there; set TABLE_NAME to a table of this Region")
        case "AccessDeniedException", "AccessDenied":
            self.init(
                .unavailable,
                "DynamoDB does not let this role use table \"\(table)\"; allow the action in the role's policy"
            )
        case "UnrecognizedClientException", "InvalidClientTokenId", "ExpiredTokenException",
            "MissingAuthenticationTokenException", "IncompleteSignatureException", "InvalidSignatureException",
            "SignatureDoesNotMatch":
            self.init(.unavailable, "DynamoDB refuses the credentials (\(error.code)); renew them or give a role")
        case "ValidationException" where error.message.contains("size"):
            // "Item size has exceeded the maximum allowed size", also "…to update has exceeded…".
            self.init(.tooLarge, "DynamoDB holds no item over 400 KB; set a lower limit for the form's fields")
        case "ItemCollectionSizeLimitExceededException":
            self.init(.full, "table \"\(table)\" has a local index that is full; remove it")
        default:
            switch error.kind {
            case .throttled:
                self.init(
                    .unavailable,
                    "DynamoDB throttles table \"\(table)\" (\(error.code)); it adapts within minutes, or raise TABLE_SHARDS"
                )
            case .transient:
                self.init(
                    .unavailable,
                    "DynamoDB does not answer for now (\(error)); it was asked again without success"
                )
            case .clockSkew, .permanent:
                self.init(.unavailable, "DynamoDB refused the call (\(error)); look it up in its error reference")
            }
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Synchronization

/// The key of the day for one Region and service.
///
/// Deriving it takes four HMACs and signing with it one, so it is derived once a day and kept ready: what HMAC does with
/// a key before it sees a message is done already.
final class SigningKeyCache: Sendable {
    private struct Entry {
        var secret: String
        var date: String
        var prepared: HMACSHA256
    }

    private let region: String
    private let service: String
    private let entry = Mutex<Entry?>(nil)

    init(region: String, service: String) {
        self.region = region
        self.service = service
    }

    /// An HMAC with the key of `date`, eight digits, that has seen no message yet.
    func hmac(secret: String, date: String) -> HMACSHA256 {
        entry.withLock { entry in
            if let entry, entry.date == date, entry.secret == secret { return entry.prepared }
            let prepared = HMACSHA256(key: derive(secret: secret, date: date))
            entry = Entry(secret: secret, date: date, prepared: prepared)
            return prepared
        }
    }

    private func derive(secret: String, date: String) -> [UInt8] {
        var key = Array("AWS4\(secret)".utf8)
        for step in [date, region, service, "aws4_request"] {
            key = HMACSHA256.authenticate(step.utf8, key: key)
        }
        return key
    }
}

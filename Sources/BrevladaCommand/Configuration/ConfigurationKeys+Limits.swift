// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormServer
import FormConfiguration
import NIOCore

extension ConfigurationKeys {
    enum Limits {
        private static let standard = RateSettings()
        private static let connections = ConnectionLimits()
        private static func seconds(_ time: TimeAmount) -> Int64 { time.nanoseconds / 1_000_000_000 }

        static let perAddressPerMinute = ConfigurationKey(
            "limits.per_address_per_minute",
            .number(1...1_000_000),
            standard: .value("\(standard.perAddressPerMinute)"),
            "How many messages one address may send in the long run; one of more than 16 KiB counts as several. Of IPv6 a /64 "
                + "counts as one; a /56 may send 4 times as many, a /48 16 times.",
            example: "6"
        )
        static let perAddressBurst = ConfigurationKey(
            "limits.per_address_burst",
            .number(1...1_000_000),
            standard: .value("\(standard.perAddressBurst)"),
            "How many it may send at once.",
            example: "10"
        )
        static let perFormPerMinute = ConfigurationKey(
            "limits.per_form_per_minute",
            .number(1...1_000_000),
            standard: .value("\(standard.perFormPerMinute)"),
            "How many messages everybody together may send to one form in the long run. On one machine only what is stored "
                + "counts.",
            example: "600"
        )
        static let perFormBurst = ConfigurationKey(
            "limits.per_form_burst",
            .number(1...1_000_000),
            standard: .value("\(standard.perFormBurst)"),
            "How many they may send at once.",
            example: "1000"
        )
        static let maxConnections = ConfigurationKey(
            "limits.max_connections",
            .number(1...1_000_000),
            standard: .value("\(connections.maximumConnections)"),
            "How many connections are served at the same time.",
            example: "2000"
        )
        static let headSeconds = ConfigurationKey(
            "limits.head_seconds",
            .number(1...3_600),
            standard: .value("\(seconds(connections.headTimeout))"),
            "How long a visitor may take to send the head of a request.",
            example: "5"
        )
        static let bodySeconds = ConfigurationKey(
            "limits.body_seconds",
            .number(1...3_600),
            standard: .value("\(seconds(connections.bodyTimeout))"),
            "How long a visitor may take to send a message.",
            example: "60"
        )
        static let idleSeconds = ConfigurationKey(
            "limits.idle_seconds",
            .number(1...3_600),
            standard: .value("\(seconds(connections.idleTimeout))"),
            "How long a quiet connection is kept.",
            example: "30"
        )
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON

/// Calls of AWS in one Region with one profile.
package struct AWSSession: Sendable {
    package let commandLine: any AWSCommandLine
    package let region: String
    package let profile: String?

    package init(commandLine: any AWSCommandLine, region: String, profile: String?) {
        self.commandLine = commandLine
        self.region = region
        self.profile = profile
    }

    /// The same profile in another Region.
    func inRegion(_ region: String) -> AWSSession {
        AWSSession(commandLine: commandLine, region: region, profile: profile)
    }

    /// Calls AWS and reads the answer; an empty answer is an empty object.
    func call(_ arguments: [String]) async throws(AWSFailure) -> JSONValue {
        let output = try await text(arguments)
        guard !output.isBlank else { return .object([]) }
        do throws(JSONError) {
            return try JSONParser.parse(Array(output.utf8), maximumDepth: 64)
        } catch {
            throw AWSFailure(.other, "\"aws \(arguments.prefix(2).joined(separator: " "))\" answered no JSON")
        }
    }

    /// Calls AWS and gives what the CLI wrote.
    @discardableResult
    package func text(_ arguments: [String]) async throws(AWSFailure) -> String {
        let common = ["--output", "json", "--region", region] + (profile.map { ["--profile", $0] } ?? [])
        let answer = try await commandLine.run(arguments + common)
        guard answer.exitCode == 0 else { throw AWSFailure(answer) }
        return answer.output
    }

    /// The answer, or nil when AWS says with one of these codes that there is none.
    func find(_ arguments: [String], absentAs codes: [String]) async throws(AWSFailure) -> JSONValue? {
        do throws(AWSFailure) {
            return try await call(arguments)
        } catch {
            guard let code = error.code, codes.contains(code) else { throw error }
            return nil
        }
    }
}

extension JSONValue {
    /// The text behind names inside each other; nil when a part of the way is missing.
    func text(_ path: String...) -> String? {
        path.reduce(JSONValue?.some(self)) { $0?[$1] }?.string
    }

    /// A number as AWS writes them, with or without a point.
    func number(_ path: String...) -> Double? {
        guard case .number(let text)? = path.reduce(JSONValue?.some(self), { $0?[$1] }) else { return nil }
        return Double(text)
    }

    func flag(_ path: String...) -> Bool? {
        guard case .bool(let flag)? = path.reduce(JSONValue?.some(self), { $0?[$1] }) else { return nil }
        return flag
    }

    /// The elements of a list; none when there is no list.
    func list(_ name: String) -> [JSONValue] { self[name]?.array ?? [] }
}

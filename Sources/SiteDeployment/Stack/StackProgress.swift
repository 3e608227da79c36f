// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What CloudFormation has done and is doing, from its events.
struct StackProgress: Sendable {
    private struct Work {
        var type: ResourceType
        var status: StackStatus
        var since: Timestamp
    }

    private let stackID: String
    private var seen: Set<String> = []
    private var works: [String: Work] = [:]
    private(set) var events: [StackEvent] = []

    /// - Parameter seen: The ids of events that belong to earlier operations.
    init(stackID: String, seen: Set<String> = []) {
        self.stackID = stackID
        self.seen = seen
    }

    /// Takes events in any order, again and again, and gives a line for each resource that came to an end.
    mutating func take(_ events: [StackEvent]) -> [ReportLine] {
        var lines: [ReportLine] = []
        let new = events.enumerated().filter { !seen.contains($0.element.id) }
            // The newest come first; those of one moment keep that order.
            .sorted { ($0.element.at, $1.offset) < ($1.element.at, $0.offset) }
            .map(\.element)
        for event in new where seen.insert(event.id).inserted {
            self.events.append(event)
            guard !event.isOfStack(stackID) else { continue }
            if event.status.isRunning {
                // A resource says twice that it is being made, the second time with its id.
                if works[event.logicalID]?.status != event.status {
                    works[event.logicalID] = Work(type: event.type, status: event.status, since: event.at)
                }
            } else {
                let began = works.removeValue(forKey: event.logicalID)?.since ?? event.at
                lines.append(line(event, after: event.at.since(began)))
                ended += 1
            }
        }
        return lines
    }

    private var hasHinted = false

    /// What to look at when CloudFormation waits for what it can't do itself, once.
    ///
    /// A certificate waits until its record is seen from the Internet, and the stack with it:
    /// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html
    mutating func hints(now: Timestamp, of stack: Stack, in region: String) -> [ReportLine] {
        let waits = works.values.contains { work in
            work.type == .certificate && work.status.rawValue != "DELETE_IN_PROGRESS"
                && now.since(work.since) > .minutes(10)
        }
        guard waits, !hasHinted else { return [] }
        hasHinted = true
        let isNew = stack.status.rawValue == "CREATE_IN_PROGRESS"
        return [
            ReportLine(.warning, "the certificate waits until the Internet sees its record in the domain's zone"),
            ReportLine(
                .todo,
                "compare the servers that \"dig NS\" says of the domain with those that \"aws route53 get-hosted-zone\" says of "
                    + "the zone: where they differ, set the zone's at your registrar"
            ),
            ReportLine(
                .todo,
                "or stop it: aws cloudformation \(isNew ? "delete-stack" : "cancel-update-stack") --stack-name \(stack.name) "
                    + "--region \(region)"
            ),
        ]
    }

    /// How many resources came to an end.
    private(set) var ended = 0

    /// What is being worked on, for a terminal: the longest first, at most `most` lines and one that sums up.
    func block(now: Timestamp, since start: Timestamp, most: Int = 8) -> [ReportLine] {
        let running = works.sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
        var lines = running.prefix(most).map { name, work in
            ReportLine(.running, "\(work.status.words) \(name) (\(work.type.words)), \(now.since(work.since).words)")
        }
        if running.count > most { lines.append(ReportLine(.running, "and \(running.count - most) more")) }
        lines.append(ReportLine("\(ended) done, \(running.count) under way, \(now.since(start).words)"))
        return lines
    }

    private func line(_ event: StackEvent, after time: Interval) -> ReportLine {
        let name = "\(event.logicalID) (\(event.type.words))"
        if event.status.isFailure, let reason = event.reason {
            if FailureCause.isConsequence(reason) {
                return ReportLine(.warning, "stopped \(name), because another could not be done")
            }
            return ReportLine(
                .failed,
                "\(event.status.words) \(name), \(time.words): \(FailureCause.words(of: reason))"
            )
        }
        let mark: ReportLine.Mark
        switch event.status.rawValue {
        case "CREATE_COMPLETE": mark = .added
        case "DELETE_COMPLETE": mark = .removed
        case "DELETE_SKIPPED": mark = .passed
        default: mark = event.status.isFailure ? .failed : .changed
        }
        return ReportLine(mark, "\(event.status.words) \(name), \(time.words)")
    }
}

extension Interval {
    /// Such as `12 s` or `3 min 05 s`; never less than none, for the clocks of two machines differ.
    var words: String {
        let seconds = max(0, milliseconds) / 1_000
        guard seconds >= 60 else { return "\(seconds) s" }
        let rest = seconds % 60
        return "\(seconds / 60) min \(rest < 10 ? "0" : "")\(rest) s"
    }
}

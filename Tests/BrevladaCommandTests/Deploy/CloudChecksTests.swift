// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import SiteDeployment
import Testing

@testable import BrevladaCommand

@Suite("What doctor --aws says of the stack")
struct CloudChecksTests {
    private static let ours = ["CodeBucket": "b", "AddContactInfoKey": "k"]

    @Test(
        "is whether deploying goes on from there",
        arguments: [
            (nil, ours, DoctorFinding.Outcome.passed, "there is no stack \"shop\" yet; deploying makes it"),
            ("UPDATE_COMPLETE", ours, .passed, "the stack \"shop\" is updated"),
            ("UPDATE_ROLLBACK_COMPLETE", ours, .passed, "the stack \"shop\" is undone; all is as it was before"),
            ("UPDATE_IN_PROGRESS", ours, .warning, "the stack \"shop\" is updating"),
            ("ROLLBACK_COMPLETE", ours, .warning, "the stack \"shop\" is undone; nothing of it runs"),
            ("REVIEW_IN_PROGRESS", [:], .warning, "the stack \"shop\" is planned, not created"),
            ("DELETE_FAILED", ours, .failed, "the stack \"shop\" is not removed"),
            ("CREATE_FAILED", ours, .failed, "the stack \"shop\" is not created"),
            (
                "CREATE_COMPLETE", ["VpcId": "vpc-1"], .failed,
                "the stack \"shop\" in eu-north-1 is not one of Brevlåda's, and is left as it is"
            ),
        ] as [(String?, [String: String], DoctorFinding.Outcome, String)]
    )
    func stack(_ status: String?, _ parameters: [String: String], _ outcome: DoctorFinding.Outcome, _ text: String) {
        let stack = status.map {
            Stack(id: "id", name: "shop", status: StackStatus(rawValue: $0), parameters: parameters)
        }
        let finding = CloudChecks.finding(stack, name: "shop", region: "eu-north-1")
        #expect(finding.outcome == outcome && finding.text == text, "\(finding)")
        #expect((finding.remedy == nil) == (outcome == .passed))
    }
}

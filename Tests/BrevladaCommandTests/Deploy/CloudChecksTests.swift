// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import SiteDeployment
import Testing

@testable import BrevladaCommand

@Suite("What doctor --aws says of the stack")
struct CloudChecksTests {
    @Test(
        "is whether deploying goes on from there",
        arguments: [
            (nil, true, DoctorFinding.Outcome.passed, "there is no stack \"shop\" yet; deploying makes it"),
            ("UPDATE_COMPLETE", true, .passed, "the stack \"shop\" is updated"),
            ("UPDATE_ROLLBACK_COMPLETE", true, .passed, "the stack \"shop\" is undone; all is as it was before"),
            ("UPDATE_IN_PROGRESS", true, .warning, "the stack \"shop\" is updating"),
            ("ROLLBACK_COMPLETE", true, .warning, "the stack \"shop\" is undone; nothing of it runs"),
            ("REVIEW_IN_PROGRESS", true, .warning, "the stack \"shop\" is planned, not created"),
            ("DELETE_FAILED", true, .failed, "the stack \"shop\" is not removed"),
            ("CREATE_FAILED", true, .failed, "the stack \"shop\" is not created"),
            (
                "CREATE_COMPLETE", false, .failed,
                "the stack \"shop\" in eu-north-1 is not one of Brevlåda's, and is left as it is"
            ),
        ] as [(String?, Bool, DoctorFinding.Outcome, String)]
    )
    func stack(_ status: String?, _ isOurs: Bool, _ outcome: DoctorFinding.Outcome, _ text: String) {
        let stack = status.map { Stack(id: "id", name: "shop", status: StackStatus(rawValue: $0)) }
        let finding = CloudChecks.finding(stack, isOurs: isOurs, name: "shop", region: "eu-north-1")
        #expect(finding.outcome == outcome && finding.text == text, "\(finding)")
        #expect((finding.remedy == nil) == (outcome == .passed))
    }
}

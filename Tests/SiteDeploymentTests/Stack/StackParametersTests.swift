// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SiteDeployment

@Suite("The parameters of the stack")
struct StackParametersTests {
    private let template = [
        TemplateParameter(name: "Hosting", standard: "CloudFront", allowedValues: ["CloudFront", "S3Website"]),
        TemplateParameter(
            name: "MailTo",
            type: "CommaDelimitedList",
            allowedPattern: "^[^@ ]+@[^@ ]+$",
            constraint: "mail addresses"
        ),
        TemplateParameter(name: "ApiRate", type: "Number", standard: "100", leastNumber: 1, mostNumber: 10_000),
        TemplateParameter(name: "MailFromName", standard: "", mostCharacters: 5),
        TemplateParameter(name: "Odd", standard: "", allowedPattern: "(?<"),
    ]

    @Test("all that is wrong is said at once, in the words of the key it comes from")
    func problems() {
        var parameters = StackParameters()
        parameters.set("Hosting", "Cloudfront", source: "aws.parameters.Hosting")
        parameters.set("MailTo", "a@b.se,nobody", source: "mail.to")
        parameters.set("ApiRate", "0", source: "aws.parameters.ApiRate")
        parameters.set("MailFromName", "Brevlåda", source: "mail.from")
        parameters.set("Hostin", "x", source: "aws.parameters.Hostin")
        parameters.set("Odd", "anything", source: "aws.parameters.Odd")
        #expect(
            parameters.problems(against: template).map(\.sentence) == [
                "aws.parameters.ApiRate is \"0\", not a number from 1 to 10000; write one in digits",
                "aws.parameters.Hostin is no parameter of the template; did you mean \"Hosting\"?",
                "aws.parameters.Hosting is \"Cloudfront\"; did you mean \"CloudFront\"?",
                "mail.from, which sets MailFromName, has 8 characters; at most 5 are taken",
                "mail.to, which sets MailTo, is \"nobody\"; write mail addresses",
            ]
        )
    }

    @Test("what has no standard must be given")
    func missing() {
        #expect(
            StackParameters().problems(against: template).map(\.sentence) == [
                "aws.parameters.MailTo is not set; the template has no standard for it"
            ]
        )
    }

    @Test("what was said first holds, the template's own holds for the rest, and what was taken out falls back")
    func precedence() {
        var parameters = StackParameters()
        parameters.set("ApiRate", "7", source: "aws.parameters.ApiRate")
        parameters.set("ApiRate", "8", source: "limits")
        parameters.set("MailTo", nil, source: "mail.to")
        #expect(parameters["ApiRate"] == "7")
        #expect(parameters.effective("Hosting", in: template) == "CloudFront")
        #expect(parameters.json() == #"[{"ParameterKey":"ApiRate","ParameterValue":"7"}]"#)
    }
}

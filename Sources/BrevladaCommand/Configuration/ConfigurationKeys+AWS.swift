// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration

extension ConfigurationKeys {
    enum AWS {
        static let stack = ConfigurationKey(
            "aws.stack",
            .stackName,
            standard: .value("brevlada"),
            "The name of the CloudFormation stack. Two sites in one account and Region have two names.",
            example: "workshop"
        )
        static let region = ConfigurationKey(
            "aws.region",
            .region,
            standard: .described("as the AWS CLI is set up"),
            "The AWS Region that keeps the messages.",
            example: "eu-north-1"
        )
        static let profile = ConfigurationKey(
            "aws.profile",
            .text,
            standard: .described("as the AWS CLI is set up"),
            "The profile of the AWS CLI whose account and credentials are used.",
            example: "workshop"
        )
        static let parameter = ConfigurationKey(
            "aws.parameters.<parameter>",
            .parameterValue,
            standard: .described("what the rest of this file says, else the template's own"),
            "A parameter of the CloudFormation template, by its name; docs/options says what each does.",
            example: "\"true\""
        )
    }
}

extension ConfigurationType<String> {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
    static let stackName = ConfigurationType("stack name") { text throws(ConfigurationTextError) in
        guard text.wholeMatch(of: /[A-Za-z][A-Za-z0-9-]{0,62}/) != nil else {
            throw ConfigurationTextError(
                "not a name that a stack may have; use at most 63 letters a to z, digits and -, a letter first",
                value: text
            )
        }
        return text
    }

    // The European sovereign cloud has four letters in front: eusc-de-east-1.
    static let region = ConfigurationType("AWS Region") { text throws(ConfigurationTextError) in
        guard text.wholeMatch(of: /[a-z]{2,4}(-[a-z]+)+-[0-9]/) != nil else {
            throw ConfigurationTextError("not the code of a Region; write one like eu-north-1", value: text)
        }
        return text
    }

    /// A single value, or a list that CloudFormation gets with commas.
    static let parameterValue = ConfigurationType(name: "text or list") { text throws(ConfigurationTextError) in
        switch text.content {
        case .single(let value): value
        case .list(let values): values.joined(separator: ",")
        }
    }
}

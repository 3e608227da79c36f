// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import JSON
import TestSupport
import Testing

@Suite("shared files of profiles")
struct SharedConfigurationTests {
    private static let shared = SharedConfiguration(
        credentials: """
            # kept by aws configure
            [default]
            aws_access_key_id = AKIADEFAULT
            aws_secret_access_key=abc+/=#1

            [ work ]
            AWS_ACCESS_KEY_ID = AKIAWORK ; of the office
            aws_secret_access_key = def
            aws_session_token = ghi
            s3 =
              max_concurrent_requests = 20
              aws_secret_access_key = not this
            [half]
            aws_access_key_id = AKIAHALF
            """,
        config: """
            [default]
            region = eu-north-1
            [profile work]
            region = eu-west-1 # Dublin
            aws_access_key_id = AKIAOTHER
            [profile sso]
            sso_session = corp
            region = us-east-1
            [work]
            region = not-a-profile-here
            [services local]
            region = nowhere
            """
    )

    @Test("keys and Region of a profile are found")
    func profiles() {
        let shared = Self.shared
        #expect(
            shared.credentials(ofProfile: "default")
                == AWSCredentials(accessKeyID: "AKIADEFAULT", secretAccessKey: "abc+/=#1")
        )
        #expect(
            shared.credentials(ofProfile: "work")
                == AWSCredentials(accessKeyID: "AKIAWORK", secretAccessKey: "def", sessionToken: "ghi")
        )
        #expect(shared.region(ofProfile: "default") == "eu-north-1")
        #expect(shared.region(ofProfile: "work") == "eu-west-1")
        #expect(shared.region(ofProfile: "sso") == "us-east-1")
    }

    @Test("a profile without keys of its own has none")
    func missing() {
        for name in ["sso", "half", "nobody", "local", "services local"] {
            #expect(Self.shared.credentials(ofProfile: name) == nil)
        }
        #expect(Self.shared.hasProfile("sso"))
        #expect(!Self.shared.hasProfile("local") && !Self.shared.hasProfile("nobody"))
    }

    @Test(
        "keys of a profile that has another source as well are left to the AWS CLI, whichever file that stands in",
        arguments: [
            "role_arn = arn:aws:iam::123456789012:role/deploy", "sso_session = corp",
            "sso_start_url = https://x.awsapps.com/start",
            "web_identity_token_file = /token", "credential_process = /bin/keys",
            "login_session = arn:aws:iam::1:user/eva",
        ]
    )
    func otherSource(setting: String) {
        let keys = "[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = def\n"
        let inConfig = SharedConfiguration(credentials: keys, config: "[profile work]\n\(setting)\n")
        let inCredentials = SharedConfiguration(credentials: keys + setting)
        #expect(inConfig.credentials(ofProfile: "work") == nil && inCredentials.credentials(ofProfile: "work") == nil)
        let ofAnother = SharedConfiguration(credentials: keys, config: "[profile other]\n\(setting)\n")
        #expect(ofAnother.credentials(ofProfile: "work")?.accessKeyID == "AKIAWORK")
    }

    @Test("any text is read without a crash")
    func fuzz() {
        var random = SplitMix64(seed: 11)
        let seed = Array("[default]\nregion = eu-north-1 # x\n[profile a]\r\naws_access_key_id=\n = \n[\n".utf8)
        for _ in 0..<5000 {
            let text = String(decoding: random.mutate(seed), as: UTF8.self)
            let shared = SharedConfiguration(credentials: text, config: text)
            #expect(shared.credentials(ofProfile: "default") == nil)
        }
    }

    @Test(
        "what the AWS CLI exports is read",
        arguments: [
            (#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"B","SessionToken":"C","Expiration":"x"}"#, "C"),
            (#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"B"}"#, nil),
        ]
    )
    func exported(text: String, token: String?) throws {
        let json = try JSONParser.parse(Array(text.utf8), maximumDepth: 4)
        let expected = AWSCredentials(accessKeyID: "A", secretAccessKey: "B", sessionToken: token)
        #expect(AWSCredentials(exported: json) == expected)
    }

    @Test(
        "another version, or no keys, is nothing",
        arguments: [
            "{}", "[]", #"{"Version":2,"AccessKeyId":"A","SecretAccessKey":"B"}"#,
            #"{"Version":1,"AccessKeyId":"","SecretAccessKey":"B"}"#,
        ]
    )
    func notExported(text: String) throws {
        #expect(AWSCredentials(exported: try JSONParser.parse(Array(text.utf8), maximumDepth: 4)) == nil)
    }
}

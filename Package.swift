// swift-tools-version: 6.2
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Declared above `package`: a constant below it would still be empty when the manifest reads it.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

/// A function for AWS Lambda. Its binary runs on Amazon Linux 2023, whose C library lacks `hypot@GLIBC_2.35`.
func lambda(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name,
        dependencies: [
            "AWSLambda", "AWSServices", "ContactForm", "ContactFormAWS", "ContactFormLambda", "GlibcFloor", logging,
        ] + dependencies,
        swiftSettings: settings,
        linkerSettings: [
            .unsafeFlags(["-Xlinker", "--wrap=hypot", "-Xlinker", "--wrap=hypotf"], .when(platforms: [.linux])),
            // Lambda has no Swift. Options of the linker alone: everything else is compiled as for the command.
            // Nothing is looked up by name at run time, so that what is not used need not be there.
            .unsafeFlags(
                [
                    "-static-stdlib", "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "--no-export-dynamic",
                    "-Xlinker", "--icf=safe",
                ],
                .when(platforms: [.linux], configuration: .release)
            ),
        ]
    )
}

/// A library target and, unless it has none, the test target beside it, which has the library's dependencies too.
func module(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    tests testDependencies: [Target.Dependency]? = [],
    fixtures: Bool = false
) -> [Target] {
    let library = Target.target(name: name, dependencies: dependencies, swiftSettings: settings)
    guard let testDependencies else { return [library] }
    return [
        library,
        .testTarget(
            name: name + "Tests",
            dependencies: [.target(name: name)] + dependencies + testDependencies,
            exclude: fixtures ? ["Fixtures"] : [],
            swiftSettings: settings
        ),
    ]
}

let package = Package(
    name: "brevlada",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "brevlada", targets: ["brevlada"]),
        .executable(name: "AddContactInfo", targets: ["AddContactInfo"]),
        .executable(name: "SendContactInfoEmail", targets: ["SendContactInfoEmail"]),
        .executable(name: "ReadContactInfo", targets: ["ReadContactInfo"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.2"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        // Without its traits for swift-configuration and full Foundation, which nothing here uses.
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
        // Without its trait for Foundation, which a graph has for all its targets or for none.
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.8.0"),
    ],
    targets: [
        // The pure core: each other, nothing else.
        module("Bytes"),
        module("JSON", ["Bytes"], tests: ["TestSupport"]),
        module("Mail", ["Bytes"], tests: ["TestSupport"], fixtures: true),
        module("ContactForm", ["Bytes", "JSON", "Mail"], tests: ["ContactFormTesting", "TestSupport"]),
        module("HTTPAddress"),

        // What an owner may configure, for the command and for the functions.
        module("FormConfiguration", ["ContactForm", "HTTPAddress", "Mail"], tests: nil),

        // What tests of any module need: chance with a seed, a port at which nobody answers, a log to read.
        module("TestSupport", [logging], tests: nil),

        // A server to call that answers as it is told, for the tests of whatever calls one.
        module(
            "HTTPTestSupport",
            ["HTTPAddress", "OutgoingHTTP", nio("NIOCore"), nio("NIOHTTP1"), nio("NIOPosix"), nioSSL],
            tests: nil
        ),

        // In-memory twins of the ports, and the contract that every adapter passes.
        module("ContactFormTesting", ["ContactForm", "Mail"], tests: nil),

        // What a log says of the core's outcomes, for every host and store.
        module("ContactFormLogging", ["ContactForm", logging], tests: ["ContactFormTesting", "Mail", "TestSupport"]),

        // What a file's name says about it: the server's answers and what is uploaded to AWS go by the same rules.
        module("SiteFiles"),

        // Swift's tasks on an event loop of NIO, for the server's forms and for the functions.
        module("EventLoopTasks", [nio("NIOCore")], tests: nil),

        // Adapters and the technology they stand on.
        [.systemLibrary(name: "CZlib"), .target(name: "CLinux")],
        module(
            "OutgoingHTTP",
            ["HTTPAddress", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOTLS"), nioSSL],
            tests: ["HTTPTestSupport", "TestSupport"]
        ),
        module(
            "SMTP",
            ["Bytes", nio("NIOCore"), nio("NIOPosix"), nioSSL, logging],
            tests: ["TestSupport"],
            fixtures: true
        ),
        module(
            "ContactFormLocal",
            ["Bytes", "ContactForm", "ContactFormLogging", "JSON", "Mail", "SMTP", grdb, logging],
            tests: ["ContactFormTesting", "TestSupport"],
            fixtures: true
        ),
        module(
            "ContactFormChallenge",
            ["Bytes", "ContactForm", "HTTPAddress", "JSON", "OutgoingHTTP", nio("NIOCore"), logging],
            tests: ["HTTPTestSupport", "TestSupport", nio("NIOPosix")]
        ),
        module(
            "ContactFormWebhook",
            ["ContactForm", "HTTPAddress", "OutgoingHTTP", nio("NIOCore")],
            tests: ["HTTPTestSupport", "TestSupport", nio("NIOPosix")]
        ),
        module(
            "ContactFormServer",
            [
                "Bytes", "ContactForm", "ContactFormLogging", "EmbeddedFiles", "EventLoopTasks", "JSON", "Mail",
                "SiteFiles", "CLinux", "CZlib",
                hummingbird, .product(name: "HummingbirdCore", package: "hummingbird"), serviceLifecycle, logging,
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ],
            tests: [
                "ContactFormTesting", "HTTPAddress", "HTTPTestSupport", "OutgoingHTTP", "TestSupport",
                nio("NIOEmbedded"),
            ]
        ),

        // The same core on AWS: the calls of AWS's services and the Runtime API, the adapters on them, the functions.
        module(
            "AWSServices",
            ["Bytes", "HTTPAddress", "JSON", "OutgoingHTTP", nio("NIOCore"), logging],
            tests: ["HTTPTestSupport", "TestSupport", nio("NIOPosix")],
            fixtures: true
        ),
        module(
            "ContactFormAWS",
            ["AWSServices", "ContactForm", "ContactFormLogging", "Mail", "OutgoingHTTP", logging],
            tests: [
                "ContactFormTesting", "HTTPAddress", "JSON", "TestSupport", nio("NIOCore"), nio("NIOHTTP1"),
                nio("NIOPosix"),
            ]
        ),
        module(
            "AWSLambda",
            ["Bytes", "EventLoopTasks", "JSON", nio("NIOCore"), nio("NIOPosix"), logging],
            tests: ["TestSupport"],
            fixtures: true
        ),
        module(
            "ContactFormLambda",
            ["AWSLambda", "ContactForm", "ContactFormLogging", "FormConfiguration", "JSON", "Mail", logging],
            tests: ["ContactFormTesting", "HTTPAddress"]
        ),
        [
            .target(name: "GlibcFloor"),
            lambda("AddContactInfo", ["ContactFormChallenge", "FormConfiguration", "HTTPAddress"]),
            lambda("SendContactInfoEmail", ["ContactFormWebhook", "FormConfiguration"]),
            lambda("ReadContactInfo"),
        ],

        // From a folder to a live site on AWS: what to do and what to say, with the AWS CLI behind a protocol.
        module(
            "SiteDeployment",
            ["Bytes", "ContactForm", "FormConfiguration", "JSON", "Mail", "SiteFiles", "CZlib"],
            fixtures: true
        ),
        module("StackTemplate", tests: []),

        // The command that joins them.
        module("EmbeddedFiles", ["Bytes"], tests: nil),
        module("StarterSite", ["EmbeddedFiles"]),
        module("InboxPage", ["EmbeddedFiles"]),
        module(
            "BrevladaCommand",
            [
                "AWSServices", "Bytes", "CLinux", "ContactForm", "ContactFormAWS", "ContactFormChallenge",
                "ContactFormLocal",
                "ContactFormServer", "ContactFormWebhook", "EmbeddedFiles", "FormConfiguration", "HTTPAddress",
                "InboxPage", "JSON",
                "Mail", "OutgoingHTTP", "SMTP", "SiteDeployment", "StackTemplate", "StarterSite",
                argumentParser, logging, serviceLifecycle, subprocess, unixSignals, yams,
                nio("NIOCore"), nio("NIOPosix"),
            ],
            tests: ["ContactFormTesting", "TestSupport"]
        ),
        [
            .executableTarget(
                name: "brevlada",
                dependencies: ["BrevladaCommand"],
                swiftSettings: settings,
                linkerSettings: [
                    // One file to copy to a server that has no Swift; as for the functions, by the linker alone.
                    .unsafeFlags(
                        [
                            "-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims", "-l_FoundationICU",
                            "-lCoreFoundation", "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker",
                            "--no-export-dynamic", "-Xlinker", "--icf=safe",
                        ],
                        .when(platforms: [.linux], configuration: .release)
                    )
                ]
            ),
            // What `make bench` measures against.
            .executableTarget(
                name: "BareHummingbird",
                dependencies: [grdb, hummingbird],
                path: "Benchmarks/BareHummingbird",
                swiftSettings: settings
            ),
            // What an owner's inbox costs at a million messages.
            .executableTarget(
                name: "InboxStore",
                dependencies: ["ContactForm", "ContactFormLocal", "TestSupport"],
                path: "Benchmarks/InboxStore",
                swiftSettings: settings
            ),
        ],
    ].flatMap { $0 },
    swiftLanguageModes: [.v6]
)

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormServer
import FormConfiguration
import Foundation
import SMTP
import Testing

@testable import BrevladaCommand

@Suite("The reference of the keys")
struct ConfigurationReferenceTests {
    @Test("every key that is read is documented, and every documented key is read")
    func completeness() throws {
        let whole = source(ConfigurationReference.filledSample)
        var reader = Configuration.reader(of: whole)
        _ = try Configuration.read(whole, &reader)
        #expect(reader.askedFor.sorted() == ConfigurationKeys.all.map(\.path).sorted())
    }

    @Test("no key is documented twice, and each has a text, a type and an example")
    func entries() {
        #expect(Set(ConfigurationKeys.all.map(\.path)).count == ConfigurationKeys.all.count)
        for key in ConfigurationKeys.all {
            #expect(key.text.hasSuffix("."), "\(key.path)")
            #expect(!key.type.isEmpty && !key.example.isEmpty, "\(key.path)")
        }
        let sections = Set(ConfigurationKeys.all.compactMap { $0.parts.count > 1 ? $0.parts[0] : nil })
        #expect(sections == Set(ConfigurationKeys.sections.map(\.name)))
    }

    @Test("the sample file changes nothing as it is")
    func sampleIsStandard() throws {
        let sample = try read(ConfigurationReference.sampleFile, [:])
        var standard = try read("", [:])
        standard.warnings = sample.warnings
        #expect(sample.warnings.isEmpty)
        #expect(String(reflecting: sample.forms.forms) == String(reflecting: standard.forms.forms))
        #expect(sample.siteFolder == standard.siteFolder && sample.dataFolder == standard.dataFolder)
        #expect(sample.listen == standard.listen && sample.smtp == standard.smtp)
        #expect(sample.rates == standard.rates && sample.connections == standard.connections)
        #expect(sample.log == standard.log && sample.challenge == standard.challenge)
    }

    /// Takes the mark away from every line that holds a setting, as a person would.
    private static func uncommented(_ sample: String) -> String {
        sample.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let isSetting =
                line.wholeMatch(of: /\s*# +?[a-z_]+:( [^ ].*)?/) != nil && !line.contains("http://localhost")
            return isSetting ? String(line).replacing("# ", with: "", maxReplacements: 1) : String(line)
        }.joined(separator: "\n")
    }

    @Test("with every mark taken away the sample file is a configuration with its standards and examples")
    func uncommentedSample() throws {
        let configuration = try read(Self.uncommented(ConfigurationReference.sampleFile))
        #expect(
            configuration.forms.spam
                == {
                    var rules = SpamRules()
                    rules.blockedWords = ["casino", "buy backlinks"]
                    rules.blockedAddresses = ["spammer@example.org", "example.net"]
                    return rules
                }()
        )
        #expect(configuration.rates == RateSettings())
        #expect(configuration.connections == ConnectionLimits())
        #expect(configuration.log == LogSettings())
        #expect(configuration.forms.limits == IntakeLimits())
        #expect(configuration.smtp?.credentials?.password == "correct-horse-battery")
        #expect(configuration.forms.forms[.contact]?.fields.map(\.name) == ["errand"])
    }

    @Test("the help fits into 80 columns")
    func helpWidth() {
        for line in ConfigurationReference.help.split(separator: "\n") { #expect(line.count <= 78, "\(line)") }
    }

    @Test("docs/configuration.md is what \"brevlada reference\" writes")
    func page() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
        #expect(page == ConfigurationReference.markdown)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Mail

@Suite("Punycode")
struct PunycodeTests {
    /// The samples of RFC 3492 §7.1, with digits in lower case where the RFC marks case in them.
    static let samples: [(String, String)] = [
        ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
        ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
        ("他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"),
        ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
        ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
        ("यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd"),
        ("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
        (
            "세계의모든사람들이한국어를이해한다면얼마나좋을까",
            "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c"
        ),
        ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ("PorquénopuedensimplementehablarenEspañol", "PorqunopuedensimplementehablarenEspaol-fmd56a"),
        ("TạisaohọkhôngthểchỉnóitiếngViệt", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g"),
        ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
        ("安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"),
        ("Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b"),
        ("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"),
        ("MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e"),
        ("パフィーdeルンバ", "de-jg4avhby1noc0d"),
        ("そのスピードで", "d9juau41awczczp"),
        ("-> $1.00 <-", "-> $1.00 <--"),
    ]

    @Test("the published samples are encoded and decoded", arguments: samples)
    func publishedSamples(text: String, encoded: String) {
        let scalars = Array(text.unicodeScalars)
        #expect(Punycode.encode(scalars) == encoded)
        #expect(Punycode.decode(Array(encoded.unicodeScalars)[...]) == scalars)
    }

    @Test("digits are read in either case")
    func digitCase() {
        #expect(Punycode.decode(Array("D9JUAU41AWCZCZP".unicodeScalars)[...]) == Array("そのスピードで".unicodeScalars))
    }

    @Test(
        "what is not Punycode is not decoded",
        arguments: ["!", "a-b!", "9", "99999999", "a-9999999999999999999", "ab-ü"]
    )
    func refusing(encoded: String) {
        #expect(Punycode.decode(Array(encoded.unicodeScalars)[...]) == nil)
    }

    @Test("any label is encoded in ASCII and decoded again")
    func roundTrip() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 1...63, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...(Bool.random(using: &random) ? 0x10FFFF : 0x17F), using: &random))
            }
            let encoded = Array(Punycode.encode(scalars).unicodeScalars)
            #expect(encoded.allSatisfy { $0.isASCII })
            #expect(Punycode.decode(encoded[...]) == scalars)
        }
    }

    @Test("no text crashes the decoder")
    func fuzz() async {
        var random = SplitMix64(seed: 5)
        for round in 0..<10_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            let encoded = random.octets(upTo: 63).map { Unicode.Scalar($0 & 0x7F) }
            guard let decoded = Punycode.decode(encoded[...]) else { continue }
            #expect(decoded.count <= encoded.count)
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import ContactFormServer

@Suite("The files in memory")
struct SiteFileCacheTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000)

    private func file(_ name: String, length: Int) -> SiteFile {
        let time = FileStatus.FileTime(seconds: 0, nanoseconds: 0)
        let status = FileStatus(device: 1, inode: 1, size: length, modified: time, statusChanged: time)
        return SiteFile(
            fingerprint: .init(path: name, status: status, siblings: []),
            contents: [(.identity, .memory(ByteBuffer(repeating: 0, count: length)))],
            now: 1_000
        )
    }

    private func cache(capacity: Int = 1 << 20) -> SiteFileCache {
        SiteFileCache(capacity: capacity, interval: .seconds(1))
    }

    @Test("a file is due once an interval, and for one caller")
    func recheck() {
        let cache = cache()
        let page = file("a", length: 10)
        cache.insert(page, for: "/a", at: start)
        #expect(isFresh(cache.find("/a", at: start + .milliseconds(999))))
        #expect(isDue(cache.find("/a", at: start + .seconds(1))))
        #expect(isFresh(cache.find("/a", at: start + .seconds(1))))
        #expect(isDue(cache.find("/a", at: start + .seconds(2))))
    }

    @Test("no more is held than there is room for")
    func capacity() {
        let cache = cache(capacity: 100_000)
        for index in 0..<500 { cache.insert(file("\(index)", length: index * 37 % 20_000), for: "\(index)", at: start) }
        #expect(cache.contents.weight <= 100_000)
        #expect(cache.contents.weight > 50_000)
        #expect(isFresh(cache.find("499", at: start)))
    }

    @Test("what is asked for stays while others come and go")
    func popular() {
        let cache = cache(capacity: 100_000)
        cache.insert(file("popular", length: 1_000), for: "popular", at: start)
        for index in 0..<500 {
            cache.insert(file("\(index)", length: 5_000), for: "\(index)", at: start)
            #expect(isFresh(cache.find("popular", at: start)), "after \(index)")
        }
    }

    @Test("a file that would fill the memory alone is not held")
    func oversized() {
        let cache = cache(capacity: 10_000)
        cache.insert(file("small", length: 10), for: "small", at: start)
        cache.insert(file("large", length: 20_000), for: "large", at: start)
        #expect(cache.contents.keys == ["small"])
    }

    @Test("a file that is replaced or removed weighs nothing")
    func accounting() {
        let cache = cache()
        for length in [10, 5_000, 20] { cache.insert(file("a", length: length), for: "/a", at: start) }
        #expect(cache.contents.weight == file("a", length: 20).weight)
        cache.remove("/a")
        cache.remove("/a")
        #expect(cache.contents.weight == 0)
        #expect(cache.contents.keys.isEmpty)
    }

    private func isFresh(_ finding: SiteFileCache.Finding) -> Bool {
        if case .fresh = finding { true } else { false }
    }

    private func isDue(_ finding: SiteFileCache.Finding) -> Bool {
        if case .due = finding { true } else { false }
    }
}

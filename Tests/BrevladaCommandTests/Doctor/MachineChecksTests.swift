// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Glibc
import Testing

@testable import BrevladaCommand

@Suite("The doctor looks at the machine")
struct MachineChecksTests {
    @Test("an address is free until somebody listens on it", arguments: [false, true])
    func port(_ isIPv6: Bool) async throws {
        let (listener, port) = try #require(keepPort(isIPv6: isIPv6))
        defer { close(listener) }
        let address = ListenAddress(host: isIPv6 ? "::1" : "127.0.0.1", port: port)
        #expect(await MachineChecks(listen: address).port() == .passed(.machine, "the address \(address) is free"))
        try #require(listen(listener, 1) == 0)
        for (server, outcome) in [
            (RunningServer.takesMessages, DoctorFinding.Outcome.passed), (.storesNothing, .failed),
            (.unknown, .warning),
        ] {
            let finding = await MachineChecks(listen: address, look: { _ in server }).port()
            #expect(finding.outcome == outcome && finding.text.contains("\(address)"))
        }
    }

    @Test("an address of another machine is a fault")
    func foreignAddress() async {
        // 192.0.2.0/24 is for documentation (RFC 5737).
        let finding = await MachineChecks(listen: ListenAddress(host: "192.0.2.1", port: 0)).port()
        #expect(finding.outcome == .failed)
    }

    @Test(
        "a clock that was never set is a fault",
        arguments: [
            (Timestamp(milliseconds: 0), DoctorFinding.Outcome.failed), (.sample, .passed), (.farFuture, .failed),
        ]
    )
    func clock(_ now: Timestamp, _ outcome: DoctorFinding.Outcome) {
        #expect(MachineChecks.clock(now).outcome == outcome)
    }

    /// A socket that keeps a port of loopback from everybody but those who ask for it by its number, and does not listen.
    private func keepPort(isIPv6: Bool) -> (Int32, Int)? {
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let port = withUnsafeMutablePointer(to: &storage) { pointer -> Int? in
            if isIPv6 {
                pointer.pointee.sin6_family = sa_family_t(AF_INET6)
                pointer.pointee.sin6_addr = in6addr_loopback
            } else {
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    $0.pointee.sin_family = sa_family_t(AF_INET)
                    $0.pointee.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
                }
                length = socklen_t(MemoryLayout<sockaddr_in>.size)
            }
            let isBound = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
            return isBound ? Int(UInt16(bigEndian: pointer.pointee.sin6_port)) : nil
        }
        return port.map { (descriptor, $0) }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Glibc
import Mail

/// Whether the port is free and the clock can be right.
struct MachineChecks {
    let listen: ListenAddress
    var look: @Sendable (ListenAddress) async -> RunningServer = RunningServer.look

    func port() async -> DoctorFinding {
        let number = tryToBind()
        switch number {
        case 0: return .passed(.machine, "the address \(listen) is free")
        case EADDRINUSE: return await taken()
        case EACCES:
            return .failed(
                .machine,
                "the address \(listen) is not for this user: \(systemMessage(number))",
                remedy: "set listen to a port above 1023 and put a proxy before it, or give the program the capability "
                    + "CAP_NET_BIND_SERVICE"
            )
        default:
            return .failed(
                .machine,
                "the address \(listen) can't be listened on: \(systemMessage(number))",
                remedy: "set listen to an address of this machine, such as 127.0.0.1:8080"
            )
        }
    }

    private func taken() async -> DoctorFinding {
        switch await look(listen) {
        case .takesMessages: .passed(.machine, "brevlada serves at \(listen) and takes messages")
        case .storesNothing:
            .failed(
                .machine,
                "brevlada serves at \(listen) and can't store a message; its visitors are asked to try again",
                remedy: "see its log for the reason; start it anew if the database was moved, or replaced by a backup"
            )
        case .unknown:
            .warning(
                .machine,
                "the address \(listen) is in use by something that does not answer as brevlada",
                remedy: "stop that, or set listen to another port"
            )
        }
    }

    /// Binds and lets go again; the error number, 0 when it worked.
    private func tryToBind() -> Int32 {
        let isIPv6 = listen.host.contains(":")
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var yes: Int32 = 1
        // As the server does: what only waits for stray packets of an old connection is free.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let port = in_port_t(UInt16(listen.port).bigEndian)
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port
            inet_pton(AF_INET6, listen.host, &address.sin6_addr)
            return bound(descriptor, &address)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port
        inet_pton(AF_INET, listen.host == "localhost" ? "127.0.0.1" : listen.host, &address.sin_addr)
        return bound(descriptor, &address)
    }

    private func bound<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
        let length = socklen_t(MemoryLayout<Address>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0, listen(descriptor) else { return errno }
        return 0
    }

    /// Two programs may bind with SO_REUSEADDR; only one may listen.
    private func listen(_ descriptor: Int32) -> Bool { Glibc.listen(descriptor, 1) == 0 }

    /// Times are written into every message and mail; a clock that was never set is years off.
    static func clock(_ now: Timestamp) -> DoctorFinding {
        let text = "the clock says \(now.utc.iso8601)"
        guard isPossible(now) else {
            return .failed(
                .machine,
                text,
                remedy: "set it, best with a time service such as systemd-timesyncd or chrony"
            )
        }
        return .passed(.machine, text)
    }

    /// From the year this was written in to far beyond the life of any certificate.
    static func isPossible(_ now: Timestamp) -> Bool { (2026...2080).contains(now.utc.year) }
}

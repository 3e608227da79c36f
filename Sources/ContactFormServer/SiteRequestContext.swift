// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Hummingbird
import NIOCore

/// What is known of a request beyond its text: the connection it came by.
package struct SiteRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Nil for a Unix domain socket. Asks the kernel, so only for who needs it.
    var peer: IPAddress? { IPAddress(channel.remoteAddress) }
}

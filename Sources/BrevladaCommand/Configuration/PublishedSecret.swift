// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration

/// Something that lies in the site's folder, or is to be put there, and would be sent to whoever asks for it.
enum PublishedSecret: Hashable, CustomStringConvertible {
    case data(String, site: String)
    /// The configuration file.
    case file(String, site: String)
    /// The file of a password or key.
    case secret(String, site: String)
    /// A file of messages that is still to be written.
    case copy(String, site: String)

    var description: String {
        switch self {
        case .data(let data, let site):
            "data is \"\(data)\", inside the site's folder \"\(site)\", where the messages would lie open to all; "
                + "name a folder beside it"
        case .file(let file, let site):
            "site is \"\(site)\", which holds \(file) with its passwords; put the site into a folder of its own"
        case .secret(let file, let site):
            "the secret in \"\(file)\" lies inside the site's folder \"\(site)\", where anybody could read it; put it elsewhere, "
                + "and change it where it is already published"
        case .copy(let file, let site):
            "\"\(file)\" is inside the site's folder \"\(site)\", where the messages would lie open to all; name a file elsewhere"
        }
    }

    /// What the folders of a configuration publish when links are followed to where they lead. The first alone; nil when all is
    /// well.
    static func found(in configuration: Configuration) -> PublishedSecret? {
        let site = realPath(configuration.siteFolder)
        let data = realPath(configuration.dataFolder)
        if FilePath.isInside(data, site) { return .data(data, site: site) }
        if let file = configuration.file, holds(file, site) { return .file(file, site: site) }
        return configuration.secretFiles.first { holds($0, site) }.map { .secret($0, site: site) }
    }

    /// What would be published by writing messages into a file; nil when all is well.
    static func copying(to path: String, in configuration: Configuration) -> PublishedSecret? {
        let site = realPath(configuration.siteFolder)
        return holds(path, site) ? .copy(path, site: site) : nil
    }

    /// The name in the folder is served as well as what it leads to.
    private static func holds(_ file: String, _ site: String) -> Bool {
        let path = FilePath.absolute(file, from: SystemEnvironment.workingFolder)
        let places = [realPath(FilePath.parent(of: path)), FilePath.parent(of: realPath(path))]
        return places.contains { FilePath.isInside($0, site) }
    }

    /// The path without links, of as much of it as is there.
    private static func realPath(_ path: String) -> String {
        if let real = FilePath.real(path) { return real }
        guard path != "/", !path.isEmpty else { return path }
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return FilePath.joined(realPath(FilePath.parent(of: path)), name)
    }
}

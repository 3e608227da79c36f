// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Glibc

/// Something that lies in the site's folder, and would be sent to whoever asks for it.
enum PublishedSecret: Hashable, CustomStringConvertible {
    case data(String, site: String)
    /// The configuration file.
    case file(String, site: String)

    var description: String {
        switch self {
        case .data(let data, let site):
            "data is \"\(data)\", inside the site's folder \"\(site)\", where the messages would lie open to all; "
                + "name a folder beside it"
        case .file(let file, let site):
            "site is \"\(site)\", which holds \(file) with its passwords; put the site into a folder of its own"
        }
    }

    /// What the folders of a configuration publish when links are followed to where they lead. The first alone; nil when all is
    /// well.
    static func found(in configuration: Configuration) -> PublishedSecret? {
        let site = realPath(configuration.siteFolder)
        let data = realPath(configuration.dataFolder)
        if FilePath.isInside(data, site) { return .data(data, site: site) }
        guard let file = configuration.file else { return nil }
        let path = FilePath.absolute(file, from: SystemEnvironment.workingFolder)
        // The name in the folder is served as well as what it leads to.
        let places = [realPath(FilePath.parent(of: path)), FilePath.parent(of: realPath(path))]
        return places.contains { FilePath.isInside($0, site) } ? .file(file, site: site) : nil
    }

    /// The path without links, of as much of it as is there.
    private static func realPath(_ path: String) -> String {
        guard let real = realpath(path, nil) else {
            guard path != "/", !path.isEmpty else { return path }
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            return FilePath.joined(realPath(FilePath.parent(of: path)), name)
        }
        defer { free(real) }
        return String(cString: real)
    }
}

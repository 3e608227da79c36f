// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormLocal
import FormConfiguration
import Glibc

/// The options of the commands that read the database.
struct StoreOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(
        help: ArgumentHelp(
            "The folder of the database. With it no configuration is read.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var data: String?

    /// The folder of the database, an absolute path.
    func dataFolder() throws -> String {
        guard let data else { return try configuration.load().dataFolder }
        return FilePath.absolute(data, from: SystemEnvironment.workingFolder)
    }

    /// Opens the database, and makes none where there is none.
    func open() throws -> SQLiteSubmissionStore {
        let folder = try dataFolder()
        let path = FilePath.joined(folder, Configuration.databaseName)
        guard access(path, F_OK) == 0 else {
            throw CommandFailure(
                .configuration,
                "the database \"\(path)\" can't be found: \(systemMessage(errno)); it is made when \"brevlada serve\" "
                    + "first starts, and --data or --config names another"
            )
        }
        return try SQLiteSubmissionStore(path: path)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormAWS
import ContactFormLocal
import FormConfiguration
import Glibc

/// The options of the commands that work on the folder of data of this machine.
struct DataFolderOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(
        help: ArgumentHelp(
            "The folder of the database. With it no configuration is read.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var data: String?

    /// An absolute path.
    func path() throws -> String {
        guard let data else { return try configuration.load(withSecrets: false).dataFolder }
        return FilePath.absolute(data, from: SystemEnvironment.workingFolder)
    }

    /// Refuses to write messages into the site. Where no configuration is read, no site is known.
    func checkTarget(_ path: String) throws {
        guard data == nil else { return }
        let configuration = try configuration.load(withSecrets: false)
        if let secret = PublishedSecret.copying(to: path, in: configuration) {
            throw CommandFailure(.configuration, secret.description)
        }
    }

    /// The path of the database, which is there.
    func existingDatabase() throws -> String {
        let path = FilePath.joined(try path(), Configuration.databaseName)
        guard access(path, F_OK) == 0 else {
            throw CommandFailure(
                .configuration,
                "the database \"\(path)\" can't be found: \(systemMessage(errno)); it is made when \"brevlada serve\" "
                    + "first starts, and --data or --config names another"
            )
        }
        return path
    }
}

/// The options of the commands that work on stored messages, wherever these are.
struct StoreOptions: ParsableArguments {
    @OptionGroup var folder: DataFolderOptions
    @OptionGroup var cloud: CloudStoreOptions

    private var configuration: ConfigurationOptions { folder.configuration }

    func validate() throws {
        guard folder.data == nil || !cloud.aws else {
            throw ValidationError("--data and --aws name two places; leave one out")
        }
    }

    /// Opens the messages on this machine or on AWS, and makes no database where there is none.
    func open() async throws -> any SubmissionArchive {
        cloud.aws ? try await openCloud() : try openLocal()
    }

    private func openLocal() throws -> SQLiteSubmissionStore {
        try Self.store(at: try folder.existingDatabase(), migrates: false)
    }

    /// - Parameter migrates: Whether this command may take the messages from an older server that still serves them.
    private static func store(at path: String, migrates: Bool) throws -> SQLiteSubmissionStore {
        do throws(StoreError) {
            return try SQLiteSubmissionStore(path: path, migrates: migrates)
        } catch {
            throw CommandFailure(.configuration, "the database can't be used: \(error.reason)")
        }
    }

    /// Opens the messages, and makes the database on this machine when there is none.
    func openOrMake() async throws -> any SubmissionArchive {
        if cloud.aws { return try await openCloud() }
        let path = try folder.path()
        do {
            try DataFolder.make(path)
        } catch {
            throw CommandFailure(.configuration, "the folder of the database can't be made: \(error)")
        }
        return try Self.store(at: FilePath.joined(path, Configuration.databaseName), migrates: true)
    }

    private func openCloud() async throws -> DynamoDBSubmissionStore {
        let configuration = try configuration.load(withSecrets: false)
        let forms = Set(configuration.forms.forms.keys).union([.contact])
        let cloud = cloud.completed(by: configuration.cloud)
        return try await CloudStore(account: try cloud.account(), options: cloud, forms: Array(forms)).open()
    }

    /// What is configured of each form; nil where no configuration is read.
    func forms() throws -> [FormName: FormDefinition]? {
        guard folder.data == nil else { return nil }
        return try configuration.load(withSecrets: false).forms.forms
    }

    /// By which a mail that waits is overdue.
    func lateRule() throws -> LateRule {
        // There the sweep mails what waits, whatever the digest's turn.
        if cloud.aws { return LateRule() }
        guard folder.data == nil else { return LateRule(turn: DigestRule().spacing) }
        return try configuration.load(withSecrets: false).notifications.late
    }

    /// The Region of the messages; nil on this machine.
    func cloudRegion() throws -> String? {
        guard cloud.aws else { return nil }
        let cloud = cloud.completed(by: try configuration.load(withSecrets: false).cloud)
        return try cloud.account().region
    }

    /// The mail that was captured instead of sent, which only this machine has.
    func capturedMailbox() throws -> CapturedMailbox? {
        guard !cloud.aws else { return nil }
        return CapturedMailbox(folder: Configuration.capturedMailFolder(in: try folder.path()))
    }
}

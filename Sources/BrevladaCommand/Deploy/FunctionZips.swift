// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Foundation
import SiteDeployment

/// Finds the functions' zips.
struct FunctionZips {
    /// Named by the operator, absolute; nil looks where they lie after a build and beside the program.
    let folder: String?
    /// Whether the owner reads messages through the API, which is a function of its own.
    let needsReader: Bool

    struct Found {
        var packages: [FunctionPackage] = []
        var problems: [Finding] = []
    }

    func find() -> Found {
        let functions = SiteFunction.allCases.filter { $0 != .readContactInfo || needsReader }
        let built = Self.places.first { FileManager.default.fileExists(atPath: Self.zip(of: .addContactInfo, in: $0)) }
        guard let folder = folder ?? built else {
            return Found(problems: [
                .failed(
                    "the functions' zips were not found",
                    remedy: "build them in Brevlåda's repository with \"make lambdas\", and name the folder that holds "
                        + "AddContactInfo.zip with --lambdas"
                )
            ])
        }
        var found = Found()
        for function in functions {
            let path = Self.zip(of: function, in: folder)
            guard let bytes = FileManager.default.contents(atPath: path) else {
                found.problems.append(
                    .failed(
                        "the zip \"\(path)\" can't be read",
                        remedy: "build it with \"make lambdas\", or name another folder with --lambdas"
                    )
                )
                continue
            }
            do throws(FunctionPackageError) {
                found.packages.append(try FunctionPackage(of: function, path: path, bytes: Array(bytes)))
            } catch {
                found.problems.append(error.finding)
            }
        }
        let architectures = Set(found.packages.map(\.architecture))
        if architectures.count > 1 {
            let list = found.packages.map { "\($0.function.name) for \($0.architecture.rawValue)" }.joined(
                separator: ", "
            )
            found.problems.append(
                .failed(
                    "the functions are built for different processors: \(list)",
                    remedy: "build them all on one machine"
                )
            )
        }
        return found
    }

    /// After `make lambdas` in the repository, and beside the program however it was installed.
    private static var places: [String] {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = FilePath.parent(of: program)
        return [
            FilePath.joined(SystemEnvironment.workingFolder, ".build/lambda"), FilePath.joined(beside, "lambda"),
            beside,
            // From .build/x86_64-unknown-linux-gnu/release, where SwiftPM puts the program.
            FilePath.absolute("../../lambda", from: beside),
        ]
    }

    private static func zip(of function: SiteFunction, in folder: String) -> String {
        FilePath.joined(folder, function.name + ".zip")
    }
}

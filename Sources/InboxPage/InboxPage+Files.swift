// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

// Generated from Inbox/ by scripts/embed-pages; edit its files and run the script again.
// swift-format-ignore-file

package import EmbeddedFiles

extension InboxPage {
    /// Every file of the owner's page, by path.
    package static let files: [EmbeddedFile] = [
        EmbeddedFile("index.html", text: #"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Inbox</title>
</head>
<body>
<h1>Inbox</h1>
</body>
</html>

"""#),
    ]
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import BrevladaCommand

Brevlada.limitHeaps()
await Brevlada.run()

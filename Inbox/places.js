// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// Where one may be: a place is { box, form, q, unread, id }, or { box: 'overview', days }, and stands behind the # of the
// address.

const status = { failed: ['failed', 'bounced'], inbox: ['received', 'notified', 'failed', 'bounced'] }

/** What each box asks the API for, and which messages it has. */
export const boxes = {
  inbox: { query: { status: status.inbox.join() }, has: message => !message.archivedAt && message.status !== 'held' },
  held: { query: { status: 'held' }, has: message => !message.archivedAt && message.status === 'held' },
  failed: {
    query: { status: status.failed.join() },
    has: message => !message.archivedAt && status.failed.includes(message.status),
  },
  archived: { query: { archived: 'true' }, has: message => message.archivedAt },
  all: { query: { archived: 'any' }, has: () => true },
}

export const periods = [7, 30, 90, 365] // days

export const hashOf = place => '#' + new URLSearchParams(Object.entries(place).filter(([, value]) => value))

export const placeOf = hash => {
  const { box, form, q, unread, id, days } = Object.fromEntries(new URLSearchParams(hash.slice(1)))
  if (box === 'overview') return { box, days: periods.includes(Number(days)) ? Number(days) : 30 }
  return { box: Object.hasOwn(boxes, box) ? box : 'inbox', form, q, unread, id }
}

export const queryOf = ({ box, form, q, unread }) =>
  ({ ...boxes[box].query, ...form && { form }, ...q && { q }, ...unread && { unread: 'true' } })

/** Equal for places that show the same list. */
export const listKey = ({ box, form, q, unread }) => JSON.stringify([box, form, q, unread])

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// One message: a row of the list, and the whole letter with what became of its mail.
import { button, el, line, shown, svg } from './dom.js'
import { capturedMail } from './session.js'
import { keyOf, localDay, longTime, number, say, shortTime } from './words.js'

const chips = { held: 'chipHeld', failed: 'chipFailed', bounced: 'chipBounced' }

/** Its mail was tried in vain, and waits for the next attempt. */
const isPutOff = ({ status, delivery }) => status === 'received' && delivery?.attempts > 0

/** What may be done with a message as it stands, as in the API's description. */
export const may = {
  release: message => message.status === 'held',
  spam: message => message.status !== 'held',
  resend: message => ['failed', 'bounced', 'notified'].includes(message.status) || isPutOff(message),
}

const sender = message => message.name || message.email

/** What a message is called, above its text and in the title of the page. */
export const titleOf = message => message.subject || sender(message) || say('nobody')

/** The signs of spam in words; one that the page does not know is said as it came. */
const why = reasons => reasons.map(reason => say(keyOf('why', reason), { else: shown(reason, 60) }))

/** The link of a row, and where `release` is given the button that does it, beside the link: neither is in the other. */
export const row = (message, href, { isOpen, showsForm, release }) => {
  const name = sender(message)
  const chip = chips[message.status] ?? (message.archivedAt && location.hash.includes('box=all') ? 'chipArchived' : null)
  const isHeld = release && may.release(message)
  const link = el('a', {
    href, 'data-id': message.id, class: message.readAt ? 'row' : 'row unread', 'aria-current': isOpen && 'true',
  },
  !message.readAt && el('span', { class: 'unseen' }, say('unread') + ' '),
  el('span', { class: 'who' }, name ? line(name) : say('nobody')),
  el('span', { class: 'chips' }, showsForm && el('span', { class: 'chip' }, line(message.form, 20)),
    chip && el('span', { class: `chip ${message.status}` }, say(chip))),
  el('time', { datetime: message.receivedAt }, shortTime(message.receivedAt)),
  el('span', { class: 'what' },
    message.subject && el('b', null, line(message.subject)), message.subject && ' ', line(message.preview)),
  isHeld && message.spamReasons.length > 0 && el('span', { class: 'why' }, why(message.spamReasons).join('; ')))
  const label = () => name ? say('releaseOf', { name: shown(name, 60) }) : say('releaseUnnamed')
  return isHeld ? [link, button('releaseRow', release, { class: 'release', 'data-id': message.id, 'aria-label': label() })] : [link]
}

const detail = (key, ...value) => el('div', null, el('dt', null, say(key)), el('dd', null, ...value))
const time = text => el('time', { datetime: text }, longTime(text))

/** Escaped for a link (RFC 6068), of which it takes `most` characters: longer than that, it is cut. */
const escaped = (text, most) => {
  let link = ''
  for (const letter of text.toWellFormed()) {
    const longer = link + (letter === '\n' ? '%0D%0A' : encodeURIComponent(letter))
    if (longer.length > most - 9) return link + encodeURIComponent('…')
    link = longer
  }
  return link
}

/** The subject of the mail that the owner got. */
const mailSubject = message => {
  if (message.subject) return message.subject
  const name = sender(message)
  return name ? say('newOne', { name: shown(name, 100) }) : say('newUnnamed')
}

/** All that is a stranger's is escaped: this can write a mail and nothing else. Mail programs take links of some 2,000 characters. */
const replyLink = (message, text) => {
  const address = message.replyTo || message.email
  if (!address) return null
  const subject = `Re: ${shown(mailSubject(message), 200).replace(/\s+/g, ' ').trim()}`
  const link = `mailto:${encodeURIComponent(address)}?subject=${escaped(subject, 600)}`
  const quoted = text ? '\n\n' + shown(text).trim().replace(/^/gm, '> ') : ''
  const body = escaped(quoted, 1900 - link.length)
  return el('a', { id: 'reply', class: 'button', href: quoted ? `${link}&body=${body}` : link }, say('reply'))
}

/** The day of arrival, as the post stamps it. Decoration. */
const postmark = message => {
  const at = new Date(message.receivedAt)
  const wave = y => svg('path', { d: `M92 ${y}q9-7 18 0t18 0 18 0 18 0` })
  return svg('svg', { class: 'postmark', viewBox: '0 0 168 92', 'aria-hidden': 'true' },
    svg('circle', { cx: 46, cy: 46, r: 43 }), svg('circle', { cx: 46, cy: 46, r: 29 }),
    wave(30), wave(41), wave(52), wave(63),
    svg('text', { x: 46, y: 44, 'aria-hidden': 'true' }, localDay(at)),
    svg('text', { x: 46, y: 58, 'aria-hidden': 'true' }, String(at.getFullYear())))
}

const actions = (message, text, act) => el('div', { class: 'actions', role: 'group', 'aria-label': say('actions') },
  replyLink(message, text),
  button(message.archivedAt ? 'unarchive' : 'archive', () => act(message.archivedAt ? 'unarchive' : 'archive')),
  may.spam(message) && button('spam', () => act('spam')),
  message.readAt && button('markUnread', () => act('unread')),
  button('remove', () => act('remove'), { class: 'danger' }))

const attempts = message => message.attempts > 1 && ` · ${say('attempts', { n: number(message.attempts) })}`

/** Codes of errors that are said by the words of another. */
const sameError = {
  tlsNotOffered: 'tlsFailed', authenticationNotOffered: 'authenticationFailed',
  'ses-unverified': 'senderRefused', 'ses-mail-from-domain': 'senderRefused',
  'ses-sandbox': 'recipientRefused', 'ses-suppressed': 'recipientRefused',
  'ses-credentials': 'authenticationFailed', 'ses-access-denied': 'authenticationFailed',
  'ses-refused': 'messageRefused', 'ses-too-large': 'messageTooLarge',
  'ses-throttled': 'serviceUnavailable', 'ses-daily-quota': 'serviceUnavailable', 'ses-unavailable': 'serviceUnavailable',
  'ses-paused': 'serviceUnavailable', 'ses-suspended': 'serviceUnavailable', 'ses-account': 'serviceUnavailable',
}

/** What went wrong with a mail, as a sentence where its code has one, and then in the server's own words. */
const errorOf = text => {
  const [, days, code] = /^(?:not sent within (\d+) days?: )?(?:([\w-]+): )?/.exec(text)
  const sentences = [
    days && say('errorGaveUp', { n: number(Number(days)) }),
    code && say(keyOf('error', sameError[code] ?? code), { else: '' }),
  ].filter(Boolean)
  return [sentences.length > 0 && el('p', null, sentences.join(' ')), el('p', { class: 'raw' }, shown(text, 1000))]
}

/** Why it was not mailed, and the one thing to do about it. */
const notice = (message, act) => {
  if (message.status === 'held') {
    const reasons = why(message.spamReasons).map(reason => el('li', null, reason))
    return el('div', { class: 'notice' }, el('p', null, el('b', null, say('heldBecause'))), el('ul', null, reasons),
      button('release', () => act('release'), { class: 'main' }))
  }
  if (message.status === 'failed' || message.status === 'bounced') {
    return el('div', { class: 'notice bad' }, el('p', null, el('b', null, say(keyOf('is', message.status)), attempts(message))),
      message.lastError && errorOf(message.lastError),
      button('resend', () => act('resend'), { class: 'main' }))
  }
  return null
}

const shownAbove = message => new Map([['name', message.name], ['email', message.email], ['subject', message.subject],
  ['message', message.message], ['msg', message.message]])

const furtherFields = message => {
  const above = shownAbove(message)
  const fields = message.fields ?? []
  // A form may call its message otherwise.
  const own = fields.some(({ name }) => name === 'message' || name === 'msg') ? undefined
    : fields.find(({ values }) => values.length === 1 && values[0] === message.message)
  const further = fields.filter(field =>
    field !== own && !(field.values.length === 1 && above.get(field.name) === field.values[0]))
  return further.length > 0 && el('section', null, el('h2', null, say('fields')), el('dl', { class: 'fields' },
    further.map(({ name, values }) => el('div', null, el('dt', null, line(name, 100)),
      el('dd', { dir: 'auto' }, values.map(value => el('p', null, shown(value))))))))
}

const history = (message, act) => el('section', null, el('h2', null, say('history')), el('ol', { class: 'history' },
  message.history.map(({ at, what, reason }) => el('li', { class: what },
    el('span', null, what === 'notified' && isCaptured(message) ? say('didCaptured') : say(keyOf('did', what), { else: shown(what, 40) })), ' ', time(at),
    // A mail server's words are shown as they came; the signs of spam are the server's own, with commas between them.
    reason && (what === 'held' ? why(reason.split(', ')).map(sign => el('p', null, sign)) : errorOf(reason)))),
  message.delivery.nextAttempt && el('li', { class: 'next' }, say('next'), ' ', time(message.delivery.nextAttempt))),
  message.status === 'notified' && button('resend', () => act('resend')),
  isPutOff(message) && button('hurry', () => act('resend')))

const details = message => el('details', null, el('summary', null, say('details')), el('dl', null,
  detail('form', line(message.form)),
  message.page && detail('page', line(message.page, 2000)),
  message.origin && detail('origin', line(message.origin, 500)),
  message.region && detail('region', line(message.region)),
  message.expiresAt && detail('expires', time(message.expiresAt)),
  detail('number', line(message.id))))

/** While no mail server is set, mail is put into a folder instead, and its id is the name of its file there. */
const isCaptured = ({ status, delivery }) =>
  status === 'notified' && /^\d{8}T\d{6}Z-[\w.-]+\.eml$/.test(delivery?.providerMessageID ?? '')

/** What became of its mail, where no notice says it. */
const state = message => {
  const when = message.status === 'notified' ? message.notifiedAt && [' ', time(message.notifiedAt)] : attempts(message)
  return el('p', { class: `state ${message.status}` }, isCaptured(message)
    ? [say('isCaptured'), capturedMail() && [': ', el('a', { href: capturedMail() }, say('readCaptured'))]] : [say(keyOf('is', message.status)), when])
}

/** The letter. A summary is enough to begin with; the rest comes with the whole message. `act(name)` does a thing. */
export const letter = (message, act, back) => {
  const isWhole = message.history !== undefined
  const title = titleOf(message)
  const replies = message.replyTo && message.replyTo !== message.email
  const text = isWhole ? message.message : message.preview
  return [
    el('div', { class: 'bar' }, button('back', back, { class: 'back' }), actions(message, text, act)),
    el('div', { class: 'sheet' },
      postmark(message),
      el('header', null,
        el('h1', { id: 'letter-title', tabindex: '-1', class: title.length > 70 && 'long' }, line(title, 160)),
        el('dl', null,
          detail('from', message.name && line(message.name), message.name && ' ',
            message.email && el('span', { class: 'address' }, line(message.email))),
          isWhole && replies && detail('replyTo', line(message.replyTo)),
          detail('received', time(message.receivedAt))),
        chips[message.status] ? null : state(message)),
      notice(message, act),
      el('div', { class: 'text', dir: 'auto' }, text ? shown(text) : el('em', null, say('noText'))),
      isWhole ? furtherFields(message) : el('p', { class: 'soft' }, say('loading')),
      isWhole && history(message, act),
      isWhole && details(message),
      message.email && button('eraseFrom', () => act('erase'), { class: 'quiet' })),
  ]
}

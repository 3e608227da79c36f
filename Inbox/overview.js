// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// The overview: whether every message of a period is accounted for, what needs a look, and two plots.
import { el, svg } from './dom.js'
import { dayName, duration, keyOf, longTime, number, say } from './words.js'

const dayLength = 86400000 // ms

/** The first moment of the period's first day, in UTC as the server counts days. */
export const since = days => new Date(Math.floor(Date.now() / dayLength) * dayLength - (days - 1) * dayLength).toISOString()

/** Two sums: what came in is stored, erased or expired, and what is stored is in one of five states, or can't be read. */
const sums = answer => {
  const { counts, overdue } = answer
  const late = overdue > 0 && `, ${say('overdue', { n: number(overdue) })}`
  const sum = (total, count, terms, rest) => el('dl', { class: 'sum' }, el('div', null, el('dt', null, say(total)), el('dd', null, number(count))),
    terms.map(([key, part], index) => el('div', null,
      el('dt', null, el('span', { 'aria-hidden': 'true' }, index ? '+' : '='), say(key), key === 'waiting' && late), el('dd', null, number(part)))), rest)
  const missing = answer.accepted - answer.stored - answer.erased - answer.expired
  return [
    sum('accepted', answer.accepted, [['stored', answer.stored], ['erased', answer.erased], ['expired', answer.expired]],
      answer.addsUp === false && el('div', { class: 'missing' }, el('dt', null, say('difference')), el('dd', null, number(missing)))),
    sum('stored', answer.stored, [['notified', counts.notified], ['waiting', counts.received], ['heldN', counts.held],
      ['failedN', counts.failed], ['bouncedN', counts.bounced], ...answer.unreadable ? [['unreadableN', answer.unreadable]] : []]),
  ]
}

/** A column for each day, the days without messages too: held and failed ones on top of the others. */
const perDay = answer => {
  const known = new Map(answer.days.map(day => [day.date, day]))
  const days = []
  for (let at = Date.parse(answer.from.slice(0, 10)); at < Date.parse(answer.until); at += dayLength) {
    const date = new Date(at).toISOString().slice(0, 10)
    days.push(known.get(date) ?? { date, accepted: 0, held: 0, failed: 0 })
  }
  const most = Math.max(1, ...days.map(day => day.accepted))
  const width = 600 / days.length, gap = Math.min(3, width / 4)
  const columns = days.map((day, index) => {
    let top = 100
    const part = (name, count) => {
      const height = 96 * count / most
      top -= height
      return count > 0 && svg('rect', { class: name, x: index * width + gap / 2, width: width - gap, y: top, height })
    }
    return [part('rest', Math.max(0, day.accepted - day.held - day.failed)), part('held', day.held), part('failed', day.failed)]
  })
  const label = say('perDayLabel', { n: number(most) })
  return el('figure', null, el('figcaption', null, say('perDay')),
    el('div', { class: 'plot' }, el('span', { class: 'top' }, number(most)),
      svg('svg', { viewBox: '0 0 600 100', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
        columns.flat(), svg('path', { class: 'axis', d: 'M0 100h600' })),
      el('span', { class: 'ends' }, el('span', null, dayName(days[0].date)), el('span', null, dayName(days.at(-1).date)))),
    el('p', { class: 'key' }, [['rest', 'other'], ['held', 'heldN'], ['failed', 'failedN']]
      .map(([name, key]) => el('span', { class: name }, say(key)))),
    el('details', null, el('summary', null, say('asTable', { n: number(days.reduce((total, day) => total + day.accepted, 0)) })),
      el('table', null, el('thead', null, el('tr', null,
        ['day', 'accepted', 'heldN', 'failedN'].map(key => el('th', { scope: 'col' }, say(key))))),
        el('tbody', null, days.filter(day => day.accepted).reverse().map(day => el('tr', null,
          el('th', { scope: 'row' }, dayName(day.date)), [day.accepted, day.held, day.failed].map(count => el('td', null, number(count)))))))))
}

/** Three times on a line from a tenth of a second to a day; ten times longer is one step to the right. */
const deliveryTimes = times => {
  if (!times) return el('p', { class: 'soft' }, say('noDelivery'))
  const x = seconds => 20 + 560 * Math.min(1, Math.max(0, (Math.log10(Math.max(seconds, 0.1)) + 1) / (Math.log10(86400) + 1)))
  const marks = [['half', 'p50'], ['most', 'p95'], ['slowest', 'max']]
  return el('figure', null, el('figcaption', null, say('delivery')),
    svg('svg', { class: 'scale', viewBox: '0 0 600 44', 'aria-hidden': 'true' },
      svg('path', { class: 'axis', d: 'M20 16h560' }),
      [[1, '1 s'], [60, '1 min'], [3600, '1 h'], [86400, '24 h']].map(([seconds, text]) => [
        svg('path', { class: 'axis', d: `M${x(seconds)} 11v10` }), svg('text', { x: x(seconds), y: 40, 'aria-hidden': 'true' }, text)]),
      svg('path', { class: 'range', d: `M${x(times.p50)} 16H${x(times.max)}` }),
      marks.map(([, name]) => svg('circle', { class: name, cx: x(times[name]), cy: 16, r: name === 'p50' ? 8 : 6 }))),
    el('dl', { class: 'times' }, marks.map(([key, name]) =>
      el('div', { class: name }, el('dt', null, say(key)), el('dd', null, duration(times[name]))))))
}

/** `open(id)` gives the address of a message, `held` that of the held ones; `resendAll` sends every mail that failed or bounced again. */
export const overview = (answer, open, held, resendAll) => {
  const item = (count, kind, links) => el('li', null,
    el('b', null, number(count)), ' ', say(keyOf('kind', kind), { n: number(count), else: kind }), el('span', { class: 'links' }, links))
  const items = answer.problems.filter(problem => problem.count).map(({ kind, count, newest }) => item(count, kind,
    newest.map(({ id, receivedAt }) => ['missing', 'unreadable'].includes(kind)
      ? el('span', null, longTime(receivedAt)) : el('a', { href: open(id) }, longTime(receivedAt)))))
  // No fault, so the audit does not name them; but only a person tells which of them are letters.
  if (answer.counts.held > 0) items.push(item(answer.counts.held, 'held', el('a', { href: held }, say('held'))))
  const title = answer.addsUp === false ? 'addsUpNot' : answer.addsUp ? 'addsUp' : 'addsUpUnknown'
  return [
    el('div', { class: answer.addsUp === false ? 'verdict bad' : 'verdict' }, el('h2', null, say(title)),
      (answer.addsUp === false || answer.unbooked > 0) && el('p', null, say(title + 'Hint', { n: number(answer.unbooked) })),
      answer.complete === false && el('p', null, say('notAll')), sums(answer)),
    el('div', { class: 'plots' }, perDay(answer), deliveryTimes(answer.deliverySeconds)),
    el('section', null, el('h2', null, say('problems')),
      items.length ? el('ul', { class: 'problems' }, items) : el('p', null, say('noProblems')),
      answer.counts.failed + answer.counts.bounced > 0 && el('p', null, el('button', { type: 'button', click: resendAll }, say('resendAll')))),
  ]
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// The calls of the owner's API, described in docs/openapi.yaml.
import * as session from './session.js'
import { say } from './words.js'

/** An answer that is no success; 0 stands for none at all, and 'broken' for one that broke off. */
export class Refusal extends Error {
  constructor(status) {
    super(`answered ${status}`)
    this.status = status
  }

  /** Why, for a person; what a proxy writes is not for one. */
  get why() {
    return say({ 0: 'network', broken: 'broken', 400: 'misunderstood', 401: 'ended', 404: 'goneWhy', 409: 'conflict', 500: 'unreadable' }[this.status] ?? 'unwell')
  }
}

export const events = new EventTarget() // 'ended': signed out by the server

const patience = 30000 // ms until an answer that has not come counts as none; an export takes the time it takes

const request = async (method, path, { query, body, signal, takesTime } = {}, again = true) => {
  const signals = [signal, takesTime ? null : AbortSignal.timeout(patience)].filter(Boolean)
  const text = query ? '?' + new URLSearchParams(query) : ''
  const headers = { Accept: 'application/json', ...await session.headers().catch(() => ({})) }
  if (method !== 'GET') headers['Content-Type'] = 'application/json'
  let reply
  try {
    reply = await fetch('/api/' + path + text, {
      method, headers, body: body && JSON.stringify(body), signal: AbortSignal.any(signals),
    })
  } catch {
    if (signal?.aborted) throw signal.reason
    throw new Refusal(0)
  }
  if (reply.status === 401) {
    if (again && await session.renew().catch(() => false)) return request(method, path, { query, body, signal, takesTime }, false)
    session.forget()
    events.dispatchEvent(new Event('ended'))
  }
  if (!reply.ok) throw new Refusal(reply.status)
  return reply
}

const json = async (...call) => {
  const reply = await request(...call)
  try { return await reply.json() } catch { throw new Refusal(0) }
}

export const page = (query, signal) => json('GET', 'submissions', { query: { ...query, limit: 50 }, signal })
export const find = (id, signal) => json('GET', `submissions/${encodeURIComponent(id)}`, { signal })
export const change = (id, body) => json('PATCH', `submissions/${encodeURIComponent(id)}`, { body })
export const remove = id => request('DELETE', `submissions/${encodeURIComponent(id)}`)
export const resendFailed = () => json('POST', 'resend-failed', { body: {} })
export const erase = (email, cursor) => json('POST', 'erasure', { body: { email, ...cursor && { cursor } } })
export const audit = (query, signal) => json('GET', 'audit', { query, signal })

/** The parts of an export one after the other: on AWS an answer is short and `Link` names the next one (RFC 8288). */
export async function* exportParts(kind, query, signal) {
  while (query) {
    const reply = await request('GET', 'submissions.' + kind, { query, signal, takesTime: true })
    try { yield { blob: await reply.blob(), unreadable: Number(reply.headers.get('Brevlada-Unreadable')) } } catch { throw signal.aborted ? signal.reason : new Refusal('broken') }
    const next = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(reply.headers.get('Link') ?? '')
    // Only its query counts: behind a distribution the function knows itself by another name.
    query = next && Object.fromEntries(new URL(next[1], location.href).searchParams)
  }
}

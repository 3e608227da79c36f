// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// Who is signed in. On one machine a cookie that no script can read says so. On AWS it is a token of Cognito's, and all
// its tokens live in this page's memory alone: a reload fetches new ones by Cognito's own session, if that still lasts.

let config
let tokens // { id, refresh, until (ms) }
let renewal // the exchange that is under way, so that there is only one at a time

const home = () => `${location.origin}/inbox/`
const isCognito = () => config.signIn.kind === 'cognito'
const base64url = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
const claims = token => JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')))
const cognito = path => config.signIn.url.replace(/\/+$/, '') + path

const post = (url, fields) => fetch(url, {
  method: 'POST', body: new URLSearchParams({ client_id: config.signIn.clientId, ...fields }), credentials: 'omit',
})
const send = (method, path, body) => fetch(path, {
  method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body),
})

const exchange = async (fields, nonce) => {
  const reply = await post(cognito('/oauth2/token'), fields)
  if (!reply.ok) return false
  const answer = await reply.json()
  const said = claims(answer.id_token)
  // OpenID Connect Core 3.1.3.7: it came from Cognito over TLS, so its signature is the API's to check, not ours.
  if (said.aud !== config.signIn.clientId || (nonce && said.nonce !== nonce)) return false
  // Cognito's clock and this one need not agree: the token's life counts from now.
  tokens = { id: answer.id_token, refresh: answer.refresh_token ?? tokens?.refresh, until: Date.now() + answer.expires_in * 1000 }
  return true
}

/** Gets a new token for one that has expired. False: sign in again. */
export const renew = async () => {
  if (!isCognito() || !tokens?.refresh) return false
  renewal ??= exchange({ grant_type: 'refresh_token', refresh_token: tokens.refresh }).finally(() => { renewal = null })
  return renewal
}

/** What a request carries besides the cookie. A token is renewed a minute before it expires. */
export const headers = async () => {
  if (!isCognito()) return {}
  if (tokens && tokens.until - Date.now() < 60000) await renew()
  return tokens ? { Authorization: tokens.id } : {}
}

/** Ends what is known here when the server no longer takes it. */
export const forget = () => { tokens = null }

/** The secret of the link for the first password, while it stands in the address. */
export const firstToken = () => new URLSearchParams(location.hash.slice(1)).get('first')

/** Learns how one signs in here, and finishes what began on Cognito's page.
 *  'in', 'out', 'refused', 'unset' (no password yet) or { first: token }. */
export const start = async () => {
  const reply = await fetch('/inbox/config.json')
  if (!reply.ok) throw new Error(`config.json ${reply.status}`)
  config = await reply.json()
  if (isCognito()) return finish()
  const first = firstToken()
  if (first) {
    history.replaceState(null, '', home()) // not for the history, nor for whoever looks at the screen
    return { first }
  }
  const session = await fetch('/api/session')
  if (session.status === 401) return 'out'
  if (!session.ok) throw new Error(`session ${session.status}`)
  const answer = await session.json()
  return answer.signedIn ? 'in' : answer.needsPassword ? 'unset' : 'out'
}

const finish = async () => {
  const answer = new URLSearchParams(location.search)
  const asked = JSON.parse(sessionStorage.getItem('brevlada.asked') ?? 'null')
  sessionStorage.removeItem('brevlada.asked')
  if (!answer.has('state')) {
    // A reload: Cognito may still know this browser, and then asks nothing.
    if (sessionStorage.getItem('brevlada.was-in')) { await begin(); return 'leaving' }
    return 'out'
  }
  history.replaceState(null, '', home() + (asked?.place ?? ''))
  sessionStorage.removeItem('brevlada.was-in')
  if (!asked || asked.state !== answer.get('state') || !answer.has('code')) return 'refused'
  const fields = { grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: home(), code_verifier: asked.verifier }
  if (!await exchange(fields, asked.nonce)) return 'refused'
  sessionStorage.setItem('brevlada.was-in', 'yes')
  return 'in'
}

/** Leaves for Cognito's page, to come back to this place: the code flow with PKCE (RFC 7636). */
export const begin = async () => {
  const asked = { state: random(), nonce: random(), verifier: random(), place: location.hash }
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(asked.verifier))
  sessionStorage.setItem('brevlada.asked', JSON.stringify(asked))
  location.assign(cognito('/oauth2/authorize?') + new URLSearchParams({
    response_type: 'code', client_id: config.signIn.clientId, redirect_uri: home(), scope: 'openid email',
    state: asked.state, nonce: asked.nonce, code_challenge: base64url(digest), code_challenge_method: 'S256',
    lang: document.documentElement.lang,
  }))
}

export const kind = () => config.signIn.kind
export const forms = () => config.forms ?? []
/** The address of the captured mail; none where it is not shown. */
export const capturedMail = () => config.capturedMail
export const siteLanguage = () => config.languages?.[0]
export const signIn = password => send('POST', '/api/session', { password })
export const setFirst = (token, password) => send('POST', '/api/session/password', { token, password })

/** Signs out, at the server too, and leaves the page, so that nothing that was read stays in it. Resolves to false when
 *  the server could not be told, and then nothing has changed. */
export const end = async () => {
  if (!isCognito()) {
    const reply = await send('DELETE', '/api/session').catch(() => null)
    if (!reply?.ok && reply?.status !== 401) return false
    location.replace('/inbox/')
    return true
  }
  if (tokens?.refresh) await post(cognito('/oauth2/revoke'), { token: tokens.refresh }).catch(() => null)
  tokens = null
  sessionStorage.removeItem('brevlada.was-in')
  location.assign(cognito('/logout?') + new URLSearchParams({ client_id: config.signIn.clientId, logout_uri: home() }))
  return true
}

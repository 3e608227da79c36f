// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// Sends every <form data-brevlada> without leaving the page and puts the answer by the fields.
// Where this can't run, the form posts by itself.
(() => {
  'use strict'
  if (!window.fetch || !window.AbortController) return

  const sentences = {
    en: {
      required: 'Fill in this field.',
      checkbox: 'Tick the box to go on.',
      radio: 'Choose one of the options.',
      email: 'Enter the whole e-mail address, such as name@example.com.',
      sending: 'Sending…',
      unsure: 'No answer came, so send again in a moment. Your text is still here and is never stored twice.',
    },
    sv: {
      required: 'Fyll i det här fältet.',
      checkbox: 'Kryssa i rutan för att gå vidare.',
      radio: 'Välj ett av alternativen.',
      email: 'Skriv hela e-postadressen, till exempel namn@example.se.',
      sending: 'Skickar…',
      unsure: 'Inget svar kom, så skicka igen om en stund. Din text finns kvar och sparas aldrig två gånger.',
    },
  }
  const selector = 'form[data-brevlada]'
  const upgraded = new WeakSet()
  const cameBack = performance.getEntriesByType('navigation').some(({ type }) => type === 'back_forward')

  // The form without its fields, which hide what they share a name with: <select name="lang">.
  const bare = form => new Proxy(form, {
    get(form, name) {
      const value = Reflect.get(HTMLFormElement.prototype, name, form)
      return typeof value === 'function' ? value.bind(form) : value
    },
  })

  const make = (tag, attributes) => {
    const element = document.createElement(tag)
    for (const name in attributes) element.setAttribute(name, attributes[name])
    return element
  }

  const setHidden = (form, name, value) => {
    (form.querySelector(`input[name="${name}"]`) || form.appendChild(make('input', { type: 'hidden', name }))).value = value
  }

  // The server stores a token's text once. It lives with the history entry, for an hour:
  // a reload or the back button finds it, after thanks only the latter.
  const setToken = (form, renew, sent) => {
    const key = form.getAttribute('id') || form.getAttribute('action')
    const state = Object(history.state)
    let token = Object(state.brevlada)[key]
    if (renew || !token || (token.sent && !cameBack) || Date.now() - token.started > 36e5) {
      token = { id: crypto.getRandomValues(new Uint32Array(4)).join('-'), started: Date.now() }
    }
    history.replaceState({ ...state, brevlada: { ...state.brevlada, [key]: { ...token, ...sent } } }, '')
    setHidden(form, '_id', token.id)
    setHidden(form, '_started', token.started)
  }

  const post = async (action, data) => {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), 3e4)
    // A file is refused by its name alone.
    for (const [name, file] of [...data]) if (file.name) data.set(name, new File([], file.name))
    try {
      const reply = await fetch(action, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: data,
        signal: abort.signal,
      })
      const body = Object(await reply.json().catch(() => null))
      return { status: reply.status, body, url: reply.url, language: reply.headers.get('Content-Language') }
    } catch {
      return { status: 0, body: {} }
    } finally {
      clearTimeout(timer)
    }
  }

  const upgrade = element => {
    if (upgraded.has(element)) return
    upgraded.add(element)
    const form = bare(element)
    setToken(form)
    const find = name => form.elements.namedItem(name)
    const page = form.closest('[lang]')
    const pageLanguage = (page ? bare(page).getAttribute('lang') : navigator.language).slice(0, 2).toLowerCase()
    const chosen = find('_language')
    const lang = [chosen && chosen.value, pageLanguage, 'en'].find(tag => sentences[tag])
    const say = sentences[lang]
    const status = make('p', { class: 'brevlada-status', role: 'status', tabindex: -1, lang, dir: 'auto' })
    const alert = make('p', { class: 'brevlada-alert', role: 'alert', dir: 'auto' })
    const errors = new Map() // field: { place, before: its aria-describedby }
    let busy // the button, while its message is on its way

    const release = () => {
      busy.removeAttribute('aria-disabled')
      busy = null
      form.removeAttribute('aria-busy')
      status.textContent = ''
    }

    const clear = field => {
      const { place, before } = errors.get(field)
      if (before) field.setAttribute('aria-describedby', before)
      else field.removeAttribute('aria-describedby')
      field.removeAttribute('aria-invalid')
      place.remove()
      errors.delete(field)
    }

    const makePlace = field => {
      const id = 'e' + Math.random().toString(36).slice(2)
      const place = make('span', { class: 'brevlada-error', id, dir: 'auto' })
      const group = field.type === 'radio' && field.closest('fieldset')
      if (group) group.append(place)
      else (field.closest('label') || field).after(place)
      const before = field.getAttribute('aria-describedby')
      field.setAttribute('aria-describedby', before ? `${before} ${id}` : id)
      field.setAttribute('aria-invalid', true)
      errors.set(field, { place, before })
      return place
    }

    // Without a visible field it stands at the end.
    const refuse = (field, message, name, language) => {
      const shown = field && field.getClientRects().length
      const place = !shown ? alert : errors.has(field) ? errors.get(field).place : makePlace(field)
      place.lang = language || lang
      place.textContent = `${place.textContent} ${!shown && name ? name + ': ' : ''}${message}`.trim()
    }

    const clearAll = () => {
      for (const field of errors.keys()) clear(field)
      alert.textContent = ''
    }

    // What stands at the end may be out of sight.
    const showFirstError = () => {
      for (const field of form.elements) if (errors.has(field)) return field.focus()
      if (alert.textContent) alert.scrollIntoView({ block: 'nearest' })
    }

    // What a browser is sure of; the server decides.
    const check = () => {
      const names = new Set()
      for (const field of form.elements) {
        if (!field.willValidate || field.checkValidity()) continue
        if (field.type === 'radio' && names.has(field.name)) continue
        names.add(field.name)
        // The page's words, else ours, or the browser's where they are nearer.
        const { customError, patternMismatch, typeMismatch, valueMissing } = field.validity
        const words = !customError && sentences[pageLanguage] ? say : {}
        const own = words[field.options ? 'radio' : field.type]
        const ours = valueMissing ? own || words.required : typeMismatch && own
        const said = ours || field.validationMessage
        // Firefox has said it.
        const hint = patternMismatch && !customError && !said.includes(field.title) ? ' ' + field.title : ''
        refuse(field, said + hint, field.name, customError ? pageLanguage : !ours && navigator.language)
      }
      showFirstError()
      return names.size === 0
    }

    const tell = (name, detail) =>
      form.dispatchEvent(new CustomEvent('brevlada:' + name, { bubbles: true, cancelable: true, detail }))

    const accept = ({ body, url, language }) => {
      if (!tell('sent', body)) return setToken(form, true)
      // As a browser does: from the form's address.
      const next = new URL(body.next || 'none:', url)
      if (form.dataset.brevlada === 'redirect' && /^http/.test(next.protocol)) return location.assign(next)
      setToken(form, false, { sent: true })
      form.remove()
      status.classList.add('brevlada-sent')
      if (language) status.lang = language
      status.textContent = body.message
      status.focus()
    }

    const reject = ({ status, body, language }) => {
      if (tell('error', { ...body, status })) {
        const problems = Array.isArray(body.errors) ? body.errors : []
        for (const { code, field: name, message } of problems) {
          const named = name && (find(name) || find(name + '[]'))
          refuse(named && !named.tagName ? named[0] : named, message, !/^CHALL/.test(code) && name, language)
        }
        // Without our "ok" they may be a proxy's words.
        const words = body.ok === false && body.message
        if (!problems.length) refuse(null, words || say.unsure, '', words && language)
        showFirstError()
      }
      for (const challenge of [window.turnstile, window.hcaptcha]) {
        try { challenge.reset() } catch { /* none here */ }
      }
    }

    form.addEventListener('input', ({ target }) => {
      for (const field of errors.keys()) if (field.name === target.name) clear(field)
    })
    form.addEventListener('reset', clearAll)
    form.addEventListener('submit', async event => {
      if (event.defaultPrevented) return
      event.preventDefault()
      if (busy) return
      clearAll()
      const button = event.submitter || make('button')
      if (!button.formNoValidate && !check()) return

      const data = new FormData(element)
      if (button.name) data.append(button.name, button.value)
      // Not disabled in truth: that takes the focus away.
      busy = button
      button.setAttribute('aria-disabled', true)
      form.setAttribute('aria-busy', true)
      status.textContent = say.sending
      const answer = await post(button.getAttribute('formaction') || form.getAttribute('action') || location.href, data)
      release()
      if (answer.body.ok === true) accept(answer)
      else reject(answer)
    })
    addEventListener('pagehide', () => busy && release())

    if (!chosen && sentences[pageLanguage]) setHidden(form, '_language', lang)
    form.append(alert)
    form.after(status)
    form.setAttribute('novalidate', '')
  }

  document.querySelectorAll(selector).forEach(upgrade)
  // Forms that came later.
  document.addEventListener('focusin', ({ target: { form } }) => form && bare(form).matches(selector) && upgrade(form))
})()

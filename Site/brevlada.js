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
      email: 'Enter an e-mail address like name@example.com.',
      sending: 'Sending…',
      sent: 'Thank you! Your message has been sent.',
      unsure: 'No answer came, so send again in a moment. Your text is still here and is never stored twice.',
    },
    sv: {
      required: 'Fyll i det här fältet.',
      email: 'Skriv en e-postadress som namn@example.se.',
      sending: 'Skickar…',
      sent: 'Tack! Ditt meddelande är skickat.',
      unsure: 'Inget svar kom, så skicka igen om en stund. Din text finns kvar och sparas aldrig två gånger.',
    },
  }
  const selector = 'form[data-brevlada]'
  const upgraded = new WeakSet()

  const make = (tag, attributes) => {
    const element = document.createElement(tag)
    for (const name in attributes) element.setAttribute(name, attributes[name])
    return element
  }

  const setHidden = (form, name, value) => {
    const input = form.querySelector(`input[name="${name}"]`) || form.appendChild(make('input', { type: 'hidden', name }))
    input.value = value
  }

  // The server stores the same token and text once. It lives with the history entry, for an hour:
  // a reload or the back button finds it.
  const setToken = (form, renew) => {
    const key = form.getAttribute('id') || form.getAttribute('action')
    const state = Object(history.state)
    let token = Object(state.brevlada)[key]
    if (renew || !token || Date.now() - token.started > 36e5) {
      const bytes = crypto.getRandomValues(new Uint8Array(16))
      token = { id: Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(''), started: Date.now() }
      history.replaceState({ ...state, brevlada: { ...state.brevlada, [key]: token } }, '')
    }
    setHidden(form, '_id', token.id)
    setHidden(form, '_started', token.started)
  }

  const post = async (action, data) => {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), 3e4)
    // URL-encoded, unless a file was chosen: its name is enough.
    const pairs = [...data]
    const texts = pairs.filter(pair => typeof pair[1] === 'string')
    const files = pairs.filter(pair => pair[1].name)
    for (const [name, file] of files) data.set(name, new File([], file.name))
    try {
      const reply = await fetch(action, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: files.length ? data : new URLSearchParams(texts),
        signal: abort.signal,
      })
      const body = Object(await reply.json().catch(() => null))
      const language = reply.headers.get('Content-Language')
      return { status: reply.status, ok: reply.ok && body.ok === true, body, url: reply.url, language }
    } catch {
      return { status: 0, ok: false, body: {} }
    } finally {
      clearTimeout(timer)
    }
  }

  const upgrade = form => {
    if (upgraded.has(form)) return
    upgraded.add(form)
    setToken(form)
    const find = name => form.elements.namedItem(name)
    const page = form.closest('[lang]')
    const pageLanguage = (page ? page.lang : navigator.language).slice(0, 2).toLowerCase()
    const chosen = find('_language')
    const lang = [chosen && chosen.value, pageLanguage, 'en'].find(tag => sentences[tag])
    const say = sentences[lang]
    const status = make('p', { class: 'brevlada-status', role: 'status', tabindex: -1, lang, dir: 'auto' })
    const alert = make('p', { class: 'brevlada-alert', role: 'alert', dir: 'auto' })
    const errors = new Map() // field: { place, before: its aria-describedby }
    let disabled = null // the buttons to enable again

    const release = () => {
      if (disabled) for (const button of disabled) button.disabled = false
      disabled = null
      form.removeAttribute('aria-busy')
      status.textContent = ''
    }

    const clear = field => {
      if (!errors.has(field)) return
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

    const focusFirstError = () => {
      for (const field of form.elements) if (errors.has(field)) return field.focus()
    }

    // What a browser is sure of; the server decides.
    const check = () => {
      const names = new Set()
      for (const field of form.elements) {
        if (!field.willValidate || field.validity.valid) continue
        if (field.type === 'radio' && names.has(field.name)) continue
        names.add(field.name)
        // Elsewhere the browser's words are nearer than ours.
        const { valueMissing, typeMismatch } = sentences[pageLanguage] ? field.validity : {}
        const ours = valueMissing ? say.required : typeMismatch && field.type === 'email' && say.email
        refuse(field, ours || field.validationMessage, field.name, !ours && navigator.language)
      }
      focusFirstError()
      return names.size === 0
    }

    const tell = (name, detail) =>
      form.dispatchEvent(new CustomEvent('brevlada:' + name, { bubbles: true, cancelable: true, detail }))

    const accept = ({ body, url, language }) => {
      if (!tell('sent', body)) return setToken(form, true)
      // As a browser does: from the form's address.
      const next = new URL(body.next || 'none:', url)
      if (form.dataset.brevlada === 'redirect' && /^http/.test(next.protocol)) return location.assign(next)
      form.remove()
      status.classList.add('brevlada-sent')
      if (language) status.lang = language
      status.textContent = body.message || say.sent
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
        focusFirstError()
      }
      for (const challenge of [window.turnstile, window.hcaptcha]) {
        try { challenge.reset() } catch { /* none here */ }
      }
    }

    form.addEventListener('input', event => clear(event.target))
    form.addEventListener('submit', async event => {
      if (event.defaultPrevented) return
      event.preventDefault()
      if (disabled) return
      [...errors.keys()].forEach(clear)
      alert.textContent = ''
      if (!check()) return

      const button = event.submitter || make('button')
      const action = button.getAttribute('formaction') || form.getAttribute('action') || location.href
      const data = new FormData(form)
      if (button.name) data.append(button.name, button.value)
      const focused = document.activeElement
      disabled = [...form.elements].filter(field => field.type === 'submit' && !field.disabled)
      for (const each of disabled) {
        each.setAttribute('autocomplete', 'off') // or Firefox keeps it disabled through a reload
        each.disabled = true
      }
      form.setAttribute('aria-busy', true)
      status.textContent = say.sending
      const answer = await post(action, data)
      release()
      // A disabled button loses the focus.
      if (document.activeElement === document.body) focused.focus()
      if (answer.ok) accept(answer)
      else reject(answer)
    })
    window.addEventListener('pageshow', event => event.persisted && release())

    if (!chosen && sentences[pageLanguage]) setHidden(form, '_language', lang)
    form.append(alert)
    form.after(status)
    form.noValidate = true
  }

  document.querySelectorAll(selector).forEach(upgrade)
  // A form that came later.
  document.addEventListener('focusin', ({ target: { form } }) => form && form.matches(selector) && upgrade(form))
})()

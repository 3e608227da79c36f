// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

// Generated from Site/ by scripts/embed-pages; edit its files and run the script again.
// swift-format-ignore-file

package import EmbeddedFiles

extension StarterSite {
    /// Every file of the starter site, by path.
    package static let files: [EmbeddedFile] = [
        EmbeddedFile("404.html", text: #"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Page not found · Hallskär</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="bar"><a class="mark" href="/">Hallskär</a></header>
<main>
<section class="sky">
  <div>
    <h1>This page has capsized</h1>
    <p class="lede">There is nothing at this address. <a href="/">Back to dry land</a>.</p>
    <p class="lede" lang="sv">Den här sidan har kantrat: här finns ingenting. <a href="/sv/">Ta dig i land</a>.</p>
  </div>
  <img class="boat capsized" src="/boat.svg" alt="" width="920" height="640">
</section>
<div class="sea"></div>
</main>
</body>
</html>

"""#),
        EmbeddedFile("boat.svg", text: #"""
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 920 640" width="920" height="640">
<!-- The waterline is y = 460: style.css lowers the picture so that it meets the sea. -->
<defs><clipPath id="air"><path d="M0 0h920v460H0z"/></clipPath><clipPath id="water"><path d="M0 460h920v180H0z"/></clipPath></defs>
<g stroke-linejoin="round" stroke-linecap="round">
<path fill="#8f3219" d="M524 84Q420 92 322 28Q300 200 214 352Q380 376 524 346Q540 210 524 84Z"/>
<path fill="#a8401f" d="M556 70Q660 190 818 292Q690 338 578 338Q606 210 556 70Z"/>
<path fill="none" stroke="#6f2412" stroke-width="2" d="M470 87Q452 220 470 354M404 72Q368 220 370 360M352 46Q320 210 290 362M604 142Q640 240 660 332M672 206Q706 270 734 322"/>
<path fill="none" stroke="#6f2412" stroke-width="3" stroke-dasharray="1 13" d="M236 312Q380 338 526 308"/>
<path fill="none" stroke="#8a5a22" stroke-width="7" d="M520 330L326 32"/>
<path fill="none" stroke="#8a5a22" stroke-width="10" d="M540 400L540 34"/>
<path fill="none" stroke="#8a6a48" stroke-width="2" d="M540 60L852 290M214 352L128 376"/>
<path fill="#1f5f8f" d="M546 34q-50 -8 -96 6q-30 8 -54 2q40 14 68 14q40 -4 82 -2z"/><path fill="#e8b23a" d="M546 41q-50 -6 -92 6q40 2 92 0z"/>
</g>
<path fill="#8f2d0e" d="M194 545L206 570H640Q690 566 712 528Z"/>
<path fill="#8f2d0e" clip-path="url(#water)" d="M60 334Q70 450 196 548L206 570H150Q100 530 84 430Z"/><path fill="#5d3510" clip-path="url(#air)" d="M62 322L74 330Q92 450 196 548H150Q96 510 78 440Q66 400 50 330Z"/>
<path fill="none" stroke="#8a5a22" stroke-width="8" stroke-linecap="round" d="M58 326Q110 316 190 330"/>
<g clip-path="url(#air)">
<path fill="#f6efe0" d="M70 340C250 412 570 420 852 292C851 305 849 318 846 330C569 436 260 429 78 372C75 361 72 351 70 340Z"/>
<path fill="#b9792f" d="M78 372C260 429 569 436 846 330C844 344 840 357 836 370C568 454 270 448 89 405C85 395 81 383 78 372Z"/>
<path fill="#c98a3c" d="M89 405C270 448 568 454 836 370C832 383 827 395 821 407C566 472 280 467 104 437C98 427 94 416 89 405Z"/>
<path fill="#b9792f" d="M104 437C280 467 566 472 821 407C815 419 809 431 802 442C565 489 291 485 120 466C114 457 109 447 104 437Z"/>
<path fill="#c98a3c" d="M120 466C291 485 565 489 802 442C795 454 787 465 778 475C564 508 302 506 140 494C133 486 126 476 120 466Z"/>
<path fill="#b9792f" d="M140 494C302 506 564 508 778 475C768 486 758 496 747 505C562 529 314 527 163 520C155 512 147 504 140 494Z"/>
<path fill="#c98a3c" d="M163 520C314 527 562 529 747 505C733 516 717 526 700 534C560 556 330 556 196 546C185 539 174 530 163 520Z"/>
<path fill="none" stroke="#7a4a17" stroke-width="2.5" d="M78 372C260 429 569 436 846 330M89 405C270 448 568 454 836 370M104 437C280 467 566 472 821 407M120 466C291 485 565 489 802 442M140 494C302 506 564 508 778 475M163 520C314 527 562 529 747 505"/>
</g>
<g clip-path="url(#water)"><path fill="#c4451c" d="M70 340C250 412 570 420 852 292C842 400 784 496 700 534C560 556 330 556 196 546C140 512 88 430 70 340Z"/><path fill="none" stroke="#ffd9c4" stroke-opacity=".55" stroke-width="1.5" d="M78 372C260 429 569 436 846 330M89 405C270 448 568 454 836 370M104 437C280 467 566 472 821 407M120 466C291 485 565 489 802 442M140 494C302 506 564 508 778 475M163 520C314 527 562 529 747 505"/></g>
<path fill="none" stroke="#5d3510" stroke-width="9" stroke-linecap="round" clip-path="url(#air)" d="M852 292C842 400 784 496 700 534M70 340C88 430 140 512 196 546"/>
<path fill="none" stroke="#5d3510" stroke-width="7" stroke-linecap="round" d="M70 340C250 412 570 420 852 292"/>
<g fill="none" stroke="#bfe0d8" stroke-opacity=".6">
<path d="M140 460V606M220 460V606M300 460V606M380 460V606M460 460V606M540 460V606M620 460V606M700 460V606M780 460V606" stroke-dasharray="2 6"/>
<path d="M60 496H860M60 532H860M60 568H860" stroke-opacity=".35"/>
</g>
<g fill="#bfe0d8" font-family="Bahnschrift,DIN Alternate,Liberation Sans Narrow,sans-serif" font-size="17" text-anchor="middle">
<text x="140" y="628">0</text><text x="220" y="628">1</text><text x="300" y="628">2</text><text x="380" y="628">3</text><text x="460" y="628">4</text><text x="540" y="628">5</text><text x="620" y="628">6</text><text x="700" y="628">7</text><text x="780" y="628">8</text>
</g></svg>

"""#),
        EmbeddedFile("brevlada.js", text: #"""
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

"""#),
        EmbeddedFile("favicon.svg", text: #"""
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0d3b3c" d="M0 20h32v12H0z"/><path fill="#d9e6e3" d="M0 0h32v20H0z"/><path fill="#9c2d0d" d="M15 3v12H5Q11 10 15 3zM18 5q3 6 9 9l-9 1z"/><path fill="#c98a3c" d="M3 16q13 5 26 0l-2 4H5z"/><path fill="#c4451c" d="M5 20h22q-2 6-6 6H11q-4 0-6-6z"/></svg>

"""#),
        EmbeddedFile("index.html", text: #"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Hallskär Boat Workshop</title>
<meta name="description" content="Two boatbuilders by a slip in Bohuslän. We mend, rebuild and sometimes build wooden boats.">
<!-- Search engines want a full address here, https://… -->
<link rel="alternate" hreflang="en" href="/">
<link rel="alternate" hreflang="sv" href="/sv/">
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/style.css">
<script src="/brevlada.js" defer></script>
</head>
<body>
<a class="skip" href="#write">Skip to the contact form</a>
<header class="bar">
  <a class="mark" href="/">Hallskär</a>
  <nav>
    <a href="#work">Work</a>
    <a href="#year">The year</a>
    <a href="#write">Contact</a>
    <a href="/sv/" lang="sv">Svenska</a>
  </nav>
</header>
<main>
<section class="sky">
  <div>
    <h1>We keep wooden boats afloat</h1>
    <p class="lede">Two boatbuilders, one slip and a stove that seldom goes out, on the coast north of Gothenburg.</p>
    <a class="button" href="#write">Tell us about your boat</a>
  </div>
  <img class="boat" src="/boat.svg" alt="" width="920" height="640">
</section>

<section class="sea" id="work">
  <h2>What we do</h2>
  <div class="columns">
    <div>
      <h3>Repairs</h3>
      <p>A soft plank, a loose keel bolt, a deck that lets the rain in. We mend what is broken and leave the rest alone.</p>
      <p>720 kr an hour</p>
    </div>
    <div>
      <h3>Rebuilding</h3>
      <p>She has stood ashore too long. You get a written plan and a price before the first screw comes out.</p>
      <p>Survey 3,200 kr</p>
    </div>
    <div>
      <h3>New boats</h3>
      <p>One a winter: an eighteen-foot double-ender, larch on oak, for oars and two sails.</p>
      <p>From 285,000 kr</p>
    </div>
  </div>
</section>

<section id="year">
  <h2>The workshop year</h2>
  <ol>
    <li><b>October</b> Boats come up the slip. We wash them and go through each one with the owner.</li>
    <li><b>Nov–March</b> Doors shut, stove lit. Planks, frames, decks and engines.</li>
    <li><b>April</b> Scraping, red lead, varnish. Owners are welcome with their own brushes.</li>
    <li><b>May–Sept</b> Launching, then short jobs by the jetty. July we go sailing.</li>
  </ol>
</section>

<section class="write" id="write">
  <div>
    <h2>Write to us</h2>
    <p>Which boat is it, how old is she, and what have you seen? We answer within two working days, usually with a question.</p>
    <address>
      Slipvägen 4, Hallskär<br>
      <a href="tel:+46313900612">031-390 06 12</a><br>
      Weekdays 7–16
    </address>
  </div>
  <div>
    <div class="slot" aria-hidden="true">BREV</div>
    <form action="/api/contact" method="post" data-brevlada>
      <input type="hidden" name="_next" value="/thanks.html">
      <input type="hidden" name="_language" value="en">
      <label>Your name <small>(optional)</small>
        <input name="name" autocomplete="name"></label>
      <label>E-mail
        <input name="email" type="email" autocomplete="email" required></label>
      <label>Message
        <textarea name="message" rows="6" maxlength="20000" required></textarea></label>
      <!-- For robots: nobody sees this field; text in it marks spam. -->
      <div class="unseen" aria-hidden="true">
        <label>Leave this empty <input name="_gotcha" tabindex="-1" autocomplete="off"></label>
      </div>
      <button class="button">Post the letter</button>
    </form>
  </div>
</section>
</main>
<footer>
  <p>Hallskär does not exist: this is the starter site of Brevlåda. The form is real.</p>
</footer>
</body>
</html>

"""#),
        EmbeddedFile("robots.txt", text: #"""
User-agent: *
Disallow: /api/

"""#),
        EmbeddedFile("style.css", text: #"""
/* SPDX-FileCopyrightText: The Brevlåda authors
   SPDX-License-Identifier: Apache-2.0 */

:root {
  color-scheme: light dark;
  --sky: #d9e6e3; --sea: #0d3b3c;
  --paper: #f6f8f5; --card: #fff; --ink: #10292b;
  --line: #667d7c; --red: #962a0b; --brass: #f4c655;
  --display: "Avenir Next Condensed", Bahnschrift, "Roboto Condensed", sans-serif-condensed,
    "Nimbus Sans Narrow", "Arial Narrow", sans-serif;
  --text: "Iowan Old Style", "Palatino Linotype", P052, Georgia, serif;
  --edge: max(1.25rem, 50vw - 36rem);
}
@media (prefers-color-scheme: dark) {
  :root { --sky: #15303a; --sea: #061a1d; --paper: #0e2227; --card: #1d424e; --ink: #e9f1ed; --line: #8ca5a4; --red: #ffc7b3; }
}

* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.125rem/1.6 var(--text); }
h1, h2, h3, nav, label, b, .mark, .button, .columns p + p { font-family: var(--display); font-stretch: 75%; line-height: 1.1; }
h1, h2, h3, p, ol { margin: 0; text-wrap: balance; }
h1, h2, .mark { text-transform: uppercase; }
h1 { font-size: clamp(3.2rem, 1.6rem + 7vw, 6.75rem); line-height: 1; letter-spacing: -.015em; }
h2 { font-size: clamp(2rem, 1.5rem + 2vw, 3.25rem); }
h3, b, .mark { font-size: 1.6rem; }
a { color: inherit; text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--red); outline-offset: 3px; }
section, .bar, footer { padding: 5rem var(--edge); }

.skip, .unseen { position: absolute; left: -99rem; }
.skip { padding: .75rem 1rem; background: var(--card); }
.skip:focus { left: .5rem; top: .5rem; }
.bar, nav { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1.5rem; }
.bar { padding-block: 1.25rem; background: var(--sky); }
.mark { font-weight: 700; letter-spacing: .06em; }
nav { font-size: 1.15rem; }
.bar a { padding: .3rem 0; text-decoration: none; }
.bar a:hover, .button:hover { text-decoration: underline; }

/* The boat's waterline, 460/640 down, lies where the sky meets the sea. */
.sky { padding-block: clamp(1.5rem, 4vw, 4rem) 0; background: var(--sky); }
.lede { max-width: 27rem; margin: 1.5rem 0 2rem; font-size: 1.3rem; line-height: 1.5; }
.boat { display: block; width: min(100%, 30rem); height: auto; margin: 0 auto; transform: translateY(28.125%); }
.capsized { transform: translateY(71.875%) scaleY(-1); }
.sea { padding-top: min(26vw, 9rem); background: var(--sea); color: #edf6f2; }
.sea:empty { min-height: 26rem; }
.sea :focus-visible { outline-color: var(--brass); }
.columns, ol { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 2.5rem 3rem; margin-top: 2.5rem; padding: 0; }
.columns h3 { margin-bottom: .5rem; padding-top: 1rem; border-top: 1px solid var(--brass); }
.columns p + p { margin-top: .75rem; color: var(--brass); font-size: 1.25rem; }

li { display: block; padding-top: 1rem; border-top: .5rem solid var(--brass); }
li:nth-child(2) { border-color: var(--line); }
li:nth-child(3) { border-color: #c4451c; }
li:nth-child(4) { border-color: #2f7f9e; }
li b { display: block; margin-bottom: .4rem; }

.write { display: grid; gap: 3rem; background: var(--sky); }
h2 + p, address { max-width: 26rem; margin-top: 1.25rem; font-style: normal; }

/* A letter on its way through the slot of a brass letterbox. */
.slot {
  height: 5.25rem; padding: .55rem 0 0 .5em; border-radius: .4rem;
  background: linear-gradient(#150d02, #46330f) 50% 75% / calc(100% - 1rem) 1.5rem no-repeat, linear-gradient(#efc65c, #c48d26);
  color: #4a3208; font: 700 1.1rem var(--display); letter-spacing: .5em; text-align: center;
}
.brevlada-status { margin: 1rem 1.75rem; }
form, .brevlada-sent { position: relative; margin: -1.85rem clamp(.75rem, 3vw, 1.75rem) 0; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 2.5rem; background: var(--card); box-shadow: inset 0 1rem 1rem -1rem #0008; }
label { display: block; margin-top: 1.25rem; font-size: 1.25rem; font-weight: 700; }
small { font-size: 1em; font-weight: 400; }
input, textarea { display: block; width: 100%; margin-top: .35rem; padding: .7rem .8rem; border: 1px solid var(--line); background: var(--paper); color: inherit; font: 1.125rem/1.6 var(--text); unicode-bidi: plaintext; }
textarea { resize: vertical; }
.button { display: inline-block; padding: .85rem 1.5rem; border: 1px solid #0000; background: var(--ink); color: var(--paper); font-size: 1.3rem; font-weight: 700; text-decoration: none; cursor: pointer; }
form .button { margin-top: 1.75rem; }
[aria-busy] .button { opacity: .6; cursor: progress; }

.brevlada-error, .brevlada-alert { display: block; margin-top: .4rem; color: var(--red); font-weight: 700; }
[aria-invalid] { border-color: var(--red); box-shadow: inset 0 0 0 1px var(--red); }
p.brevlada-sent { padding-block: 4rem; font-size: 1.6rem; }

footer { padding-block: 2rem; }

@media (min-width: 60rem) {
  .sky { display: grid; grid-template-columns: 1fr auto; align-items: end; }
  h1 { max-width: 6.4em; }
  .sky > div { align-self: start; padding-bottom: 4.5rem; }
  .boat { width: min(52vw, 43rem); margin: 0 -1rem 0 -14rem; }
  .sea { padding-top: 4.5rem; }
  .columns { margin-top: 6rem; }
  ol { grid-template-columns: 3fr 4fr 3fr 4fr; gap: 1rem; }
  .write { grid-template-columns: 1fr 1.3fr; }
}

"""#),
        EmbeddedFile("sv/index.html", text: #"""
<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Hallskärs båtverkstad</title>
<meta name="description" content="Två båtbyggare vid en slip i Bohuslän. Vi lagar, bygger om och bygger ibland nya båtar i trä.">
<!-- Sökmotorer vill ha hela adressen här, https://… -->
<link rel="alternate" hreflang="en" href="/">
<link rel="alternate" hreflang="sv" href="/sv/">
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/style.css">
<script src="/brevlada.js" defer></script>
</head>
<body>
<a class="skip" href="#write">Hoppa till formuläret</a>
<header class="bar">
  <a class="mark" href="/sv/">Hallskär</a>
  <nav>
    <a href="#work">Arbetet</a>
    <a href="#year">Året</a>
    <a href="#write">Kontakt</a>
    <a href="/" lang="en">English</a>
  </nav>
</header>
<main>
<section class="sky">
  <div>
    <h1>Träbåtar ska vara i sjön</h1>
    <p class="lede">Vi är två båtbyggare i Bohuslän med egen slip, och en kamin som sällan hinner slockna.</p>
    <a class="button" href="#write">Berätta om din båt</a>
  </div>
  <img class="boat" src="/boat.svg" alt="" width="920" height="640">
</section>

<section class="sea" id="work">
  <h2>Det här gör vi</h2>
  <div class="columns">
    <div>
      <h3>Lagar</h3>
      <p>Mjuka bord, trötta kölbultar, däck som släpper in regn. Det trasiga byter vi, det friska får sitta kvar.</p>
      <p>720 kr i timmen</p>
    </div>
    <div>
      <h3>Bygger om</h3>
      <p>När båten stått för länge på land går vi igenom den med dig. Plan och pris får du innan första skruven lossas.</p>
      <p>Genomgång 3 200 kr</p>
    </div>
    <div>
      <h3>Bygger nytt</h3>
      <p>En snipa varje vinter: arton fot, lärk på ek, för åror och två segel.</p>
      <p>Från 285 000 kr</p>
    </div>
  </div>
</section>

<section id="year">
  <h2>Året i verkstaden</h2>
  <ol>
    <li><b>Oktober</b> Torrsättning. Vi spolar av och går igenom varje båt med ägaren.</li>
    <li><b>Nov–mars</b> Inomhus, med kaminen tänd. Bord, spant, däck och motorer.</li>
    <li><b>April</b> Skrapa, mönja, fernissa. Ta gärna med egen pensel och hjälp till.</li>
    <li><b>Maj–sept</b> Sjösättning, sedan småjobb vid bryggan. I juli seglar vi själva.</li>
  </ol>
</section>

<section class="write" id="write">
  <div>
    <h2>Skriv en rad</h2>
    <p>Vad är det för båt, hur gammal är den och vad har du sett? Svar får du inom två arbetsdagar, ofta med en motfråga.</p>
    <address>
      Slipvägen 4, Hallskär<br>
      <a href="tel:+46313900612">031-390 06 12</a><br>
      Vardagar 7–16
    </address>
  </div>
  <div>
    <div class="slot" aria-hidden="true">BREV</div>
    <form action="/api/contact" method="post" data-brevlada>
      <input type="hidden" name="_next" value="/sv/tack.html">
      <input type="hidden" name="_language" value="sv">
      <label>Namn <small>(frivilligt)</small>
        <input name="name" autocomplete="name"></label>
      <label>E-post
        <input name="email" type="email" autocomplete="email" required></label>
      <label>Meddelande
        <textarea name="message" rows="6" maxlength="20000" required></textarea></label>
      <!-- För robotar: ingen ser fältet; text i det tyder på skräppost. -->
      <div class="unseen" aria-hidden="true">
        <label>Lämna tomt <input name="_gotcha" tabindex="-1" autocomplete="off"></label>
      </div>
      <button class="button">Lägg på lådan</button>
    </form>
  </div>
</section>
</main>
<footer>
  <p>Hallskär finns inte. Det här är Brevlådas exempelwebbplats; formuläret är äkta.</p>
</footer>
</body>
</html>

"""#),
        EmbeddedFile("sv/tack.html", text: #"""
<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tack · Hallskärs båtverkstad</title>
<meta name="robots" content="noindex">
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="bar"><a class="mark" href="/sv/">Hallskär</a></header>
<main>
<section class="sky">
  <div>
    <h1>Brevet ligger på lådan</h1>
    <p class="lede">Tack för att du skrev! Vi läser allt och svarar inom två arbetsdagar.</p>
    <a class="button" href="/sv/">Tillbaka till verkstaden</a>
  </div>
  <img class="boat" src="/boat.svg" alt="" width="920" height="640">
</section>
<div class="sea"></div>
</main>
</body>
</html>

"""#),
        EmbeddedFile("thanks.html", text: #"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Thank you · Hallskär Boat Workshop</title>
<meta name="robots" content="noindex">
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="bar"><a class="mark" href="/">Hallskär</a></header>
<main>
<section class="sky">
  <div>
    <h1>Your letter is in the box</h1>
    <p class="lede">Thank you. We read everything that comes, and answer within two working days.</p>
    <a class="button" href="/">Back to the workshop</a>
  </div>
  <img class="boat" src="/boat.svg" alt="" width="920" height="640">
</section>
<div class="sea"></div>
</main>
</body>
</html>

"""#),
    ]
}

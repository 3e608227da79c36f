// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// What the page says, in English and in Swedish: [English, Swedish], with {n} and the like to fill in.
const words = {
  skip: ['Skip to the messages', 'Hoppa till meddelandena'],
  boxes: ['Mailboxes', 'Mappar'], menu: ['Menu', 'Meny'], tools: ['Tools', 'Verktyg'], language: ['Language', 'Språk'],
  inbox: ['Inbox', 'Inkorg'], held: ['Held', 'Stoppade'], failed: ['Failed', 'Misslyckade'],
  archived: ['Archived', 'Arkiv'], all: ['All', 'Alla'],
  overview: ['Overview', 'Översikt'], exports: ['Export', 'Exportera'], erasure: ['Erase a person', 'Radera en person'],
  help: ['Shortcuts', 'Kortkommandon'], signOut: ['Sign out', 'Logga ut'],
  search: ['Search', 'Sök'], searchIn: ['Search messages', 'Sök bland meddelanden'],
  unreadOnly: ['Unread only', 'Bara olästa'], form: ['Form', 'Formulär'], allForms: ['All forms', 'Alla formulär'],
  messages: ['Messages', 'Meddelanden'], actions: ['Actions', 'Åtgärder'], unread: ['unread', 'oläst'],
  unreadN: ['unread', 'olästa'], unreadNOne: ['unread', 'oläst'],
  count: ['{n} messages', '{n} meddelanden'], countOne: ['1 message', '1 meddelande'],
  loading: ['Fetching…', 'Hämtar…'], older: ['Look further back', 'Sök längre tillbaka'],
  noneSoFar: ['Nothing found so far; older messages have not been looked at.', 'Inget hittat hittills; äldre meddelanden är inte genomsökta.'],
  notAllSeen: ['Older messages have not been looked at.', 'Äldre meddelanden är inte genomsökta.'],
  someUnreadable: ['{n} messages among these can’t be read, and are not shown. The log names them.',
    '{n} meddelanden bland de här går inte att läsa, och visas inte. I loggen står vilka de är.'],
  someUnreadableOne: ['1 message among these can’t be read, and is not shown. The log names it.',
    '1 meddelande bland de här går inte att läsa, och visas inte. I loggen står vilket det är.'],
  end: ['No older messages.', 'Inga äldre meddelanden.'], retry: ['Try again', 'Försök igen'],
  none: ['No letters yet', 'Inga brev ännu'],
  noneHint: ['New ones appear here by themselves. Post one from your site to see how it goes.',
    'Nya dyker upp här av sig själva. Skicka ett från din webbplats och se hur det går till.'],
  toSite: ['Open the site', 'Öppna webbplatsen'],
  noneHeld: ['Nothing is held', 'Inget är stoppat'],
  noneHeldHint: ['Possible spam waits here for you. Nothing is thrown away.',
    'Misstänkt skräppost väntar här på dig. Inget slängs.'],
  noneFailed: ['Every mail got through', 'Alla mejl kom fram'],
  noneFailedHint: ['Messages whose mail can’t be delivered end up here.',
    'Meddelanden vars mejl inte kommer fram hamnar här.'],
  noneArchived: ['Nothing is archived', 'Inget är arkiverat'],
  noneArchivedHint: ['What you are done with can be put here, out of sight.', 'Det du är klar med kan läggas här, ur vägen.'],
  noneFound: ['Nothing found', 'Inget hittades'],
  noneFoundHint: ['Try fewer or other words, or look in All.', 'Pröva färre eller andra ord, eller sök i Alla.'],
  pick: ['Choose a message to read it.', 'Välj ett meddelande för att läsa det.'],
  listFailed: ['The messages can’t be fetched: {why}', 'Meddelandena kan inte hämtas: {why}'],
  findFailed: ['The message can’t be fetched: {why}', 'Meddelandet kan inte hämtas: {why}'],
  offline: ['No contact right now. What you see may be old; new attempts are made by themselves.',
    'Ingen kontakt just nu. Det du ser kan vara gammalt; nya försök görs automatiskt.'],
  back: ['Back', 'Tillbaka'], nobody: ['No name', 'Utan namn'],
  newOne: ['New message from {name}', 'Nytt meddelande från {name}'], newUnnamed: ['New message', 'Nytt meddelande'],
  newMany: ['{n} new messages', '{n} nya meddelanden'],
  reply: ['Reply', 'Svara'], archive: ['Archive', 'Arkivera'], unarchive: ['Move to inbox', 'Flytta till inkorgen'],
  spam: ['Spam', 'Skräppost'], release: ['Not spam: release', 'Inte skräppost: släpp fram'],
  releaseRow: ['Release', 'Släpp fram'], releaseOf: ['Release the message of {name}', 'Släpp fram meddelandet från {name}'],
  releaseUnnamed: ['Release this message', 'Släpp fram meddelandet'],
  resend: ['Send the mail again', 'Skicka mejlet igen'], hurry: ['Try to send it again', 'Försök skicka igen'], resendAll: ['Send all failed again', 'Skicka alla misslyckade igen'],
  markUnread: ['Mark as unread', 'Markera som oläst'], remove: ['Delete', 'Radera'],
  from: ['From', 'Från'], replyTo: ['Replies go to', 'Svar går till'], received: ['Received', 'Kom in'],
  page: ['Page', 'Sida'], origin: ['Site', 'Webbplats'], number: ['Number', 'Nummer'], region: ['Region', 'Region'],
  expires: ['Erased after', 'Raderas efter'], details: ['About the message', 'Om meddelandet'],
  fields: ['Also filled in', 'Fylldes också i'], history: ['What has happened', 'Det här har hänt'],
  attempts: ['{n} attempts', '{n} försök'], noText: ['No text.', 'Ingen text.'],
  next: ['Next attempt', 'Nästa försök'],
  isReceived: ['Its mail is on the way', 'Mejlet är på väg'], isNotified: ['Mailed to you', 'Mejlat till dig'],
  isCaptured: ['Captured on this machine, not sent', 'Fångat på den här maskinen, inte skickat'],
  readCaptured: ['read the mail', 'läs mejlet'],
  didCaptured: ['Mail captured, not sent', 'Mejlet fångades, skickades inte'],
  isHeld: ['Held as possible spam', 'Stoppat som misstänkt skräppost'], isFailed: ['Its mail failed', 'Mejlet kom inte fram'],
  isBounced: ['Its mail came back', 'Mejlet studsade'],
  chipHeld: ['Held', 'Stoppat'], chipFailed: ['Failed', 'Misslyckat'], chipBounced: ['Bounced', 'Studsat'],
  chipArchived: ['Archived', 'Arkiverat'],
  didReceived: ['Came in', 'Kom in'], didHeld: ['Held as possible spam', 'Stoppades som misstänkt skräppost'],
  didNotified: ['Mailed to you', 'Mejlades till dig'], didPostponed: ['Mail put off', 'Mejlet sköts upp'],
  didPartial: ['Mailed to some of you', 'Mejlades till några av er'],
  didFailed: ['No more attempts to mail it', 'Inga fler försök att mejla'], didBounced: ['Mail came back', 'Mejlet studsade'],
  didReleased: ['You released it', 'Du släppte fram det'], didResent: ['You asked for its mail again', 'Du bad om mejlet igen'],
  didSpam: ['You marked it as spam', 'Du markerade det som skräppost'],
  errorGaveUp: ['It was tried for {n} days.', 'Det prövades i {n} dagar.'],
  errorGaveUpOne: ['It was tried for a day.', 'Det prövades i ett dygn.'],
  errorHostNotFound: ['The mail server’s name can’t be found.', 'E-postserverns namn går inte att hitta.'],
  errorConnectionFailed: ['The mail server can’t be reached.', 'Det går inte att nå e-postservern.'],
  errorTimedOut: ['The mail server did not answer in time.', 'E-postservern svarade inte i tid.'],
  errorConnectionLost: ['The connection to the mail server was lost.', 'Anslutningen till e-postservern bröts.'],
  errorTlsFailed: ['There is no secure connection to the mail server.', 'Det går inte att få en säker anslutning till e-postservern.'],
  errorAuthenticationFailed: ['The mail server refused the sign-in.', 'E-postservern godtog inte inloggningen.'],
  errorAuthenticationRequired: ['The mail server wants a sign-in first.', 'E-postservern kräver inloggning.'],
  errorSenderRefused: ['The mail server refused the sender.', 'E-postservern godtog inte avsändaren.'],
  errorRecipientRefused: ['The mail server refused the recipient.', 'E-postservern godtog inte mottagaren.'],
  errorMessageRefused: ['The mail server refused the mail.', 'E-postservern godtog inte mejlet.'],
  errorMessageTooLarge: ['The mail is too large for the mail server.', 'Mejlet är för stort för e-postservern.'],
  errorServiceUnavailable: ['The mail server takes no mail for now.', 'E-postservern tar inte emot mejl just nu.'],
  heldBecause: ['It was held, not mailed, because:', 'Det stoppades och mejlades inte, eftersom:'],
  whyHoneypot: ['a hidden field that no person sees was filled in', 'ett dolt fält som ingen människa ser var ifyllt'],
  whyTooFast: ['it was sent within seconds of the form being shown', 'det skickades bara några sekunder efter att formuläret visades'],
  whyLinks: ['it has unusually many links', 'det innehåller ovanligt många länkar'],
  whyBlockedWord: ['it has a word that you block', 'det innehåller ett ord som du har spärrat'],
  whyBlockedAddress: ['it comes from an address that you block', 'det kommer från en adress som du har spärrat'],
  whyRepeatedContent: ['the same text came several times within an hour', 'samma text kom flera gånger inom en timme'],
  whyWebdriver: ['a program drove the browser', 'ett program styrde webbläsaren'],
  whyMissingOrigin: ['the browser did not say which page it came from', 'webbläsaren sade inte vilken sida det kom från'],
  whyChallengeUnavailable: ['the check that a person sent it could not be made', 'det gick inte att kontrollera att en människa skickat det'],
  whyOwner: ['you marked it as spam', 'du markerade det som skräppost'],
  undo: ['Undo', 'Ångra'], undoMails: ['Undo, and mail it again', 'Ångra, och mejla det igen'],
  doneArchive: ['Archived.', 'Arkiverat.'], doneUnarchive: ['Moved to the inbox.', 'Flyttat till inkorgen.'],
  doneSpam: ['Marked as spam.', 'Markerat som skräppost.'], doneRelease: ['Released. Its mail is on the way.', 'Framsläppt. Mejlet är på väg.'],
  doneResend: ['The mail is on its way again.', 'Mejlet är på väg igen.'], doneUnread: ['Marked as unread.', 'Markerat som oläst.'],
  doneRemove: ['Deleted.', 'Raderat.'], doneResendAll: ['{n} mails are on their way again.', '{n} mejl är på väg igen.'], doneResendAllOne: ['1 mail is on its way again.', '1 mejl är på väg igen.'],
  didNot: ['That didn’t happen: {why}', 'Det gick inte: {why}'],
  gone: ['This message is no longer there.', 'Det här meddelandet finns inte längre.'],
  goneWhy: ['the message is no longer there.', 'meddelandet finns inte längre.'],
  network: ['no answer came. Check the connection and try again.', 'inget svar kom. Kontrollera anslutningen och försök igen.'],
  broken: ['the answer broke off. The connection was cut, or a message in it can’t be read: then “brevlada inbox export” saves all the rest.',
    'svaret bröts av. Antingen bröts anslutningen, eller så finns ett meddelande med som inte går att läsa: då sparar ”brevlada inbox export” allt det andra.'],
  unwell: ['the server could not do it. Try again in a moment.', 'servern klarade det inte. Försök igen om en stund.'],
  misunderstood: ['the server did not understand what was asked. Load the page again and try once more.',
    'servern förstod inte vad som skulle göras. Ladda om sidan och försök en gång till.'],
  conflict: ['the message has changed meanwhile. It is shown as it is now.', 'meddelandet har ändrats under tiden. Det visas som det är nu.'],
  unreadable: ['what is stored can’t be read. The log says why.', 'det som är sparat går inte att läsa. Loggen säger varför.'],
  ended: ['you are no longer signed in.', 'du är inte längre inloggad.'],
  removeAsk: ['Delete this message for good?', 'Radera meddelandet för gott?'],
  removeAskOf: ['Delete the message from {name} for good?', 'Radera meddelandet från {name} för gott?'],
  removeWarn: ['It can’t be brought back. To keep it out of sight, archive it instead.',
    'Det går inte att få tillbaka. Arkivera det i stället om du bara vill slippa se det.'],
  resendAllAsk: ['Send the mail of every failed or bounced message again?', 'Skicka mejlet för varje misslyckat eller studsat meddelande igen?'],
  cancel: ['Cancel', 'Avbryt'], close: ['Close', 'Stäng'],
  exportTitle: ['Export messages', 'Exportera meddelanden'], exportWhat: ['Exports what you see now: {what}.', 'Exporterar det du ser nu: {what}.'], quoted: ['“{text}”', '”{text}”'],
  format: ['Format', 'Format'], csvComma: ['CSV, commas', 'CSV, komma'], csvExcel: ['CSV for Excel, semicolons', 'CSV för Excel, semikolon'],
  csvTab: ['CSV, tabs', 'CSV, tabb'], jsonl: ['JSON Lines, for programs', 'JSON Lines, för program'],
  since: ['From', 'Från och med'], until: ['To', 'Till och med'], download: ['Download', 'Ladda ner'],
  daysTurned: ['The first day is after the last. Change one.', 'Första dagen är efter den sista. Ändra en av dem.'],
  exporting: ['{n} so far…', '{n} hittills…'], exported: ['{n} saved as {file}.', '{n} sparade som {file}.'],
  exportUnreadable: ['{n} messages can’t be read, and are not in it.', '{n} meddelanden går inte att läsa, och är inte med.'],
  exportUnreadableOne: ['1 message can’t be read, and is not in it.', '1 meddelande går inte att läsa, och är inte med.'],
  eraseTitle: ['Erase a person’s messages', 'Radera en persons meddelanden'],
  eraseWhat: ['Every message from this address is deleted, read or not, archived too. It can’t be brought back. You get a receipt.',
    'Alla meddelanden från adressen raderas, lästa som olästa, även arkiverade. De går inte att få tillbaka. Du får ett kvitto.'],
  address: ['E-mail address', 'E-postadress'], again: ['The same address again, to confirm', 'Samma adress igen, för att bekräfta'],
  eraseDo: ['Erase for good', 'Radera för gott'], eraseFrom: ['Erase all from this sender', 'Radera allt från avsändaren'],
  addressBad: ['Enter the whole e-mail address, such as name@example.com.', 'Skriv hela e-postadressen, till exempel namn@example.se.'],
  addressDiffers: ['The two addresses differ.', 'Adresserna är olika.'],
  erasing: ['{n} erased so far…', '{n} raderade hittills…'], erasingOne: ['1 erased so far…', '1 raderat hittills…'],
  eraseHalf: ['Not all is erased ({n} so far): {why}', 'Allt är inte raderat (hittills {n}): {why}'],
  eraseUnreadable: ['{n} messages can’t be read and are still there; any of them may be from this address. The receipt has their numbers.',
    '{n} meddelanden går inte att läsa och finns kvar; vilket som helst kan vara från adressen. Kvittot har deras nummer.'],
  eraseUnreadableOne: ['1 message can’t be read and is still there; it may be from this address. The receipt has its number.',
    '1 meddelande går inte att läsa och finns kvar; det kan vara från adressen. Kvittot har dess nummer.'],
  receipt: ['Receipt', 'Kvitto'], erasedAt: ['Erased', 'Raderat'], erasedCount: ['{n} messages erased', '{n} meddelanden raderade'], erasedCountOne: ['1 message erased', '1 meddelande raderat'],
  erasedNone: ['No message is from this address', 'Inget meddelande kommer från adressen'],
  stillThere: ['Still there: the mails that were sent to you (search your mailbox for these numbers) and your backups.',
    'Kvar finns mejlen som skickades till dig (sök efter numren i din e-post) och dina säkerhetskopior.'],
  saveReceipt: ['Save the receipt', 'Spara kvittot'], andMore: ['and {n} more, in the saved receipt', 'och {n} till, i det sparade kvittot'],
  period: ['Period', 'Period'], days: ['{n} days', '{n} dagar'],
  addsUp: ['Every message is accounted for', 'Varje meddelande är redovisat'],
  addsUpNot: ['The numbers don’t add up', 'Siffrorna går inte ihop'],
  addsUpUnknown: ['What became of the messages', 'Vad som blev av meddelandena'],
  addsUpUnknownHint: ['{n} of them have no receipt of having come in, so others like them may be missing unnoticed.',
    '{n} av dem saknar kvitto på att de togs emot. Därför går det inte att veta om fler sådana har försvunnit.'],
  addsUpUnknownHintOne: ['1 of them has no receipt of having come in, so others like it may be missing unnoticed.',
    '1 av dem saknar kvitto på att det togs emot. Därför går det inte att veta om fler sådana har försvunnit.'],
  notAll: ['There is too much to look at in one go; the true numbers are higher. Choose a shorter period.',
    'Det är för mycket att se igenom på en gång; de rätta talen är högre. Välj en kortare period.'],
  addsUpNotHint: ['Messages are missing or counted twice. Run “brevlada audit” where it is installed, before anything else.',
    'Meddelanden saknas eller räknas dubbelt. Kör ”brevlada audit” på maskinen där Brevlåda är installerat, innan du gör något annat.'],
  accepted: ['accepted', 'mottagna'], stored: ['stored', 'sparade'], notified: ['mailed', 'mejlade'], waiting: ['on the way', 'på väg'],
  heldN: ['held', 'stoppade'], unreadableN: ['unreadable', 'oläsbara'], failedN: ['failed', 'misslyckade'], bouncedN: ['bounced', 'studsade'],
  erased: ['erased', 'raderade'], expired: ['expired', 'utgångna'], overdue: ['{n} overdue', '{n} försenade'], overdueOne: ['1 overdue', '1 försenat'], difference: ['missing', 'saknas'],
  day: ['Day', 'Dag'], perDay: ['Messages per day', 'Meddelanden per dag'], perDayLabel: ['Messages per day, at most {n}', 'Meddelanden per dag, som mest {n}'],
  other: ['others', 'övriga'], delivery: ['From letterbox to mail', 'Från brevlåda till mejl'],
  half: ['half within', 'hälften inom'], most: ['95 of 100 within', '95 av 100 inom'], slowest: ['slowest', 'långsammast'],
  noDelivery: ['No mail has been sent in this period.', 'Inget mejl har skickats under perioden.'],
  problems: ['Needs a look', 'Behöver ses över'], noProblems: ['Nothing needs a look.', 'Inget behöver ses över.'],
  asTable: ['{n} messages, as a table', '{n} meddelanden, som tabell'], asTableOne: ['1 message, as a table', '1 meddelande, som tabell'], auditFailed: ['The overview can’t be fetched: {why}', 'Översikten kan inte hämtas: {why}'],
  kindMissing: ['Messages that something else removed', 'Meddelanden som något annat har tagit bort'],
  kindMissingOne: ['Message that something else removed', 'Meddelande som något annat har tagit bort'],
  kindUnreadable: ['Messages that can’t be read', 'Meddelanden som inte går att läsa'],
  kindUnreadableOne: ['Message that can’t be read', 'Meddelande som inte går att läsa'],
  kindPartial: ['Mail that did not reach everybody', 'Mejl som inte nådde alla'],
  kindOverdue: ['Mail that should have gone out by now', 'Mejl som borde ha gått iväg'], kindFailed: ['Mail that failed', 'Mejl som inte kom fram'],
  kindBounced: ['Mail that came back', 'Mejl som studsade'], kindHeld: ['Held as possible spam', 'Stoppade som misstänkt skräppost'],
  kindHeldOne: ['Held as possible spam', 'Stoppat som misstänkt skräppost'],
  keysOn: ['Use the shortcuts', 'Använd kortkommandona'], keyNext: ['next, previous message', 'nästa, föregående meddelande'],
  keyOpen: ['open', 'öppna'], keyBack: ['back to the list', 'tillbaka till listan'], keySearch: ['search', 'sök'],
  keyArchive: ['archive, or back to the inbox', 'arkivera, eller tillbaka till inkorgen'], keySpam: ['spam, or release', 'skräppost, eller släpp fram'],
  keyUnread: ['mark as unread', 'markera som oläst'], keyDelete: ['delete', 'radera'], keyUndo: ['undo', 'ångra'],
  keyReply: ['reply by mail', 'svara med mejl'], keyHelp: ['this list', 'den här listan'],
  owner: ['Owner', 'Ägare'], needsTLS: ['Signing in needs https, or http://localhost on the machine itself.', 'Inloggning kräver https, eller http://localhost på själva maskinen.'], behindProxy: ['The server does not know that you came by https: let the proxy send X-Forwarded-Proto and name it in trusted_proxies, or set site_url.', 'Servern vet inte att du anslöt via https: låt proxyn skicka X-Forwarded-Proto och ange proxyns adress i trusted_proxies, eller ange site_url.'],
  elsewhere: ['The server knows itself by another address: open the inbox at the one that site_url names, or set site_url to this one.', 'Servern är inställd på en annan adress: öppna inkorgen på adressen i site_url, eller ändra site_url till adressen du är på nu.'],
  signInHint: ['Sign in to read your messages.', 'Logga in för att läsa dina meddelanden.'], password: ['Password', 'Lösenord'], signIn: ['Sign in', 'Logga in'],
  showPassword: ['Show the password', 'Visa lösenordet'],
  endedHint: ['Your session has ended. Sign in to go on where you were.', 'Du har loggats ut. Logga in för att fortsätta där du var.'],
  wrong: ['That is not the password. Check it and try again.', 'Lösenordet stämmer inte. Kontrollera det och försök igen.'],
  throttled: ['Too many attempts. Wait {n} s and try again.', 'För många försök. Vänta {n} s och försök igen.'],
  firstHint: ['Choose the password that opens this inbox. Twelve characters or more; a few words in a row are easy to keep.',
    'Välj lösenordet som öppnar den här inkorgen. Tolv tecken eller fler; några ord i rad är lätta att minnas.'],
  newPassword: ['New password', 'Nytt lösenord'], setPassword: ['Set the password', 'Spara lösenordet'],
  tooShort: ['Choose at least 12 characters.', 'Välj minst 12 tecken.'],
  firstUsed: ['The link is no longer valid. Run “brevlada passwd” to set a password.',
    'Länken gäller inte längre. Kör ”brevlada passwd” för att välja ett lösenord.'],
  unset: ['No password is set yet. Open the link that “brevlada serve” printed when it started, or run “brevlada passwd”.',
    'Inget lösenord är valt ännu. Öppna länken som ”brevlada serve” skrev ut vid starten, eller kör ”brevlada passwd”.'],
  cognitoHint: ['You sign in on a page of your own AWS account, then come back here.',
    'Du loggar in på en sida i ditt eget AWS-konto och kommer sedan tillbaka hit.'],
  signInFailed: ['Signing in did not work. Try again.', 'Det gick inte att logga in. Försök igen.'],
  startFailed: ['The inbox can’t be opened: {why}', 'Inkorgen kan inte öppnas: {why}'],
}

const languages = ['en', 'sv']
const remembered = () => { try { return localStorage.getItem('brevlada.language') } catch { return null } }
const wanted = [remembered(), ...navigator.languages].map(tag => String(tag).slice(0, 2).toLowerCase())

const chosen = wanted.find(tag => languages.includes(tag))

export let language = chosen ?? 'en'

/** What a person speaks who speaks neither language: the site's own. */
export const setFallback = tag => { if (!chosen && languages.includes(tag)) language = tag }

export const setLanguage = tag => {
  language = tag
  try { localStorage.setItem('brevlada.language', tag) } catch { /* then for this visit only */ }
}

/** The words of `key`, or of its singular; a key that was made from an answer may be unknown, and is then said as it came. */
export const say = (key, values = {}) => {
  if (values.n === '1' && Object.hasOwn(words, key + 'One')) key += 'One'
  const text = Object.hasOwn(words, key) ? words[key][languages.indexOf(language)] : values.else ?? key
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '')
}

/** `too-fast` after `why` is `whyTooFast`. */
export const keyOf = (prefix, word) =>
  prefix + String(word).replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase())

/** The browser's own variant of the language, so that an American gets American dates. */
const locale = () => navigator.languages.find(tag => tag.startsWith(language)) ?? (language === 'sv' ? 'sv-SE' : 'en-GB')

export const number = value => value.toLocaleString(locale())

/** The time today, the day this year, else the date. */
export const shortTime = (text, now = new Date()) => {
  const time = new Date(text)
  if (time.toDateString() === now.toDateString()) return time.toLocaleTimeString(locale(), { timeStyle: 'short' })
  const isThisYear = time.getFullYear() === now.getFullYear()
  return time.toLocaleDateString(locale(), isThisYear ? { day: 'numeric', month: 'short' } : { dateStyle: 'medium' })
}

export const longTime = text => new Date(text).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' })

/** The day of a moment by the person's own clock. */
export const localDay = time => time.toLocaleDateString(locale(), { day: 'numeric', month: 'short' })

/** The same of a day in UTC, as the books have it. */
export const dayName = text => new Date(text + 'T00:00:00Z').toLocaleDateString(locale(), { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** 0.42 s, 2.1 s, 61 s, 12 min, 3 h. */
export const duration = seconds => {
  const [value, unit] = seconds < 100 ? [seconds, 's'] : seconds < 6000 ? [seconds / 60, 'min'] : [seconds / 3600, 'h']
  return `${value.toLocaleString(locale(), { maximumSignificantDigits: 2 })} ${unit}`
}

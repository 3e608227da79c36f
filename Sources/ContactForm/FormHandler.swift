// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Takes a form from a visitor: reads it, checks it, stores it, answers.
///
///     limits ─► decode ─► validate ─► challenge ─► spam verdict ─► store ─► answer
///
/// The same on AWS and on one machine. Keeps no state, asks no clock, and throws nothing: whatever happens, the visitor
/// gets an answer that says what to do, and "thanks" only when the message is stored.
package struct FormHandler: Sendable {
    package var settings: FormSettings
    package var store: any SubmissionStore
    package var limiter: any SubmissionLimiter
    package var history: any ContentHistory
    /// Nil when no challenge is configured.
    package var challenge: (any Challenge)?

    private let decoder: BodyDecoder
    private let errorPagePolicy: String

    package init(
        settings: FormSettings,
        store: any SubmissionStore,
        limiter: any SubmissionLimiter,
        history: any ContentHistory,
        challenge: (any Challenge)? = nil
    ) {
        self.settings = settings
        self.store = store
        self.limiter = limiter
        self.history = history
        self.challenge = challenge
        self.decoder = BodyDecoder(limits: settings.limits)
        self.errorPagePolicy = ErrorPage.contentSecurityPolicy(settings.origins)
    }

    /// Answers one request. See `FormResponse.Outcome` for what may come of it.
    package func handle(_ request: FormRequest) async -> FormResponse {
        var reply = Reply(request: request, settings: settings, errorPagePolicy: errorPagePolicy)
        let origin = settings.origins.verdict(origin: request.headers.origin, host: request.headers.host)
        switch origin {
        case .allowed(let origin): reply.allowedOrigin = origin
        // What is let in may know what came of it: a page in a sandboxed frame, or opened from a disk.
        case .absent: reply.allowedOrigin = request.headers.origin == "null" ? "null" : nil
        case .foreign:
            // Or the page's script could not tell this from no answer. It holds nothing but a sentence.
            if request.method != "OPTIONS" { reply.allowedOrigin = "*" }
            let failure = Failure(403, .blocked, "Origin not allowed", message: reply.sentences.foreignOrigin)
            let origin = request.headers.origin.flatMap(OriginPolicy.named)
            return reply.failure(failure, outcome: .refused(reply.refusal(failure, origin: origin)))
        }
        if request.method == "OPTIONS" { return reply.preflight() }
        guard request.method == "POST" else {
            let message = reply.sentences.methodNotAllowed
            return reply.failure(Failure(405, .methodNotAllowed, "Method not allowed", message: message))
        }
        guard let name = FormName(rawValue: request.form), let form = settings.forms[name] else {
            return reply.failure(Failure(404, .formNotFound, "Form not found", message: reply.sentences.formNotFound))
        }
        reply.use(form)
        guard form.isActive else {
            return reply.failure(Failure(403, .inactive, "Form not active", message: reply.sentences.inactive))
        }
        return await take(request, form: form, hasOrigin: origin != .absent, reply: &reply)
    }

    private func take(
        _ request: FormRequest,
        form: FormDefinition,
        hasOrigin: Bool,
        reply: inout Reply
    ) async -> FormResponse {
        if case .noRoom = request.body { return reply.failure(.noRoom(reply.sentences)) }
        guard case .complete(let body) = request.body, body.count <= settings.limits.bodyBytes else {
            return reply.failure(.tooLarge(reply.sentences, contentType: request.headers.contentType))
        }
        let wait = limiter.admit(
            clientAddress: request.clientAddress,
            form: form.name,
            octets: body.count,
            at: request.receivedAt
        )
        // A page gives the visitor's text back, so it must be read; a script keeps it, and a flood is cut short.
        if let wait, reply.format == .json { return reply.failure(.tooMany(reply.sentences, seconds: wait)) }

        let decoded: DecodedForm
        do throws(IntakeError) {
            decoded = try decoder.decode(body, contentType: request.headers.contentType)
        } catch {
            return reply.failure(Failure(error, limits: settings.limits, reply.sentences))
        }
        var fields = decoded.fields.named(by: form)
        let problem = decoded.problem?.named(by: form, among: decoded.fields)
        let special = SpecialFields(
            takingFrom: &fields,
            of: form,
            challenge: challenge?.tokenField
        )
        reply.use(fields, special)
        if let wait { return reply.failure(.tooMany(reply.sentences, seconds: wait)) }
        if let problem {
            return reply.failure(Failure(problem, limits: settings.limits, reply.sentences))
        }
        guard !fields.fields.allSatisfy(\.isBlank) else { return reply.failure(.empty(reply.sentences)) }
        let errors = form.errors(
            in: fields,
            addressField: special.addressField,
            language: reply.sentences.language
        )
        guard errors.isEmpty else { return reply.failure(.validation(errors, reply.sentences)) }

        var submission = Submission(request, form: form, fields: fields, special: special, region: settings.region)
        submission.language = reply.sentences.language
        let session = request.headers.formspreeSessionData.flatMap { FormspreeSession(header: $0) }
        let checked = await check(special.challengeToken, of: submission, reply: reply)
        if case .answered(let response) = checked { return response }

        let shown = special.started ?? session?.loadedAt
        let evidence = SpamEvidence(
            fields: FieldList(fields.fields + special.said),
            names: fields.namesWithoutRule(in: form),
            foreignPage: settings.origins.allows(page: submission.page, host: request.headers.host)
                ? nil : submission.page,
            addresses: [submission.email, submission.replyTo].compactMap(\.self),
            isHoneypotFilled: special.isHoneypotFilled,
            // A client whose clock is ahead tells nothing.
            fillTime: shown.map { request.receivedAt.since($0) }.flatMap { $0 < .seconds(0) ? nil : $0 },
            isWebdriver: session?.isWebdriver ?? false,
            hasOrigin: hasOrigin || request.headers.referer?.isBlank == false,
            timesSeen: timesSeen(submission, in: form),
            isChallengeUnavailable: checked == .unavailable
        )
        let verdict = settings.spam.verdict(on: evidence)
        submission.spamReasons = verdict.reasons
        if verdict.isHeld {
            submission.status = .held
            submission.delivery.nextAttempt = nil
        }
        return await store(submission, octets: body.count, reply: reply)
    }

    private func store(_ submission: Submission, octets: Int, reply: Reply) async -> FormResponse {
        do throws(StoreError) {
            let key = submission.key
            guard case .stored = try await store.insert(submission) else {
                return reply.success(.repeated(key), id: key.id)
            }
            limiter.didStore(form: key.form, octets: octets, at: submission.receivedAt)
            guard submission.status == .held else { return reply.success(.stored(key), id: key.id) }
            return reply.success(.held(key, reasons: submission.spamReasons), id: key.id)
        } catch {
            // It would be as large when it is sent again, and nothing is broken.
            guard error.code != .tooLarge else { return reply.failure(.tooLarge(reply.sentences, contentType: nil)) }
            return reply.fault(error)
        }
    }

    /// A short text such as "hello" may well come twice; a longer one that keeps coming does not. What is sent again because
    /// it was not stored, or no answer came, is the same submission.
    private func timesSeen(_ submission: Submission, in form: FormDefinition) -> Int {
        guard var message = submission.message(in: form)?.trimmedSpaces, message.utf8.count >= 20 else { return 1 }
        // Forgotten with the process, so a hash that is seeded with it will do.
        var hasher = Hasher()
        message.withUTF8 { bytes in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count) { folded in
                for (index, byte) in bytes.enumerated() {
                    folded[index] = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
                }
                hasher.combine(bytes: UnsafeRawBufferPointer(folded))
            }
        }
        let digest = UInt64(bitPattern: Int64(hasher.finalize()))
        return history.count(digest, in: submission.id, at: submission.receivedAt)
    }
}

// MARK: - Challenge

extension FormHandler {
    private enum CheckedChallenge: Equatable {
        case passed
        case unavailable
        case answered(FormResponse)
    }

    /// Checks the token, which is asked for only now that the fields are right: it can be used once.
    private func check(
        _ token: String?,
        of submission: Submission,
        reply: Reply
    ) async -> CheckedChallenge {
        guard let challenge else { return .passed }
        let field = challenge.tokenField
        let sentences = reply.sentences
        guard let token, !token.isBlank else {
            return .answered(reply.failure(.challenge(.challengeMissing, sentences.challengeMissing, field: field)))
        }
        switch await challenge.verify(token: token) {
        case .passed: return .passed
        case .unavailable: return .unavailable
        case .refused:
            return .answered(reply.failure(.challenge(.challengeFailed, sentences.challengeFailed, field: field)))
        case .expired:
            // A retry after a lost answer comes with the token that the first try used up.
            if let stored = try? await store.find(submission.key) {
                return .answered(reply.success(.repeated(stored.key), id: stored.id))
            }
            return .answered(reply.failure(.challenge(.challengeExpired, sentences.challengeExpired, field: field)))
        }
    }
}

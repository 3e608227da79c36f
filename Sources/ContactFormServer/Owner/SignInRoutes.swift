// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes
import Hummingbird
import JSON

/// `/api/session`: signing in, asking whether one is, signing out, and setting the first password.
struct SignInRoutes: Sendable {
    let signIn: OwnerSignIn

    /// What is known of the request besides its text.
    struct Circumstances {
        let isOverTLS: Bool
        let cookie: SessionCookie
        let client: IPAddress?
        /// Whether nobody stands between, as far as can be told.
        let isFromThisMachine: Bool
        let body: [UInt8]
        let reply: OwnerReply
    }

    func respond(to request: Request, path: Substring, _ circumstances: Circumstances) async -> Response {
        let reply = circumstances.reply
        switch (path, request.method) {
        case ("/session", .get), ("/session", .head): return state(of: request, circumstances)
        case ("/session", .delete):
            if let token = circumstances.cookie.token(in: request.headers) { signIn.signOut(token) }
            var response = Response(reply.nothing())
            response.headers[.setCookie] = circumstances.cookie.removing
            return response
        case ("/session", .post):
            guard circumstances.isOverTLS || RequestOrigin.isLoopback(request.head.authority) else {
                return Response(reply.failure(403, .needsTLS, "TLS needed", reply.sentences.needsTLS))
            }
            guard let password = Self.text("password", in: circumstances.body), !password.isEmpty,
                password.utf8.count <= 4 * OwnerSignIn.passwordLength.upperBound
            else { return Response(Self.wrongBody("password", reply)) }
            let outcome = await signIn.signIn(password, from: circumstances.client)
            return answer(outcome, refusal: reply.sentences.wrongPassword, circumstances)
        case ("/session/password", .post):
            guard circumstances.isOverTLS || RequestOrigin.isLoopback(request.head.authority) else {
                return Response(reply.failure(403, .needsTLS, "TLS needed", reply.sentences.needsTLS))
            }
            return await setFirstPassword(circumstances)
        case ("/session", _): return Response(reply.wrongMethod(["GET", "HEAD", "POST", "DELETE"]))
        default: return Response(reply.wrongMethod(["POST"]))
        }
    }

    private func state(of request: Request, _ circumstances: Circumstances) -> Response {
        if signIn.isSignedIn(circumstances.cookie.token(in: request.headers)) {
            return Response(circumstances.reply.json { $0.object { $0.member("signedIn", true) } })
        }
        // What strangers learn must not depend on whether there is a password. Whoever opens the link of the first run, from
        // wherever, does not ask for this.
        guard circumstances.isFromThisMachine, signIn.needsPassword else {
            return Response(circumstances.reply.notSignedIn())
        }
        return Response(
            circumstances.reply.json { writer in
                writer.object { object in
                    object.member("signedIn", false)
                    object.member("needsPassword", true)
                }
            }
        )
    }

    private func setFirstPassword(_ circumstances: Circumstances) async -> Response {
        let reply = circumstances.reply
        guard let token = Self.text("token", in: circumstances.body) else {
            return Response(Self.wrongBody("token", reply))
        }
        guard let password = Self.text("password", in: circumstances.body),
            OwnerSignIn.passwordLength.contains(password.unicodeScalars.count)
        else {
            let message = reply.sentences.shortPassword(OwnerSignIn.passwordLength)
            return Response(
                reply.failure(400, .invalidParameter, "Invalid parameter", message, parameter: "password")
            )
        }
        let outcome = await signIn.setFirstPassword(
            password,
            by: SecretToken(token),
            from: circumstances.client
        )
        return answer(outcome, refusal: reply.sentences.badFirstLink, circumstances)
    }

    private func answer(_ outcome: OwnerSignIn.Outcome, refusal: String, _ circumstances: Circumstances) -> Response {
        let reply = circumstances.reply
        switch outcome {
        case .signedIn(let token):
            var response = Response(reply.json { $0.object { $0.member("signedIn", true) } })
            response.headers[.setCookie] = circumstances.cookie.setting(token)
            return response
        case .refused: return Response(reply.failure(401, .wrongPassword, "Wrong password", refusal))
        case .throttled(let seconds): return Response(reply.tooMany(seconds: seconds))
        case .unavailable:
            return Response(reply.failure(503, .unavailable, "Unavailable", reply.sentences.signInUnavailable))
        }
    }

    /// A member of the JSON object in the body that is a text.
    private static func text(_ name: String, in body: [UInt8]) -> String? {
        (try? JSONParser.parse(body, maximumDepth: 2))?[name]?.string
    }

    private static func wrongBody(_ name: String, _ reply: OwnerReply) -> OwnerResponse {
        let message = reply.sentences.needsText(name)
        return reply.failure(400, .invalidParameter, "Invalid parameter", message, parameter: name)
    }
}

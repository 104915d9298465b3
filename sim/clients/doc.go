// Package clients is what calls a platform: how long it waits for an answer, and
// what it does without one.
//
// A client waits for its Timeout, from the arrival of an attempt, and then gives
// that up (sim.Function.Patience: the kernel ends the request as abandoned). After
// an answer that it retries on, it asks again, up to Retries times, after a backoff
// (sim/backoff) that the number of retries and the jitter determine. After a rejection
// it may have a backoff of its own, and retries that count by themselves (Throttled).
// The n-th draw of a request is keyed by its key and n, never by when it is made, so
// that two policies see the same clients.
//
// A retry asks the same: it has the service time, the row of columns and the key of
// the first attempt, hence its tokens. What the platform draws for it (a cold
// service, an initialisation, a failure, the pace of a server) is keyed by the attempt, too.
//
// No attempt arrives later after the first than MaxAge allows, and none without the
// tokens that it takes of the client's Quota, the retry budget that all its requests
// share.
//
// Left out: clients that slow down before they are turned away (the adaptive mode of
// AWS SDKs), circuit breakers, hedged requests, and a client that sees how long to wait
// in the answer (Retry-After).
package clients

// Package lifetimes fits how long a provider keeps instances to a log of what it did: how
// long an idle one stays, and which age none passes.
//
// # What a log tells
//
// Of each request when it ran, on which instance, and whether it was cold. The life of an
// instance is its requests. Three things are known of it:
//
//   - An idle gap that was followed by another request was survived: the idle time that was
//     drawn is longer, and so is the age.
//   - A cold start of the same function while an instance was idle says that this one had
//     gone: otherwise it would have served. So it went after its last request and before
//     that start, by its idle time or by its age.
//   - An instance that is still there when the log ends, or of which no later cold start
//     tells, is censored: it was at least as old as at the end of its last request.
//
// An instance whose first request was not cold was there before the log. Its age is not
// known, so that only its survived gaps count.
//
// # The fit
//
// Idle times I, one a gap, and ages A, one an instance, are independent. The likelihood is
// that of competing risks, interval-censored: P(I > g) for a survived gap; for an instance
// that was a old at its end, and is known to be gone when idle for u and b old,
//
//	P(A > a) − P(I > u) · P(A > b),
//
// and P(A > a) for one that is censored. It is made largest over all distributions
// (Turnbull's estimate, of two risks), by expectation and maximisation. All mass lies at
// ends of intervals, u or b, or beyond all that was seen: moving it later up to the next
// such end takes from no term. No shape is assumed, since the providers publish none, and
// since what was measured looks like none: ages end between two of them.
//
// Where in an interval the mass lies the likelihood does not say. It is spread evenly from
// the longest that was survived below its end. What lies beyond all is put at the longest
// that was seen.
//
// # Left out
//
// That idle times depend on the age, the hour or the load; that instances are told to go in
// groups, as by a deployment. Two fits can be as likely where every interval could be
// either's: what is printed says how many were.
package lifetimes

// Package logs reads production logs and says what load they show: functions,
// arrivals, durations, initialisations, memory, and what was billed.
//
// # Model
//
//  1. [Read] takes files in order. Each is decompressed by its first bytes
//     (gzip, zstd, xz, and base64 of gzip a line), and its format is told by
//     its content ([Formats]) unless Options.Format names it.
//  2. A reader, one a format, turns lines or JSON values into entries. It holds
//     one line, or one JSON value of up to 16 MiB, at a time.
//  3. Entries are counted by function in accumulators of bounded size: exact
//     integer sums, histograms whose buckets are 1/64 of their value wide,
//     arrivals in intervals that widen as the log grows longer, and days.
//     Memory depends on the number of functions (at most Options.MaxFunctions),
//     never on the length of the log.
//  4. With Options.Store, every request that has a time and a duration is
//     also written to a store of package traces, so that the log can be
//     replayed: each format is a format of traces too ([TraceFormats]). A log
//     is not in the order of arrival (Lambda writes a line when an invocation
//     ends), so requests are sorted on disk: runs of 2^20, merged. Time 0 of
//     the store is the first arrival.
//  5. The [Profile] says, in order, what could not be inferred (Caveats).
//
// # Time
//
// Times are int64 nanoseconds; calendar times are UTC. A Lambda line is
// written at the end: arrival = timestamp − duration − init − restore. The
// arrival of a load balancer's line is its request_creation_time, that of a
// span its start, that of a line in the common format its time, in whole
// seconds. Decimals are read in integer arithmetic.
//
// A log does not say how much time it is of. One rule is taken: from the first
// arrival to the last and one bin more, of the finest of second, minute, hour,
// day and week of which at least half between have an arrival; where none has,
// the mean gap more.
//
// # Billed durations
//
// Lambda's rules of each era ([Rule]) are applied to every line, and the
// Profile counts which explain it. A printed duration is rounded to 0.01 ms;
// a line that only fits within that rounding is counted as such.
//
// # Nothing personal
//
// A profile holds no address, user, agent, request or trace id, query string
// or referrer: readers do not look at them. A path becomes a template: only
// plain words are kept, at most 24 below one parent (then all become {id}), and
// none below a parent that names people (/users/alice → /users/{id}). A person's
// name as a word below another parent, among fewer than 24, cannot be told from
// a route. Messages say where a line is wrong and never quote it.
//
// # Left out
//
// Lambda's INIT_REPORT and other platform lines but the reports are passed
// over. Initialisations of provisioned concurrency, which run long before
// their first request, are not told from others. Latency that servers add to
// the common format is not read: use JSON lines.
package logs

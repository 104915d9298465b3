// Package logs reads production logs and says what load they show: functions,
// arrivals, durations, initialisations, memory, and what was billed.
//
// # Model
//
//  1. [Read] takes files in order. Each is decompressed by its first bytes
//     (gzip, zstd, xz, and base64 of gzip a line), and its format is told by
//     its content ([Formats]) unless Options.Format names it.
//  2. A reader, one a format, turns lines, rows or JSON values into entries. It
//     holds one line, or one JSON value of up to 16 MiB, at a time (of Application
//     Insights, whose answers are one value, of up to 512 MiB).
//  3. Entries are counted by function in accumulators of bounded size: exact
//     integer sums, histograms whose buckets are 1/64 of their value wide,
//     and billed durations by memory size and rule.
//     Memory depends on the number of functions (at most Options.MaxFunctions),
//     never on the length of the log, but for what tells repeated lines.
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
// written at the end: arrival = timestamp − duration − init − restore. So are
// those of CloudFront, of the Functions host, and of nginx where they have a
// duration. The arrival of a load balancer's line is its request_creation_time,
// that of a span or an activation its start, that of other lines in the common
// format their time, in whole seconds. Decimals are read in integer arithmetic.
//
// A time of day without a date is of the day in the log stream on its line, or of
// the last full time before it, else of 2026-01-01, and of the next day where the
// clock goes back by more than twelve hours. A duration at the end of an access
// line is told by its form: with decimals it is seconds ($request_time), a whole
// number µs (%D).
//
// A log does not say how much time it is of. One rule is taken: from the first
// arrival to the last and one bin more, of the finest of second, minute, hour,
// day and week of which at least half between have an arrival; where none has,
// the mean gap more.
//
// # Requests without a function
//
// They belong to one that is named after the words in the name of their file, else of
// the nearest folder that has some: dates, numbers, partitions, counters and hashes
// tell the parts of a log apart, and not functions. File.Function says another name;
// Profile.Taken has what was taken.
//
// # Counted once
//
// Where exports overlap a line stands twice. A request that has a name (a request
// id) is counted once if all that the line says of it and the second of its time
// are the same; where one of two lines has no time, the rest tells. A retry differs
// in one of them. To tell, the last 5 to 10 million requests are kept as a hash of
// 64 bits and a second, in memory alone: at most 208 MiB. Lines of web servers name
// no request, and count as often as they stand.
//
// What a load balancer, a gateway or a cache answered by itself is no request of a
// function, nor is the activation of a sequence: both are left out and counted.
//
// # Billed durations
//
// Lambda's rules of each era ([Rule]) are applied to every line, and the
// Profile counts which explain it. A printed duration is rounded to 0.01 ms;
// a line that only fits within that rounding is counted as such. Before 2024 an
// invocation that timed out was billed its timeout and printed longer ([TimeLimit]).
//
// Initialisations that failed or timed out before an invocation stand in no report
// of one. INIT_REPORT and platform.initReport have them; what they cost, at the
// memory size of the function's next report, is in Function.FailedInits.
//
// # Nothing secret, nothing personal
//
// A profile holds no address, user, agent, request or trace id, query string
// or referrer: readers look at none of them, but for ids to hash them. Names of functions and routes do
// pass, all of them by one place (collector.function), where what is secret or
// personal in them is left out by the rules of package redact:
//
//   - A path becomes a template. A segment is kept if it reads as a word of a
//     route; below one that precedes a secret or a person (password-reset, users)
//     only a few verbs are; and at most 24 below one parent, else all become {id}.
//     Routes that become the same are one.
//   - A function's name is cut at ?, # and ;, and what looks like a credential,
//     an address or a long number is masked. Functions whose names are masked
//     stay apart, by number.
//   - With Options.Anonymous functions are named by number alone.
//
// What can still slip through is said there: in short, what is made of words,
// and what is very short. Messages say where a line is wrong and never quote it.
//
// # Adding a format
//
// One file with a reader, an entry anywhere in [Formats], its mark in detect.go
// (a line, a first line or a JSON object that no other format has), and a sample
// in samples_test.go, which holds what is read of it and that it is told apart.
//
// # Left out
//
// Platform lines of Lambda that say neither what ran nor where are passed over.
// Initialisations of provisioned concurrency, which run long before their first
// request, are not told from others. A duration in a place of its own in an
// access line is not found: use JSON lines or CSV.
package logs

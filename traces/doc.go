// Package traces reads and writes public traces of function invocations, and
// replays them as workloads.
//
// # Model
//
//  1. [Open] takes "format:path", finds the file under the data folder or
//     beside the experiment, and decompresses gzip, zstd and xz by their first
//     bytes. Path "-" is standard input for formats that are one stream.
//  2. A strict reader, one a format, checks every cell. What makes no sense is
//     an error naming file, line, what was found and what was expected; with
//     Options.Lenient the row is skipped, counted, and named in the [Report].
//     What is normal in a public data set (a function that one table lacks)
//     follows a stated rule, and the report counts each use of it.
//  3. A file in the order of time (all formats but
//     azure2019 and store) is partitioned in a single pass into a [Store]: columns by function, in blocks. Memory is
//     bounded by the number of functions, not by the length of the trace
//     (but for its tokens, below); and that number has a bound.
//     Azure 2019 needs no store: its rows are functions already; counts and
//     duration tables are kept packed, in a temporary file where they are many.
//  4. [Trace] is a [sim.Workload]: it opens a source for any set of functions,
//     and one for a single function costs some microseconds and allocates
//     nothing per invocation.
//  5. Start, Horizon, Sample and Scale cut or scale what is replayed. All
//     random draws are counter-based ([sim.Stream]), keyed by the name of the
//     function, so that leaving a function out changes no other.
//
// [Convert], [SampleTo], [Stat] and [Generate] are the commands of
// `coldcurve trace` without the command line. Production logs (Lambda reports,
// access logs, spans) are read by package logs below this one, which gives its
// formats to [Open] by Options.Formats.
//
// # Time
//
// Times are int64 nanoseconds from the start of the trace. Decimal seconds and
// milliseconds are read in integer arithmetic and rounded to the nearest
// nanosecond, halves up; no float lies between a file and a time.
//
// Rows may have relative times or Unix times. A first arrival of sim.Longest, ten
// years, or more is a Unix time, since no trace lasts so long: it becomes time 0,
// and its time the epoch ([Trace.Epoch]), which stores keep and rows are written by.
// Tables by the minute have no clock. What arrives sim.Longest after time 0 or later
// is refused.
//
// # Cold starts
//
// Every format says whether its durations include the cold start
// (Format.ColdStart). All formats here exclude it, so a service time is that
// on a warm instance, as the kernel wants it.
//
// # Names
//
// Names in a trace are data: they may hold HTML, formulas or control
// characters, and are kept as they are. Refused are only an empty function
// name, NUL, line breaks, bytes that are not UTF-8, and more than 4,096 bytes.
//
// # Tokens
//
// Requests to a language model have tokens: input, output, priority, and the blocks
// of their prefix ([tokens.Request]). A function has them in all of its rows or in none.
// They are kept in memory, 8 bytes a request and 4 a block, and a [Store] has them in a
// section of their own; [Trace.Tokens] finds a request by its function and
// Invocation.Attr, its place in the function from 1. Their service is 0: a server says
// how long they take. Numbers of tokens are whole, from 1.
//
// # Adding a format
//
// A trace of rows in the order of time is one file and one entry anywhere in
// [Formats]: a function that reads the header, and then by rowSink.each each line
// into a row (readCSV is the shortest), as Format.rows, with openRows as
// Format.open. Compression, order, Unix times, strictness, the store and the
// commands are those of all rows. Any other form has an opener of its own, as
// azure2019. An entry says each thing of a Format that a listing prints; Source and Licence
// are of public data. A log is a format of package logs.
//
// # Left out
//
// Sessions of BurstGPT, and what an engine measured of its requests. A file in the
// order of time that is not sorted is refused, not sorted.
package traces

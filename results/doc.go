// Package results is what a run leaves: records of units, statistics over
// replications, tables, plots, a report, and the comparison of two folders.
//
// # Pipeline
//
//  1. A Recorder, one a worker, observes the kernel and adds to integers:
//     counts, a latency histogram, instance time, time series, functions.
//     Recorders are merged, in any order to the same bits.
//  2. Recorder.Finish gives a Replication: the record of one unit (a cell × a
//     replication). The caller adds its Bills. Encode and Decode keep it as a
//     file, from which an interrupted run goes on.
//  3. A Set holds the cells with their replications: whole, or, lest a sweep of
//     thousands hold all of them, each one's Summary and a way to load it.
//     Set.Rows computes one Row a cell × tariff: every metric of every
//     replication, its mean and its 95 % t-interval, the verdict of the SLO.
//     Set.Differences pairs rows with those of the reference cell.
//  4. Set.Write renders the folder: CSV, Parquet, plots, report.html,
//     manifest.json. Table, CSV, JSON and Bench render rows to a writer.
//     replications.parquet has every metric of every replication, and
//     differences.csv the paired differences, a line a row × metric. Plots, and
//     the report's sections but its table, show a choice of many rows.
//  5. Compare sets two folders side by side: the keys of their experiments and
//     tariffs, and their rows. A Baseline is what a run leaves for later ones: its rows
//     in one file, which CompareBaselines sets beside another's. Comparison.Causes says
//     what of the inputs differs, or that it is the code. Comparison.Check says which
//     rows became worse than allowed or are gone, Comparison.Render and Write show it.
//  6. Explainer and Events look on while a unit is simulated once more: why requests
//     were cold, and each request and instance.
//
// # Units
//
// Records are integers: nanoseconds, MiB·ns, counts. Columns are seconds,
// GiB·s, money in the row's currency, averages of instances. An undefined value (a ratio of nothing) is
// NaN in the API, empty in CSV, null in JSON and Parquet, a dash in the table.
//
// Amounts of two currencies are not set against each other: Set.Rates turn them
// into one, and what has no rate is sorted, drawn and answered by itself.
//
// # What is read back
//
// A folder's manifest has the digests of the other files and of itself. Compare
// reads no file whose content does not have its digest. The folder keeps what it
// was made from, but for the traces: the experiment as it was run, as it was
// written, and the tariffs.
//
// # Definitions
//
// The cohort is the requests that arrive in the window; pings are counted apart
// and enter nothing else, but for the time in which their instance is busy. A
// quantile is the value of rank ⌈q·n⌉; that of latencies is within RelativeError.
// The peak is over one-second buckets counted from the window's start. Instances
// belong to deployments, and stand at a deployment's first function.
//
// # Statistics
//
// They are those of results/stat. A metric is computed in each replication and
// then averaged; maxima take the largest value. Intervals are of Student's t
// over replications: they cover the randomness of the model given its trace,
// not that of another day's trace; or over batches or days (blocks.go). With one
// replication that is not cut into these, and for maxima, there is none. Cells share their random numbers, so differences against the
// reference are paired, replication by replication.
//
// # Plots
//
// A Figure holds data, and is laid out anew at each PlotSize: first the plot's room,
// then its labels in it, then the key that these need. What coincides within a pixel
// shares a line and a label; a label that has no room is a number; what is not Fit
// has a mark of its own and is on no front.
//
// # Left out
//
// Differences between folders over anything but replications.
package results

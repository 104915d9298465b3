// Package catalog is what is known of the services that applications call, of the
// orchestrators that run their flows, of what privacy and security cost, and of the
// networks between regions: the *.toml files beside it, each value with its grade,
// source and day.
//
// # Values
//
// A value stands as it is, and has then the grade, source and as_of of the table that
// it stands in, else of the entry, else of the file:
//
//	grade  = "A"
//	source = "…"
//	as_of  = "2026-11"
//	queue  = { batch = 10, window = "0s" }
//
// or with its own:
//
//	batch = { is = 10, grade = "A", source = "…", as_of = "2026-11" }
//
// What nobody has measured is said so, and is 0 unless an application gives it:
//
//	first = { grade = "U", source = "no percentiles were found" }
//
// # What a file holds
//
// [[service]] (service.go), [[engine]] (engine.go), [[overhead]] (overhead.go), [[invocation]]
// (invocation.go), [[region]], [[trips]] and [[egress]] (network.go), in any file and any order.
package catalog

// Package tokens is what a request asks of a language model: a side column of
// a workload, which the kernel carries (sim.Invocation.Attr) and does not read.
// Traces and workloads provide it, servers use it.
package tokens

// Request is what one request asks of a language model.
type Request struct {
	Input    int32 // tokens of the prompt, ≥ 1
	Output   int32 // tokens to be made, ≥ 1
	Priority int32 // where the engine orders by it, the smaller goes first; 0 where there is none
	// Blocks name the extents of the request's tokens from the start on: of two
	// requests with the same id in it, all tokens up to the end of that extent
	// are equal. They may go on into the output. Nil: it shares nothing.
	Blocks []uint32
	// Extent is how many tokens each of Blocks stands for, > 0 where there are
	// any. The last one may be filled in part.
	Extent int32
}

// Columns are the side columns of a workload's requests. They are asked by
// many goroutines at a time.
type Columns interface {
	// Tokens returns what a request of a function asks, by its row and the key
	// of its variates. The slice in it must not be changed.
	Tokens(function, attr uint32, key uint64) Request
}

// Source is a workload whose requests have tokens. Who wraps one passes them on.
type Source interface {
	// Tokens returns the columns; nil where no request has tokens.
	Tokens() Columns
}

package traces

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/sim/tokens"
)

// sideColumns are what the requests of a trace ask of a language model, by function.
// A function has them for all of its rows or for none, which is nil. Row 1 is
// the first invocation of a function: Invocation.Attr.
type sideColumns []*requests

// of returns the columns of a function; nil: it has none.
func (s sideColumns) of(function uint32) *requests {
	if int(function) >= len(s) {
		return nil
	}
	return s[function]
}

// add appends a row of a function.
func (s *sideColumns) add(function uint32, r *tokens.Request) {
	for len(*s) <= int(function) {
		*s = append(*s, nil)
	}
	q := (*s)[function]
	if q == nil {
		q = &requests{}
		(*s)[function] = q
	}
	q.add(r)
}

// shared reports whether some request shares its prefix.
func (s sideColumns) shared() bool {
	for _, q := range s {
		if q != nil && len(q.ids) > 0 {
			return true
		}
	}
	return false
}

// prioritised reports whether some request has a priority.
func (s sideColumns) prioritised() bool {
	for _, q := range s {
		if q != nil && q.priority.len() > 0 {
			return true
		}
	}
	return false
}

// within refuses rows beyond the context that is asked for.
func (s sideColumns) within(r *request) error {
	if r.Context == 0 {
		return nil
	}
	for f, q := range s {
		for i := 0; q != nil && i < q.input.len(); i++ {
			row := q.at(i)
			if problem := beyond(&row, r.Context); problem != "" {
				return &Malformed{File: r.path, Problem: fmt.Sprintf("request %d of function %d: %s", i+1, f+1, problem)}
			}
		}
	}
	return nil
}

// beyond says that a row is longer than the context; 0 is any.
func beyond(r *tokens.Request, context int64) string {
	if all := int64(r.Input) + int64(r.Output); context > 0 && all > context {
		return fmt.Sprintf("found %d input and %d output tokens, together %d, expected at most the context of %d", r.Input, r.Output, all, context)
	}
	return ""
}

// requests are the rows of one function, in columns.
type requests struct {
	input, output column
	priority      column   // of no rows: all are 0
	ids           []uint32 // the blocks of all rows, one after the other
	ends          []uint32 // of each row's in ids; nil: there are none
	extent        int32    // tokens of a block; 0 where there are none
}

// most is what a function may have of rows and of blocks.
const most = math.MaxUint32 - 1

// problem says why a row cannot follow those that are there.
func (q *requests) problem(r *tokens.Request) string {
	switch {
	case q == nil:
		return ""
	case len(r.Blocks) > 0 && q.extent > 0 && r.Extent != q.extent:
		return fmt.Sprintf("found blocks of %d tokens, expected %d as in the function's rows before", r.Extent, q.extent)
	case q.input.len() >= most || len(q.ids)+len(r.Blocks) > most:
		return fmt.Sprintf("found more than %d requests, or blocks, of a function", int64(most))
	}
	return ""
}

// add appends a row.
func (q *requests) add(r *tokens.Request) {
	before := q.input.len()
	q.input.add(r.Input)
	q.output.add(r.Output)
	if r.Priority != 0 || q.priority.len() > 0 {
		for q.priority.len() < before {
			q.priority.add(0)
		}
		q.priority.add(r.Priority)
	}
	if len(r.Blocks) == 0 && q.ends == nil {
		return
	}
	if q.ends == nil {
		q.ends = make([]uint32, before, before+1)
	}
	if len(r.Blocks) > 0 {
		q.extent = r.Extent
		q.ids = append(q.ids, r.Blocks...)
	}
	q.ends = append(q.ends, uint32(len(q.ids)))
}

// at returns a row, from 0.
func (q *requests) at(i int) tokens.Request {
	if i >= q.input.len() {
		return tokens.Request{}
	}
	r := tokens.Request{Input: q.input.at(i), Output: q.output.at(i)}
	if q.priority.len() > 0 {
		r.Priority = q.priority.at(i)
	}
	if q.ends != nil {
		from := uint32(0)
		if i > 0 {
			from = q.ends[i-1]
		}
		if to := q.ends[i]; to > from {
			r.Blocks, r.Extent = q.ids[from:to:to], q.extent
		}
	}
	return r
}

// pageRows is how many rows a page of a column has: growing never copies more.
const pageRows = 1 << 14

// column is numbers that are appended and read at any place, in pages.
type column struct{ pages [][]int32 }

func (c *column) len() int {
	n := len(c.pages)
	if n == 0 {
		return 0
	}
	return (n-1)*pageRows + len(c.pages[n-1])
}

func (c *column) at(i int) int32 { return c.pages[i/pageRows][i%pageRows] }

func (c *column) add(v int32) {
	n := len(c.pages)
	if n == 0 || len(c.pages[n-1]) == pageRows {
		var page []int32
		if n > 0 {
			page = make([]int32, 0, pageRows)
		}
		c.pages = append(c.pages, page)
		n++
	}
	c.pages[n-1] = append(c.pages[n-1], v)
}

// Tokens returns what the trace's requests ask of a language model; nil where it
// does not say. It implements tokens.Source.
func (t *Trace) Tokens() tokens.Columns {
	if t.side == nil {
		return nil
	}
	return traceColumns{t}
}

var (
	_ tokens.Source  = (*Trace)(nil)
	_ tokens.Sharing = traceColumns{}
)

// traceColumns are the columns of a trace, by its functions.
type traceColumns struct{ t *Trace }

// Tokens implements tokens.Columns. It returns nothing for a function without tokens.
func (c traceColumns) Tokens(function, attr uint32, _ uint64) tokens.Request {
	q := c.t.side.of(c.t.from[function])
	if q == nil || attr == 0 {
		return tokens.Request{}
	}
	return q.at(int(attr) - 1)
}

// Shared implements tokens.Sharing.
func (c traceColumns) Shared() bool { return c.t.side.shared() }

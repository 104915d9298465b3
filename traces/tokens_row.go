package traces

import (
	"fmt"
	"math"
	"strconv"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// The columns of csv and the fields of jsonl that say what a request asks of a
// language model. jsonl has the blocks of its prefix besides.
const (
	inputName    = "input_tokens"
	outputName   = "output_tokens"
	priorityName = "priority"
	blocksName   = "blocks"
	extentName   = "block_tokens"
)

// setTokens reads tokens, all of them empty where a row has none.
func (l *lineReader) setTokens(input, output, priority []byte, v *row) error {
	v.tokens = tokens.Request{}
	if len(input) == 0 && len(output) == 0 && len(priority) == 0 {
		return nil
	}
	var err error
	if v.tokens.Input, err = l.count(inputName, input); err != nil {
		return err
	}
	if v.tokens.Output, err = l.count(outputName, output); err != nil {
		return err
	}
	if len(priority) > 0 {
		n, wrong := strconv.ParseInt(string(priority), 10, 32)
		if wrong != nil {
			return l.bad("priorities that are not numbers", "%s: found %s, expected a whole number of 32 bits", priorityName, excerpt(priority))
		}
		v.tokens.Priority = int32(n)
	}
	return nil
}

// count reads a number of tokens.
func (l *lineReader) count(column string, cell []byte) (int32, error) {
	if n, ok := whole(cell); ok && n >= 1 && n <= math.MaxInt32 {
		return int32(n), nil
	}
	if len(cell) == 0 {
		return 0, l.bad(badTokens, "found no %s, expected %s and %s, or neither", column, inputName, outputName)
	}
	return 0, l.bad(badTokens, "%s: found %s, expected a whole number of tokens from 1 to %d", column, excerpt(cell), math.MaxInt32)
}

// badTokens is the kind of rows whose tokens are no numbers, or none.
const badTokens = "tokens that are not numbers from 1"

// whole reads a whole number ≥ 0, which may be written as a decimal.
func whole(b []byte) (int64, bool) {
	n, ok := decimal.Scaled(b, secondPlaces)
	return n / sim.Second, ok && n%sim.Second == 0
}

// appendTokens appends the cells of csv: empty ones where there are none.
func appendTokens(b []byte, r *tokens.Request, priority bool) []byte {
	if r.Input == 0 {
		b = append(b, ",,"...)
	} else {
		b = fmt.Appendf(b, ",%d,%d", r.Input, r.Output)
	}
	if !priority {
		return b
	}
	b = append(b, ',')
	if r.Input > 0 {
		b = strconv.AppendInt(b, int64(r.Priority), 10)
	}
	return b
}

// appendTokenFields appends the fields of jsonl, each after a comma.
func appendTokenFields(b []byte, r *tokens.Request) []byte {
	if r.Input == 0 {
		return b
	}
	b = fmt.Appendf(b, `,"%s":%d,"%s":%d`, inputName, r.Input, outputName, r.Output)
	if r.Priority != 0 {
		b = fmt.Appendf(b, `,"%s":%d`, priorityName, r.Priority)
	}
	if len(r.Blocks) == 0 {
		return b
	}
	b = fmt.Appendf(b, `,"%s":%d,"%s":[`, extentName, r.Extent, blocksName)
	return append(appendIDs(b, r.Blocks, ","), ']')
}

// appendIDs appends ids with a separator between them.
func appendIDs(b []byte, ids []uint32, between string) []byte {
	for i, id := range ids {
		if i > 0 {
			b = append(b, between...)
		}
		b = strconv.AppendUint(b, uint64(id), 10)
	}
	return b
}

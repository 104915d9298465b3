package traces

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// mooncakeBlock is how many tokens a hash of a Mooncake trace stands for.
const mooncakeBlock = 512

// modelName is the function of a trace of requests that does not name any.
const modelName = "llm"

var mooncakeFields = []jsonField{{"timestamp", jsonNumber}, {"input_length", jsonNumber}, {"output_length", jsonNumber}, {"hash_ids", jsonIDs}}

// readMooncake reads one JSON object a line: timestamp in ms, input_length and
// output_length in tokens, and hash_ids, the blocks of 512 tokens of the input, of
// which the last may be filled in part. Many rows have the same timestamp: they
// stay in the order of the file.
func readMooncake(ctx context.Context, l *lineReader, sink *rowSink) error {
	p := newObjectParser(mooncakeFields, sink.request.Lenient)
	return sink.each(ctx, l, func(line []byte, v *row) (err error) {
		if problem := p.parse(line); problem != "" {
			return l.bad("broken JSON", "%s", problem)
		}
		for i, name := range p.known[:3] {
			if p.values[i] == nil {
				return l.bad("fields missing", "found no %q, expected the fields timestamp, input_length, output_length, hash_ids", name)
			}
		}
		var ok bool
		if v.arrival, ok = decimal.Scaled(p.values[0], milliPlaces); !ok {
			return l.bad("times that are not numbers", "timestamp: found %s, expected milliseconds ≥ 0, below 292 years", excerpt(p.values[0]))
		}
		*v = row{arrival: v.arrival, name: append(v.name[:0], modelName...)}
		if v.tokens.Input, err = l.count("input_length", p.values[1]); err != nil {
			return err
		}
		if v.tokens.Output, err = l.count("output_length", p.values[2]); err != nil {
			return err
		}
		if want := (int(v.tokens.Input) + mooncakeBlock - 1) / mooncakeBlock; len(p.ids) != want {
			return l.bad("hashes that do not fit the input", "found %d hash_ids, expected %d, one for each %d tokens of an input of %d", len(p.ids), want, mooncakeBlock, v.tokens.Input)
		}
		v.tokens.Blocks, v.tokens.Extent = p.ids, mooncakeBlock
		return nil
	})
}

// mooncakeRows writes rows as they are published. What shares no block gets ids of its own;
// a last block that is filled in part too, where the trace does not name it. A trace that
// names none is refused: nobody knows what its prompts share, and ids of their own would
// say that they share nothing.
func (t *Trace) mooncakeRows() (rowFormat, error) {
	if t.side == nil {
		return rowFormat{}, errors.New("mooncake is a trace of requests to a language model, and this trace has no tokens")
	}
	if !t.drawn && !t.side.shared() {
		return rowFormat{}, errors.New("mooncake says by hashes which prompts begin alike, and this trace does not tell: no request names blocks; convert to jsonl")
	}
	var fresh, lacking uint64 // the next id that no block has; how many are needed
	var unnamed int64         // requests without blocks
	for f := range t.functions {
		q := t.side.of(t.from[f])
		switch {
		case q == nil:
			return rowFormat{}, fmt.Errorf("mooncake is a trace of requests to a language model, and %s has no tokens", shown(t.functions[f].Name))
		case q.extent != 0 && q.extent != mooncakeBlock:
			return rowFormat{}, fmt.Errorf("a hash of mooncake is of %d tokens, and a block here of %d; convert to jsonl", mooncakeBlock, q.extent)
		}
		for _, id := range q.ids {
			fresh = max(fresh, uint64(id)+1)
		}
		for i := range q.input.len() {
			r := q.at(i)
			named, all := mooncakeHashes(&r)
			lacking += uint64(all - named)
			if len(r.Blocks) == 0 {
				unnamed++
			}
		}
	}
	if !t.drawn && unnamed > 0 {
		t.report.note("%d requests name no blocks: they get hashes of their own, as if their prompts began like no other", unnamed)
	}
	if fresh+lacking > 1<<32 {
		return rowFormat{}, fmt.Errorf("%d blocks have no id, and there are none left after %d; expected smaller ids of blocks", lacking, fresh-1)
	}
	loses := ""
	if len(t.functions) > 1 {
		loses = "functions"
	}
	if t.side.prioritised() {
		loses = join(loses, "priorities")
	}
	if t.clock.known {
		loses = join(loses, "absolute times")
	}
	return rowFormat{
		prefix: none, suffix: none, end: "]}\n", relative: true, loses: loses,
		times: func(b []byte, v *sim.Invocation) []byte {
			return strconv.AppendInt(append(b, `{"timestamp": `...), v.Arrival/sim.Millisecond, 10)
		},
		tokens: func(b []byte, r *tokens.Request) []byte {
			b = fmt.Appendf(b, `, "input_length": %d, "output_length": %d, "hash_ids": [`, r.Input, r.Output)
			named, all := mooncakeHashes(r)
			b = appendIDs(b, r.Blocks[:named], ", ")
			for i := named; i < all; i++ {
				if i > 0 {
					b = append(b, ", "...)
				}
				b = strconv.AppendUint(b, fresh, 10)
				fresh++
			}
			return b
		},
	}, nil
}

// mooncakeHashes returns how many blocks a request's input has, and how many of them
// its own name. Where these go on into the output, the block in which the input ends
// is not the input's alone.
func mooncakeHashes(r *tokens.Request) (named, all int) {
	all = (int(r.Input) + mooncakeBlock - 1) / mooncakeBlock
	named = min(all, len(r.Blocks))
	if len(r.Blocks) > all {
		named = int(r.Input) / mooncakeBlock
	}
	return named, all
}

// join adds to what is lost.
func join(list, more string) string {
	if list == "" {
		return more
	}
	return list + ", " + more
}

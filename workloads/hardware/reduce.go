package hardware

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// captured is up to how many tokens of a pass vLLM has graphs by default;
// larger ones are launched kernel by kernel.
const captured = 512

// gather is what the logits that each GPU has of its part of the vocabulary
// take to bring together: half of what adding them up would.
const gather = 0.5

// reductions are the all-reduces of a pass: two a layer, and one behind the
// embedding.
func (k *kernels) reductions() float64 { return float64(2*k.shape.Layers + 1) }

// allReduce returns the ns of an all-reduce over elements of 16 bits: as in
// graphs for small passes, as launched for others. Where it was not measured for
// as many GPUs, what each sends and receives is in proportion.
func allReduce(p *Profile, f *tables.File) (*line, error) {
	hidden := float64(p.Model.Hidden)
	l, err := reduceLine(f, p.Count, hidden)
	if err != nil || len(l.y) > 1 {
		return &l, err
	}
	for count := p.Count / 2; count > 1; count /= 2 {
		if l, err = reduceLine(f, count, hidden); err != nil || len(l.y) < 2 {
			continue
		}
		sent := func(n int64) float64 { return 2 * float64(n-1) / float64(n) }
		p.derive("all-reduce over %d GPUs was not measured on this GPU: from that over %d", p.Count, count)
		l = sum([]line{l}, []float64{sent(p.Count) / sent(count)})
		return &l, nil
	}
	return nil, fmt.Errorf("no all-reduce over %d GPUs was measured", p.Count)
}

func reduceLine(f *tables.File, count int64, hidden float64) (line, error) {
	var x, y []float64
	for _, kind := range []struct {
		name     string
		from, to float64
	}{{"all-reduce graph", 0, captured * hidden}, {"all-reduce eager", captured * hidden, math.Inf(1)}} {
		b := f.Find(kind.name)
		if b == nil {
			return line{}, fmt.Errorf("the tables have no block %q", kind.name)
		}
		for _, r := range b.Rows {
			if n, err := r.Int(0); err != nil || n != count {
				continue
			}
			for i, elements := range b.X {
				if elements > kind.from && elements <= kind.to && !math.IsNaN(r.Y[i]) {
					x, y = append(x, elements), append(y, r.Y[i]*nsPerMicrosecond)
				}
			}
		}
	}
	undisturbed(x, y)
	return through(x, y), nil
}

package costmodel

import "github.com/coldcurve/coldcurve/sim"

// requests counts requests, for rules that bill them by number only.
type requests struct {
	window           sim.Window
	all, provisioned uint64
}

// Requests counts the requests that are measured.
func (r *requests) Requests(batch []sim.Outcome) {
	var all, provisioned uint64
	for i := range batch {
		o := &batch[i]
		if !measured(r.window, o) {
			continue
		}
		all++
		if o.Flags&sim.Provisioned != 0 {
			provisioned++
		}
	}
	r.all += all
	r.provisioned += provisioned
}

// Warm counts a run of warm requests.
func (r *requests) Warm(run []sim.Invocation) { r.all += uint64(len(within(r.window, run))) }

func (r *requests) merge(o requests) {
	r.all += o.all
	r.provisioned += o.provisioned
}

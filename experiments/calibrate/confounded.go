package calibrate

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// leastVariation is how many times as much the ninth decile must be as the first,
// for what the log has of it to differ.
const leastVariation = 1.25

// span is the first and the ninth decile of something.
type span struct{ low, high float64 }

func spanOf(x []float64) span {
	if len(x) == 0 {
		return span{}
	}
	return span{quantile(x, 0.1), quantile(x, 0.9)}
}

// varies tells whether it differs enough to tell what depends on it.
func (s span) varies() bool { return s.high >= leastVariation*s.low }

// variety is what differs from request to request of those that are fitted.
type variety struct {
	decodes  int  // requests that made more than one token
	prompts  span // tokens that were computed, by request
	contexts span // tokens, in the middle of a request's decodes
	crowd    span // requests in service, over time
}

// variety looks at a replay for it: what the prefix cache had was not computed.
func (c *Calibration) variety(r *replay) (v variety) {
	var prompts, contexts []float64
	for i, q := range c.Log.Requests[:c.Fitted] {
		prompts = append(prompts, float64(q.Asked.Input)-float64(r.cached[i]))
		if q.Asked.Output > 1 {
			v.decodes++
			contexts = append(contexts, float64(q.Asked.Input)+float64(q.Asked.Output)/2)
		}
	}
	v.prompts, v.contexts = spanOf(prompts), spanOf(contexts)
	v.crowd.low, v.crowd.high = r.inService(c.Log)
	return v
}

// confounded returns those of some keys for which others can stand, whatever the
// values are: the effect of each is a sum of effects of others.
//
// TTFT is front + host + prefill_scale · prompt, and TPOT is host + decode_scale ·
// step. Each is one equation where prompts, or contexts and the requests in a step,
// are all alike, and two where they differ. A key is told if its column adds to the
// rank of the others'.
func (v *variety) confounded(keys []string) (list []string) {
	columns := map[string][]float64{
		"front":         {1, 1, 0, 0},
		"prefill_scale": {1, v.second(v.prompts.varies()), 0, 0},
		"host":          {1, 1, 1, 1},
		"decode_scale":  {0, 0, 1, v.second(v.contexts.varies() || v.crowd.varies())},
	}
	if v.decodes < leastDecodes {
		columns["host"] = []float64{1, 1, 0, 0}
		delete(columns, "decode_scale")
	}
	keys = slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return columns[key] == nil })
	rank := func(keys []string) int {
		if len(keys) == 0 {
			return 0
		}
		m := mat.NewDense(4, len(keys), nil)
		for i, key := range keys {
			m.SetCol(i, columns[key])
		}
		var svd mat.SVD
		svd.Factorize(m, mat.SVDNone)
		return svd.Rank(1e-9)
	}
	all := rank(keys)
	for i, key := range keys {
		if rank(slices.Delete(slices.Clone(keys), i, i+1)) == all {
			list = append(list, key)
		}
	}
	return list
}

// second is the effect of a scale in the second equation: another where what it
// scales differs.
func (v *variety) second(differs bool) float64 {
	if differs {
		return 2
	}
	return 1
}

// alike says what of the log is too much alike to tell a key.
func (v *variety) alike(key string) string {
	var list []string
	if key != "decode_scale" && !v.prompts.varies() {
		list = append(list, fmt.Sprintf("prompts of %.0f to %.0f tokens that were computed", v.prompts.low, v.prompts.high))
	}
	if (key == "decode_scale" || key == "host") && v.decodes >= leastDecodes && !v.contexts.varies() && !v.crowd.varies() {
		list = append(list, fmt.Sprintf("contexts of %.0f to %.0f tokens with %.0f to %.0f requests in service", v.contexts.low, v.contexts.high, v.crowd.low, v.crowd.high))
	}
	if v.decodes < leastDecodes {
		list = append(list, fmt.Sprintf("%d requests of more than one token", v.decodes))
	}
	return strings.Join(list, ", and ")
}

package results

import (
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// servingMetrics are the columns of language models. They are left out where
// no server told of tokens.
var servingMetrics = []Metric{
	served("ttft_mean_s", "s", "mean time to the first token, from the request's arrival", func(v *Serving, _ *Replication) float64 { return v.TTFT.Mean() / second }),
	servedQuantile("ttft_p50_s", 0.50, "time to the first token", ttft),
	servedQuantile("ttft_p90_s", 0.90, "time to the first token", ttft),
	servedQuantile("ttft_p99_s", 0.99, "time to the first token", ttft),
	served("tpot_mean_s", "s", "mean time per output token after the first", func(v *Serving, _ *Replication) float64 { return v.TPOT.Mean() / second }),
	servedQuantile("tpot_p50_s", 0.50, "time per output token after the first", tpot),
	servedQuantile("tpot_p90_s", 0.90, "time per output token after the first", tpot),
	servedQuantile("tpot_p99_s", 0.99, "time per output token after the first", tpot),
	served("queueing_mean_s", "s", "mean time from a request's place in its server's line to its first step", func(v *Serving, _ *Replication) float64 { return v.Queueing.Mean() / second }),
	servedQuantile("queueing_p99_s", 0.99, "time from a request's place in its server's line to its first step", func(v *Serving) *Histogram { return v.Queueing }),
	higher(servedCount("input_tokens", "tokens", "tokens of the prompts of requests served to their end", func(v *Serving) uint64 { return v.Input })),
	higher(servedCount("output_tokens", "tokens", "tokens that these requests got", func(v *Serving) uint64 { return v.Output })),
	whereAny(servedCount("reasoning_tokens", "tokens", "tokens that were made for them before those, billed as output and not shown", func(v *Serving) uint64 { return v.Reasoning })),
	whereAny(servedCount("cache_write_tokens", "tokens", "tokens of the prompts that were written to a provider's cache", func(v *Serving) uint64 { return v.Written })),
	higher(served("prefix_hit_ratio", "1", "part of the prompts' tokens found in the prefix cache", func(v *Serving, _ *Replication) float64 {
		return Ratio{v.Cached, v.Input}.Float()
	})),
	servedCount("preemptions", "times", "how often a request was put back for want of memory", func(v *Serving) uint64 { return v.Preempted }),
	whereAny(servedCount("swaps", "loads", "models or adapters that servers of several loaded, and that were there in the window", func(v *Serving) uint64 { return v.Swaps })),
	whereDefined(served("swap_mean_s", "s", "mean time that such a load took", func(v *Serving, _ *Replication) float64 {
		return where(v.Swaps > 0, over(v.SwapTime, v.Swaps))
	})),
	higher(served("input_tokens_per_s", "tokens/s", "prompt tokens that steps went through, over the window", func(v *Serving, r *Replication) float64 {
		return float64(v.throughput(v.In, v.Input)) / float64(r.Window.Length()) * second
	})),
	higher(served("output_tokens_per_s", "tokens/s", "tokens made, over the window", func(v *Serving, r *Replication) float64 {
		return float64(v.throughput(v.Out, v.Output)) / float64(r.Window.Length()) * second
	})),
	higher(served("goodput_per_s", "requests/s", "requests that ended in the window within the bounds of [goodput], over the window", func(v *Serving, r *Replication) float64 {
		if !v.Bounded {
			return nan
		}
		return float64(v.Good) / float64(r.Window.Length()) * second
	})),
	served("gpu_utilization", "1", "part of the time of the instances' engines, initialisation left out, in which steps ran", func(v *Serving, r *Replication) float64 {
		return where(v.Steps > 0, part(v.Busy, ready(r), v.Engines))
	}),
	served("kv_utilization", "1", "part of the KV blocks that requests held, over the same time", func(v *Serving, r *Replication) float64 {
		return part(v.Held, ready(r), v.Blocks*v.Engines)
	}),
	served("extrapolated_ratio", "1", "part of the step time in passes beyond what was measured", func(v *Serving, _ *Replication) float64 {
		return where(!v.Busy.IsZero(), v.Beyond.Float()/v.Busy.Float())
	}),
	{Name: "cost_per_million_input_tokens", Money: true, Tokens: true, Help: "the part of the bill that prompts' step time is of all step time, for a million tokens of prompts that were answered in the window; where tokens are billed, what those of prompts cost; in the currency of the row",
		value: func(r *Replication, b *costmodel.Bill) float64 { return perToken(r, b, true) }},
	{Name: "cost_per_million_output_tokens", Money: true, Tokens: true, Help: "the rest of the bill, for a million tokens made in the window; where tokens are billed, what output costs, with the reasoning that is not shown, for a million that are shown; in the currency of the row",
		value: func(r *Replication, b *costmodel.Bill) float64 { return perToken(r, b, false) }},
}

// throughput is what steps did, or where servers told of none what requests got.
func (v *Serving) throughput(steps, requests uint64) uint64 {
	if v.Engines == 0 {
		return requests
	}
	return steps
}

func ttft(v *Serving) *Histogram { return v.TTFT }
func tpot(v *Serving) *Histogram { return v.TPOT }

func served(name, unit, help string, f func(*Serving, *Replication) float64) Metric {
	m := measure(name, unit, help, func(r *Replication) float64 {
		if r.Serving == nil {
			return nan
		}
		return f(r.Serving, r)
	})
	m.Tokens = true
	return m
}

func servedCount(name, unit, help string, f func(*Serving) uint64) Metric {
	m := served(name, unit, help, func(v *Serving, _ *Replication) float64 { return float64(f(v)) })
	m.Count = true
	return m
}

func servedQuantile(name string, q float64, what string, of func(*Serving) *Histogram) Metric {
	m := served(name, "s", "quantile of the "+what+", to within 0.8 %", func(v *Serving, _ *Replication) float64 {
		h := of(v)
		return where(h.Count() > 0, float64(h.Quantile(q))/second)
	})
	m.Quantile = true
	return m
}

// whereAny is a count that is undefined where it is 0.
func whereAny(m Metric) Metric {
	value := m.value
	m.value = func(r *Replication, b *costmodel.Bill) float64 {
		v := value(r, b)
		return where(v > 0, v)
	}
	return whereDefined(m)
}

// whereDefined is a metric that is left out where no row has it.
func whereDefined(m Metric) Metric {
	m.Rare = true
	return m
}

func higher(m Metric) Metric {
	m.Better = +1
	return m
}

// ready is the ns × instances within the window, initialisation left out.
func ready(r *Replication) sim.Wide { return subWide(r.Instances.Total, r.Instances.Initialising) }

// part returns sum ÷ (whole × times), NaN where that is nothing.
func part(sum, whole sim.Wide, times uint64) float64 {
	return where(!whole.IsZero() && times > 0, sum.Float()/(whole.Float()*float64(times)))
}

// perToken splits a bill by the step time of prompts and of tokens made in the
// window, or where it is of tokens by what each of the two cost.
func perToken(r *Replication, b *costmodel.Bill, input bool) float64 {
	v := r.Serving
	if v == nil || b == nil {
		return nan
	}
	perMillion := func(cost float64, tokens uint64) float64 {
		return where(tokens > 0, cost/(float64(tokens)*billScale(r, b))*1e6)
	}
	if in, out, ok := tokenCosts(b); ok {
		if input {
			return perMillion(in, v.Input)
		}
		return perMillion(out, v.Output)
	}
	if v.Busy.IsZero() {
		return nan
	}
	prompts := v.Prefill.Float() / v.Busy.Float()
	if input {
		return perMillion(costmodel.Float(&b.Total)*prompts, v.Prompts)
	}
	return perMillion(costmodel.Float(&b.Total)*(1-prompts), v.Out)
}

// tokenCosts returns what the tokens of prompts, and those made, cost in a bill
// of tokens; ok is false of any other bill.
func tokenCosts(b *costmodel.Bill) (in, out float64, ok bool) {
	for i := range b.Lines {
		l := &b.Lines[i]
		switch {
		case strings.HasSuffix(l.Meter, "output_tokens"):
			out += costmodel.Float(&l.Amount)
		case strings.HasSuffix(l.Meter, "_tokens"):
			in += costmodel.Float(&l.Amount)
		default:
			continue
		}
		ok = true
	}
	return in, out, ok
}

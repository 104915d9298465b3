package results

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// Metric is a column of the output that is a number.
type Metric struct {
	Name string // of the column
	Unit string // s, GiB·s, or what is counted; "" of money
	Help string // what it means, in one line
	// Maximum marks what is no mean: over replications its largest value is
	// taken, and it has no confidence interval.
	Maximum bool
	// Money marks an amount: its unit is the row's Currency.
	Money bool
	// Quantile marks what is read from a histogram, to within RelativeError.
	Quantile bool
	// Count marks a number of things, as against a measure.
	Count bool
	// Tokens marks what is of requests to language models alone.
	Tokens bool
	// Clients marks what is of clients that give up or ask again alone.
	Clients bool
	// Application marks what is of applications alone.
	Application bool
	// Rare marks what is left out where no row has it.
	Rare bool
	// Better is which way is better, for tolerances: a larger value where it
	// is +1, a smaller one otherwise.
	Better int
	value  func(*Replication, *costmodel.Bill) float64 // NaN where it is undefined
}

// Metrics returns the metrics in the order of the columns.
func Metrics() []Metric { return append([]Metric(nil), metrics...) }

// second is the ns in a second; dividing by it, unlike multiplying with its
// inverse, gives the float nearest to the decimal.
const second = 1e9

var nan = math.NaN()

// metrics is never changed.
var metrics = slices.Concat(requestMetrics, startMetrics, userMetrics, partMetrics, servingMetrics, energyMetrics, nodeMetrics, operatorMetrics, applicationMetrics, wholeMetrics, lateMetrics)

var requestMetrics = []Metric{
	count("arrivals", 0, "requests that arrived in the window, rejected ones too", func(r *Replication) uint64 { return r.Arrivals() }),
	count("invocations", +1, "of these, those that were started", func(r *Replication) uint64 { return r.Invocations }),
	count("completed", +1, "requests served to their end", func(r *Replication) uint64 { return r.Ended[sim.Completed] }),
	count("rejected", -1, "requests rejected over a limit", func(r *Replication) uint64 { return r.Ended[sim.Rejected] }),
	count("timed_out", -1, "requests cut off by their timeout, waiting or served", func(r *Replication) uint64 { return r.Ended[sim.TimedOut] }),
	count("failed", -1, "requests that failed: by their function, their instance's initialisation or server, or with their node", func(r *Replication) uint64 { return r.Ended[sim.Failed] }),
	count("in_flight", -1, "requests that had not ended when the run did", func(r *Replication) uint64 { return r.Ended[sim.Unfinished] }),
	count("attempts", -1, "requests and the client's retries of them", func(r *Replication) uint64 { return r.Attempts }),
	count("cold_starts", -1, "invocations delayed by an initialisation, their own or one awaited", func(r *Replication) uint64 { return r.ColdStarts }),
	measure("cold_ratio", "1", "cold_starts ÷ invocations", func(r *Replication) float64 {
		return Ratio{r.ColdStarts, r.Invocations}.Float()
	}),
	measure("app_cold_ratio_p75", "1", "75th percentile over applications of their cold ratio", func(r *Replication) float64 { return r.AppColdP75.Float() }),
	measure("latency_mean_s", "s", "mean latency from arrival to the end of service, of completed requests", func(r *Replication) float64 {
		return r.Latency.Mean() / second
	}),
	latency("latency_p50_s", 0.50),
	latency("latency_p90_s", 0.90),
	latency("latency_p95_s", 0.95),
	latency("latency_p99_s", 0.99),
	latency("latency_p999_s", 0.999),
	{Name: "latency_max_s", Unit: "s", Help: "largest latency", Maximum: true, value: func(r *Replication, _ *costmodel.Bill) float64 {
		return where(r.Latency.Count() > 0, float64(r.Latency.Max())/second)
	}},
	measure("wait_mean_s", "s", "mean time from arrival to the start of service, init included, over invocations", func(r *Replication) float64 {
		return over(r.Wait, r.Invocations)
	}),
	measure("init_mean_s", "s", "mean part of that in an initialisation, over cold starts", func(r *Replication) float64 {
		return over(r.Init, r.ColdStarts)
	}),
	{Name: "load_hit_ratio", Unit: "1", Help: "loads of images, weights and snapshots that did not come from the last store, over all that came through stores", Rare: true, Better: +1,
		value: func(r *Replication, _ *costmodel.Bill) float64 { return loadRatio(r.Loads).Float() }},
	perWindow("instances_mean", "time average of instances", func(r *Replication) sim.Wide { return r.Instances.Total }),
	{Name: "instances_peak", Unit: "instances", Help: "largest average number of instances over a one-second bucket", Maximum: true,
		value: func(r *Replication, _ *costmodel.Bill) float64 { return r.Instances.Peak.Float() }},
	perWindow("busy_mean", "time average of instances that serve", func(r *Replication) sim.Wide { return r.Instances.Busy() }),
	perWindow("idle_mean", "time average of idle instances", func(r *Replication) sim.Wide { return r.Instances.Idle }),
	measure("instance_lifespan_mean_s", "s", "mean age of the instances that stopped in the window", func(r *Replication) float64 {
		return over(r.Lives.Lifespan, r.Lives.Stopped)
	}),
	measure("wasted_gib_s", "GiB·s", "memory × time in which whole instances are idle", func(r *Replication) float64 {
		return r.Instances.Wasted.Float() / 1024 / second
	}),
	ofPool("pool_wasted_gib_s", "GiB·s", "the part of wasted_gib_s of instances that belong to no function: stem cells and shared layers", false, poolWaste),
	ofPool("layer_starts", "instances", "starts that went on from a stem cell or a layer", true, func(r *Replication) float64 { return float64(r.Lives.FromLayer) }),
	{Name: "cost", Money: true, Help: "total of the bill, in the currency of the row", value: func(_ *Replication, b *costmodel.Bill) float64 {
		if b == nil {
			return nan
		}
		return costmodel.Float(&b.Total)
	}},
	{Name: "cost_per_million", Money: true, Help: "total of the bill per million invocations that it covers, in the currency of the row", value: func(r *Replication, b *costmodel.Bill) float64 {
		if b == nil || r.Invocations == 0 {
			return nan
		}
		return costmodel.Float(&b.Total) / (float64(r.Invocations) * billScale(r, b)) * 1e6
	}},
	measure("error_ratio", "1", "rejected, failed and timed out ÷ arrivals", func(r *Replication) float64 {
		return Ratio{r.Ended[sim.Rejected] + r.Ended[sim.Failed] + r.Ended[sim.TimedOut] + r.Ended[sim.Abandoned], r.Arrivals()}.Float()
	}),
}

func count(name string, better int, help string, f func(*Replication) uint64) Metric {
	return Metric{Name: name, Unit: "requests", Help: help, Count: true, Better: better,
		value: func(r *Replication, _ *costmodel.Bill) float64 { return float64(f(r)) }}
}

func measure(name, unit, help string, f func(*Replication) float64) Metric {
	return Metric{Name: name, Unit: unit, Help: help, value: func(r *Replication, _ *costmodel.Bill) float64 { return f(r) }}
}

func latency(name string, q float64) Metric {
	m := measure(name, "s", "quantile of the latency of completed requests, to within 0.8 %", func(r *Replication) float64 {
		return where(r.Latency.Count() > 0, float64(r.Latency.Quantile(q))/second)
	})
	m.Quantile = true
	return m
}

func perWindow(name, help string, f func(*Replication) sim.Wide) Metric {
	return measure(name, "instances", help, func(r *Replication) float64 {
		return f(r).Float() / float64(r.Window.Length())
	})
}

// over returns the mean of a sum of ns, in seconds.
func over(sum sim.Wide, n uint64) float64 {
	return where(n > 0, sum.Float()/float64(n)/second)
}

// where returns x if defined, else NaN.
func where(defined bool, x float64) float64 {
	if defined {
		return x
	}
	return nan
}

// metricsOf returns the places of the metrics that have a column in the outputs
// of some rows: those of tokens and of clients only where a row has any, and rare
// ones only where a row has them.
func metricsOf(rows []Row) (places []int) {
	tokens, clients, applications := servesTokens(rows), hasClients(rows), hasApplications(rows)
	for m := range metrics {
		switch x := &metrics[m]; {
		case x.Tokens && !tokens, x.Clients && !clients, x.Application && !applications:
		case x.Rare && !slices.ContainsFunc(rows, func(r Row) bool { return r.Stats[m].Defined() }):
		default:
			places = append(places, m)
		}
	}
	return places
}

// servesTokens reports whether any row is of requests to language models.
func servesTokens(rows []Row) bool {
	return slices.ContainsFunc(rows, func(r Row) bool { return r.Stats[metricIndex("input_tokens")].Defined() })
}

// metricIndex returns a metric's place in the order of the columns, −1 where
// there is none of that name.
func metricIndex(name string) int {
	for i := range metrics {
		if metrics[i].Name == name {
			return i
		}
	}
	return -1
}

// billScale is by how much the usage of the window was scaled to the bill's span.
func billScale(r *Replication, b *costmodel.Bill) float64 {
	if b.Span == costmodel.SpanMonth {
		return float64(costmodel.Month) / float64(r.Window.Length())
	}
	return 1
}

package results

import (
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// userMetrics are the columns of clients, and of users' requests. They are left out
// where no client gives up or asks again: each request is then a user's.
var userMetrics = []Metric{
	ofClients(count("abandoned", -1, "requests that their client gave up, waiting or served", func(r *Replication) uint64 { return r.Ended[sim.Abandoned] })),
	userCount("user_requests", 0, "requests of users whose first attempt arrived in the window", func(u *Users) uint64 { return u.Requests }),
	userCount("user_answered", +1, "of these, those that were answered without an error, by whichever attempt", func(u *Users) uint64 { return u.Answered }),
	userCount("user_failed", -1, "of these, those whose last attempt the function answered with an error", func(u *Users) uint64 { return u.Failed }),
	userCount("user_gave_up", -1, "of these, those whose last attempt had no answer: rejected, timed out or given up", func(u *Users) uint64 { return u.GaveUp }),
	higher(ofUsers("user_success_ratio", "1", "user_answered ÷ user_requests", func(u *Users) float64 { return Ratio{u.Answered, u.Requests}.Float() })),
	ofUsers("attempts_mean", "attempts", "attempts ÷ user_requests", func(u *Users) float64 { return Ratio{u.Attempts, u.Requests}.Float() }),
	ofUsers("user_latency_mean_s", "s", "mean time from the arrival of the first attempt to the answer, of users' requests that were answered", func(u *Users) float64 {
		return u.Latency.Mean() / second
	}),
	userQuantile("user_latency_p50_s", 0.50),
	userQuantile("user_latency_p90_s", 0.90),
	userQuantile("user_latency_p95_s", 0.95),
	userQuantile("user_latency_p99_s", 0.99),
	userQuantile("user_latency_p999_s", 0.999),
	maximum(ofUsers("user_latency_max_s", "s", "largest such time", func(u *Users) float64 {
		return where(u.Latency.Count() > 0, float64(u.Latency.Max())/second)
	})),
}

// ofUsers is a metric that is defined where there are Users.
func ofUsers(name, unit, help string, f func(*Users) float64) Metric {
	return ofClients(measure(name, unit, help, func(r *Replication) float64 { return f(r.Users) }))
}

func userCount(name string, better int, help string, f func(*Users) uint64) Metric {
	m := ofUsers(name, "requests", help, func(u *Users) float64 { return float64(f(u)) })
	m.Count, m.Better = true, better
	return m
}

func userQuantile(name string, q float64) Metric {
	m := ofUsers(name, "s", "quantile of the same time, to within 0.8 %", func(u *Users) float64 {
		return where(u.Latency.Count() > 0, float64(u.Latency.Quantile(q))/second)
	})
	m.Quantile = true
	return m
}

func maximum(m Metric) Metric {
	m.Maximum = true
	return m
}

// ofClients makes of a metric one that is undefined where there are no Users.
func ofClients(m Metric) Metric {
	value := m.value
	m.Clients = true
	m.value = func(r *Replication, b *costmodel.Bill) float64 {
		if r.Users == nil {
			return nan
		}
		return value(r, b)
	}
	return m
}

// hasClients reports whether clients give up or ask again in any row.
func hasClients(rows []Row) bool {
	return slices.ContainsFunc(rows, func(r Row) bool { return r.hasClients() })
}

// hasClients reports whether they do in the row.
func (r *Row) hasClients() bool {
	s, ok := r.Stat("user_requests")
	return ok && len(s.Values) > 0 && s.Defined()
}

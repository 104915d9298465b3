package catalog

import "github.com/coldcurve/coldcurve/workloads"

// Overhead is what privacy, security or observability costs.
type Overhead struct {
	Name  string `toml:"name" required:"true" help:"as applications name it"`
	Title string `toml:"title" required:"true"`
	Basis
	Of        []string                     `toml:"of" required:"true" help:"what it can be of: function, store, flow, trigger"`
	Factor    Fact[float64]                `toml:"factor" help:"on service times"`
	Add       Fact[workloads.Distribution] `toml:"add" help:"to each call"`
	ColdAdd   Fact[workloads.Distribution] `toml:"cold_add" help:"to each initialisation"`
	Bandwidth Fact[float64]                `toml:"bandwidth" help:"factor on the time of transfers"`
	Trips     Fact[float64]                `toml:"trips" help:"round trips to each call between two places"`
	Service   string                       `toml:"service" help:"that each call asks beside it"`
	Op        string                       `toml:"op" help:"what it asks; absent: the service's first"`
	Rate      Fact[float64]                `toml:"rate" help:"part of calls that ask it; absent: all"`
	Notes     []string                     `toml:"notes"`
}

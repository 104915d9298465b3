package catalog

import (
	"github.com/coldcurve/coldcurve/workloads"
)

// Region is a place that belongs to a provider.
type Region struct {
	Name     string `toml:"name" required:"true"`
	Provider string `toml:"provider" required:"true" help:"aws, azure, gcp"`
	Title    string `toml:"title" help:"where it is"`
	Basis
	Near Fact[string] `toml:"near" help:"a region whose round trips are taken for its own where none were measured"`
}

// Trips are round trips from a region.
type Trips struct {
	From string `toml:"from" required:"true"`
	Basis
	To map[string]Fact[workloads.Distribution] `toml:"to" required:"true" help:"by region"`
}

// Egress says which meter counts what leaves. The first that fits is taken.
type Egress struct {
	Provider string `toml:"provider" required:"true" help:"of the place that sends"`
	From     string `toml:"from" help:"its region; absent: any"`
	To       string `toml:"to" required:"true" help:"a region, same (another region of the provider), internet (anything else)"`
	Tariff   string `toml:"tariff" required:"true"`
	Meter    string `toml:"meter" required:"true"`
	Basis
}

// What Egress.To can be besides a region.
const (
	Same     = "same"
	Internet = "internet"
)

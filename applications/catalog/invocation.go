package catalog

import "github.com/coldcurve/coldcurve/internal/spec"

// Invocation is how large what a platform's functions are called with may be.
type Invocation struct {
	Platform string `toml:"platform" required:"true" help:"preset of the platform"`
	Basis
	Sync  Fact[spec.Size] `toml:"sync" help:"of a call that somebody waits for, and of its answer; absent: any"`
	Async Fact[spec.Size] `toml:"async" help:"of a call that nobody waits for; absent: any"`
}

// Invocation returns what is known of calls on a platform; nil: nothing.
func (c *Catalog) Invocation(platform string) *Invocation {
	for i := range c.Invocations {
		if c.Invocations[i].Platform == platform {
			return &c.Invocations[i]
		}
	}
	return nil
}

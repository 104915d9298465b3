package costmodel

import (
	"fmt"
	"slices"
)

// Kind is what a tariff is for.
type Kind string

// kinds are the kinds in the order in which they are listed.
var kinds = []struct {
	kind    Kind
	heading string
}{
	{"platform", "functions and containers"},
	{"machine", "machines, by the hour"},
	{"gpu", "serverless GPUs"},
	{"model", "language models, by the token"},
	{"service", "what an application calls"},
}

// UnmarshalText reads a Kind.
func (k *Kind) UnmarshalText(b []byte) error {
	names := make([]Kind, len(kinds))
	for i, x := range kinds {
		if names[i] = x.kind; x.kind == Kind(b) {
			*k = x.kind
			return nil
		}
	}
	return fmt.Errorf("found %q, want one of %q", b, names)
}

func (k Kind) rank() int {
	return slices.IndexFunc(kinds, func(x struct {
		kind    Kind
		heading string
	}) bool {
		return x.kind == k
	})
}

// Group is the heading under which a tariff is listed.
func (t *Tariff) Group() string { return kinds[t.Kind.rank()].heading + ": " + t.Provider }

package calibrate

import (
	"context"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

func model(name string) *spec.Node { return spec.FromValue("", 0, name) }

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

package hardware

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// KVPrecision is how keys and values are held.
type KVPrecision string

// UnmarshalText reads bf16 or fp8.
func (p *KVPrecision) UnmarshalText(b []byte) error {
	switch *p = KVPrecision(b); *p {
	case KV16, KV8:
		return nil
	}
	return fmt.Errorf("found %q, want %q or %q", spec.Shorten(string(b)), KV16, KV8)
}

// Precisions of keys and values.
const (
	KV16 KVPrecision = "bf16"
	KV8  KVPrecision = "fp8"
)

// bytes of a number.
func (p KVPrecision) bytes() int64 {
	if p == KV8 {
		return 1
	}
	return 2
}

// halved returns the attention of decodes over keys and values of half the bytes.
// It reads these, and little else: so it takes as long as over half the context.
func (s *surface) halved() *surface {
	return s.scaled(func(n, x, _ float64) float64 { return s.at(n, x/2) })
}

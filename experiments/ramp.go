package experiments

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// rampSpec is a number in a time as the file writes it: "1000/10s" or "10/s".
type rampSpec sim.Ramp

// UnmarshalText reads a number, a slash and a duration, of which a 1 may be left out.
func (r *rampSpec) UnmarshalText(text []byte) error {
	burst, period, ok := strings.Cut(string(text), "/")
	if !ok {
		return fmt.Errorf("found %q, want a number and a time, as in \"1000/10s\" or \"10/s\"", text)
	}
	if period != "" && !strings.ContainsAny(period, "0123456789") {
		period = "1" + period
	}
	n, err := strconv.Atoi(burst)
	if err != nil || n < 1 {
		return fmt.Errorf("found %q, want a whole number before the slash, 1 or more", text)
	}
	var d spec.Duration
	if err := d.UnmarshalText([]byte(period)); err != nil {
		return fmt.Errorf("found %q: %w", text, err)
	}
	if d <= 0 {
		return fmt.Errorf("found %q, want a time longer than 0 after the slash", text)
	}
	*r = rampSpec{Burst: n, Period: int64(d)}
	return nil
}

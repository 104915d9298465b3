package apps

import (
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// Of 10 orders at 2 USD each 4 did not end well: 20 USD over 6 are 3.33.
func TestCostOfOneThatEndsWell(t *testing.T) {
	e := &Estimate{Event: "an order", Currency: "USD", Each: Mean{2, math.NaN()}, EachWell: Mean{20.0 / 6, math.NaN()}, Errors: Mean{0.4, math.NaN()}, Causes: make([]Priced, flows.NumCauses)}
	if text := e.answer(); !strings.HasPrefix(text, "An order that was begun, whether it ended well or not, costs ") || !strings.Contains(text, "40 % do not end well, so that one that does costs ") {
		t.Error(text)
	}
	e.Errors, e.EachWell = Mean{0, math.NaN()}, Mean{2, math.NaN()}
	if text := e.answer(); !strings.HasPrefix(text, "An order costs ") || strings.Contains(text, "that does") {
		t.Error(text)
	}
}

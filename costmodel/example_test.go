package costmodel_test

import (
	"fmt"
	"os"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// A day of 100,000 requests of 120 ms at 1,536 MB, scaled to a month: the
// first worked example of the provider's pricing page.
func Example() {
	catalog, err := costmodel.Load()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	tariff, err := catalog.Tariff("aws-lambda")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	meter, err := tariff.NewMeter(costmodel.MeterConfig{
		Functions: []sim.Function{{Name: "thumbnail", Memory: 1536}},
		Window:    sim.Window{Horizon: sim.Day},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	batch := make([]sim.Outcome, 1000)
	for i := range batch {
		batch[i] = sim.Outcome{End: 120 * sim.Millisecond, Started: true}
	}
	for range 100 {
		meter.Requests(batch)
	}
	bill, err := tariff.Bill(meter.Usage(), costmodel.SpanMonth, sim.Day)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	for _, l := range bill.Lines {
		if l.Quantity.Sign() > 0 {
			fmt.Printf("%s: %s %s × %s = %s\n", l.Name, l.Quantity.Text('f'), l.Unit, l.UnitPrice.Text('f'), l.Amount.Text('f'))
		}
	}
	fmt.Println("total:", costmodel.Cents(&bill.Total), bill.Currency)
	// Output:
	// requests, free: 1 1M × 0 = 0
	// requests: 2 1M × 0.2 = 0.4
	// duration, free: 400000 GB-s × 0 = 0
	// duration, tier 1: 140000 GB-s × 0.0000166667 = 2.333338
	// total: 2.73 USD
}

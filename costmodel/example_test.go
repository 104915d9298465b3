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

// A queue is counted by no simulation: the user says what was sent, and the
// tariff how it is counted.
func ExamplePrice_Units() {
	catalog, err := costmodel.Load()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	queue, err := catalog.Tariff("aws-sqs")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	each, err := queue.Prices[0].Units(100 << 10) // a message of 100 KB
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	const sent = 5_000_000
	usage := costmodel.Usage(nil).With("requests", "1", sent*each)
	bill, err := queue.Bill(usage, costmodel.SpanMonth, costmodel.Month)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Println(each, "requests a message,", costmodel.Cents(&bill.Total), bill.Currency)
	// Output:
	// 2 requests a message, 3.60 USD
}

// The rules of a day: before August 2025 the init of most functions was free.
func ExampleCatalog_At() {
	catalog, err := costmodel.Load()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	for _, day := range []costmodel.Date{"2020-06-01", "2025-07-31", "2025-08-01"} {
		tariff, err := catalog.At("aws-lambda", day)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		fmt.Println(day, tariff.Invariant)
	}
	// Output:
	// 2020-06-01 each invocation: used ≤ billed < used + 100 ms
	// 2025-07-31 each invocation: used ≤ billed < used + 1 ms
	// 2025-08-01 each invocation: used + init ≤ billed < used + init + 1 ms
}

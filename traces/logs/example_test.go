package logs_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/traces/logs"
)

// A bare report carries neither time nor function: the bill alone is known.
func Example() {
	line := "REPORT RequestId: 426db50d-3478-40e9-99b4-e515012f47ef\tDuration: 1.57 ms\tBilled Duration: 490 ms\t" +
		"Memory Size: 128 MB\tMax Memory Used: 81 MB\tInit Duration: 487.97 ms\n"
	p, err := logs.Read(context.Background(), []logs.File{{Name: "pay.log", R: strings.NewReader(line)}}, logs.Options{})
	if err != nil {
		panic(err)
	}
	for _, f := range p.Functions {
		fmt.Println(f.Name, f.Requests, f.Cold, f.Billed[0].MBms(), f.Billed[0].Rules)
	}
	for _, c := range p.Caveats {
		fmt.Println("-", c)
	}
	// Output:
	// pay 1 1 62720 ceil1(duration+init)
	// - no time on 1 request of 1: arrivals and their shape are not known, only the bill is; give a rate or a shape
	// - no function on 1 request of 1: those of one file are taken as one function, pay
}

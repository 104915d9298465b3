package serve

import (
	"context"
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Scale to zero under Poisson arrivals, requests so short that nearly none meets another:
// of a rate λ and a window T a request is cold with e^(−λT), and an instance stands
// 1 − e^(−λT) of the time (renewal; facts of policies, F2: λ = 0.001, 0.005, 0.01 and
// T = 600 s have 0.548812, 0.049787, 0.002479). Time of the start and of service are
// told apart in the bill, and the rounding of each life to a second is known to the
// life. Four standard errors of n Bernoulli trials, conditioned on their number.
func TestScaleToZeroIsRenewal(t *testing.T) {
	for _, c := range []struct {
		requests string
		rate     float64 // a second
		cold     float64
	}{
		{"3.6/h", 0.001, 0.548812},
		{"18/h", 0.005, 0.049787},
		{"36/h", 0.01, 0.002479},
	} {
		t.Run(c.requests, func(t *testing.T) {
			r := open(t, chats(func(s *Settings) {
				s.Requests, s.TokensIn, s.TokensOut, s.TokensCV, s.ColdStart = c.requests, "16", "1", "0", "1ms"
				s.Within = []string{"modal-h100"}
			}))
			of := choiceOf(t, r, "modal-h100", Serverless)
			of.keepAlive = spec.Duration(600 * sim.Second)
			l, err := r.loadAt(context.Background(), likely, 1)
			if err != nil {
				t.Fatal(err)
			}
			var arrivals, cold, idle, starting, all float64
			for rep := range 4 {
				o, err := r.run(context.Background(), &of, l, rep)
				if err != nil {
					t.Fatal(err)
				}
				row := rowOf([]*outcome{o}, nil)
				column := func(name string) float64 { s, _ := row.Stat(name); return s.Mean }
				arrivals, cold = arrivals+column("arrivals"), cold+column("cold_starts")
				usage := func(meter string) float64 { x, _ := o.usage.Get(meter).Float64(); return x / 1e9 }
				idle, starting, all = idle+usage("instance_time.idle"), starting+usage("instance_time.starting"), all+usage("instance_time")
			}
			window := 4 * float64(l.window.Length()) / 1e9
			se := math.Sqrt(c.cold * (1 - c.cold) / arrivals)
			if got := cold / arrivals; math.Abs(got-c.cold) > 4*se+1e-4 {
				t.Errorf("%v of %v requests are cold, want %v ± %v", got, arrivals, c.cold, 4*se)
			}
			// Each life is rounded up to a second: at most a second for each cold start.
			want := 1 - c.cold
			slack := cold/window + 4*math.Sqrt(c.rate*600*600/window)*math.Min(1, c.rate*600)
			if got := idle / window; got < want-slack || got > want+slack {
				t.Errorf("an instance is idle for %v of the time, want %v ± %v", got, want, slack)
			}
			if all < idle+starting || starting > cold*0.002 {
				t.Errorf("%v s in all, %v idle, %v starting in %v starts of 1 ms", all, idle, starting, cold)
			}
		})
	}
}

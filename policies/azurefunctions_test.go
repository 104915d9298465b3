package policies

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// 200 messages of 1, 60 s each, of which an instance takes 16 and is to have 16; it is ready after 10 s.
//   - 30: ⌈200 ÷ 16⌉ = 13, of which four may be added. 60: eight. 90: twelve.
//   - Those of 30 serve 64 from 40 to 100, those of 60 64 from 70 to 130; the last 72 are served from 100 on,
//     until 160: at 120 there are 136, ⌈8.5⌉ = nine, of which there are twelve.
//   - 150: 72, ⌈4.5⌉ = five. 180: none.
//
// Those of 30 are held to the end: nine and five are more than four. With a keep-alive of none who has nothing to
// do beyond that goes at once.
func TestAzureFunctionsQueue(t *testing.T) {
	p := sim.Platform{Concurrency: 16}
	got := scaled(t, `{ name = "azure-functions", trigger = "storage-queue", every = "30s" }`, p, times(200, 1, 60)...)
	wantStarts(t, got, 30, 30, 30, 30, 60, 60, 60, 60, 90, 90, 90, 90)
	for _, l := range got.Lives[:4] {
		if l.Created != seconds(30) || l.Stopped != seconds(180) {
			t.Errorf("one of the first four lived %v-%v, want 30-180", l.Created, l.Stopped)
		}
	}
}

// Each trigger has its target: 2,000 executions of 1 are there at the look of 30, and so many instances are wanted.
func TestAzureFunctionsTargets(t *testing.T) {
	for _, test := range []struct {
		params string
		want   int
	}{
		{`trigger = "service-bus"`, 125},
		{`trigger = "service-bus-sessions"`, 250},
		{`trigger = "service-bus-batch"`, 2},
		{`trigger = "storage-queue"`, 125},
		{`trigger = "event-hubs"`, 20},
		{`trigger = "kafka"`, 2},
		{`trigger = "cosmos-db"`, 20},
		{`trigger = "cosmos-db", target = 300`, 7},
		{`trigger = "http"`, 50}, // the platform's concurrency, 40
		{`trigger = "http", target = 30`, 67},
	} {
		p := sim.Platform{Concurrency: 40}
		got := scaled(t, `{ name = "azure-functions", every = "30s", step = 1000, `+test.params+` }`, p, times(2000, 1, 25)...)
		n := 0
		for _, l := range got.Lives {
			if l.Created <= seconds(30) {
				n++
			}
		}
		if n != test.want {
			t.Errorf("%s: %d instances at 30, want %d", test.params, n, test.want)
		}
	}
}

// 35 requests of 0.5, of ten an instance: the first starts one, and each second adds one up to ⌈3.5⌉ = 4; or with a step
// of two, two.
func TestAzureFunctionsHTTP(t *testing.T) {
	p := sim.Platform{Concurrency: 10}
	wantStarts(t, scaled(t, `{ name = "azure-functions", every = "1s" }`, p, times(35, 0.5, 100)...), 0.5, 1, 2, 3)
	wantStarts(t, scaled(t, `{ name = "azure-functions", every = "1s", step = 2 }`, p, times(35, 0.5, 100)...), 0.5, 1, 1, 2)
}

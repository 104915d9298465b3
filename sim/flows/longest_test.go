package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// What is calculated of a duration is at most the longest there is, and is counted: ten times
// nine years of a function, or of an op, by a factor, by bytes, by records.
func TestNothingIsLongerThanTheLongest(t *testing.T) {
	const years9 = 9 * 365 * sim.Day
	for name, make := range map[string]func(b *builder, f int32){
		"factor":   func(b *builder, f int32) { b.g.Functions[f].Base, b.g.Functions[f].Factor = after(years9), 1e6 },
		"bytes":    func(b *builder, f int32) { b.g.Functions[f].PerByte = 1e17 },
		"records":  func(b *builder, f int32) { b.g.Functions[f].PerRecord = after(years9); batchOfTen(b) },
		"overhead": func(b *builder, f int32) { b.g.Functions[f].Base, b.g.Functions[f].Add = after(years9), after(years9) },
		"op": func(b *builder, f int32) {
			b.meter("none")
			s := b.service("store", Op{Name: "read", First: after(years9)})
			b.g.Services[s].Factor = 1e6
			b.g.Functions[f].Uses = []Use{{Service: s, Function: None, Flow: None, Count: 1, Probability: 1, SkipOnHit: None}}
		},
		"op's bytes": func(b *builder, f int32) {
			b.meter("none")
			s := b.service("store", Op{Name: "read", PerByte: 1e17})
			b.g.Functions[f].Uses = []Use{{Service: s, Function: None, Flow: None, Count: 1, Probability: 1, SkipOnHit: None}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBuilder(100 * second)
			b.g.Drain = 0
			f := b.function("f", after(ms))
			b.calls("t", f)
			make(b, f)
			clamped := int64(0)
			wrapped := config{arrivals: [][]sim.Time{times(10, ms)}, sum: func(s *sim.Summary) { clamped = s.Clamped }}
			tally, requests := b.runAll(t, wrapped)
			if clamped += tally.Clamped; len(requests) == 0 || clamped == 0 {
				t.Errorf("%d requests, %d durations at the bound", len(requests), clamped)
			}
		})
	}
}

func batchOfTen(b *builder) {
	b.sqs(&b.g.Triggers[0], Queue{Batch: 10, Window: second, Visibility: sim.Minute})
}

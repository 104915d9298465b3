package flows

import (
	"reflect"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// fill sets all numbers that a value holds to n.
func fill(v reflect.Value, n uint64) {
	switch v.Kind() {
	case reflect.Uint64:
		v.SetUint(n)
	case reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		fill(v.Elem(), n)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[sim.Wide]() {
			w := sim.Wide{}
			w.Add(int64(n))
			v.Set(reflect.ValueOf(w))
			return
		}
		if w, ok := v.Addr().Interface().(*Wait); ok {
			for range n {
				w.add(7)
			}
			return
		}
		if d, ok := v.Addr().Interface().(*Durations); ok {
			for range n {
				d.record(7)
			}
			return
		}
		for k := range v.NumField() {
			fill(v.Field(k), n)
		}
	case reflect.Slice, reflect.Array:
		for k := range v.Len() {
			fill(v.Index(k), n)
		}
	}
}

func filled(n uint64) *Tally {
	t := &Tally{Triggers: make([]TriggerTally, 1), Flows: make([]FlowTally, 1), Steps: make([]StepTally, 1), Services: make([]ServiceTally, 1), Used: make([]Used, 1), Calls: make([]Calls, 1), Refused: make([]Refused, 1), Waited: make([]Wait, 1), Met: make([]Met, 1)}
	fill(reflect.ValueOf(t).Elem(), n)
	return t
}

// Whatever a tally counts is added.
func TestMergeAddsAll(t *testing.T) {
	got := filled(2)
	got.Merge(filled(3))
	if want := filled(5); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}

// What is used, and called, is listed in order, whatever the order of merging.
func TestMergeInAnyOrder(t *testing.T) {
	used := func(keys ...int32) *Tally {
		all := &Tally{}
		for _, k := range keys {
			u := Used{Trigger: k / 8, Owner: Owner(k / 4 % 2), Cause: Cause(k / 2 % 2), Meter: k % 2}
			u.N.Add(int64(k))
			all.Used = append(all.Used, u)
			all.Calls = append(all.Calls, Calls{Trigger: k / 8, Owner: Owner(k / 4 % 2), Function: k / 2 % 2, Cause: Cause(k % 2), N: uint64(k)})
		}
		return all
	}
	a, b := &Tally{}, &Tally{}
	for _, x := range []*Tally{used(1, 5, 9), used(2, 5, 17), used(1)} {
		a.Merge(x)
	}
	for _, x := range []*Tally{used(1), used(2, 5, 17), used(1, 5, 9)} {
		b.Merge(x)
	}
	if !reflect.DeepEqual(a, b) || len(a.Used) != 5 || a.Used[2].N.Lo != 10 || a.Calls[0].N != 2 {
		t.Errorf("%+v\nand\n%+v", a, b)
	}
}

// Flows meet through functions, flows, triggers that they send to, services with a
// limit, buckets and slots; those that share none of these run apart.
func TestJoined(t *testing.T) {
	bucket, slots, polls := &Bucket{Burst: 1, Rate: 1}, &Slots{N: 1}, &Polls{}
	send := func(trigger int32) Step {
		s := step(SendStep, "send")
		s.Send = &Send{Trigger: trigger, Service: None}
		return s
	}
	asking := func(service int32) Step {
		s := step(UseStep, "use")
		s.Uses = []Use{{Service: service, Function: None, Flow: None}}
		return s
	}
	calling := func(flow int32) Step {
		s := callOf("flow", None)
		s.SubFlow = flow
		return s
	}
	for what, c := range map[string]struct {
		change func(b *builder)
		joined bool
	}{
		"nothing":                  {func(b *builder) {}, false},
		"a function":               {func(b *builder) { b.list(0, callOf("x", 1)) }, true},
		"a flow":                   {func(b *builder) { b.list(0, calling(1)) }, true},
		"a trigger":                {func(b *builder) { b.list(0, send(1)) }, true},
		"a service":                {func(b *builder) { b.list(0, asking(0)); b.list(1, asking(0)) }, false},
		"a service with a limit":   {func(b *builder) { b.list(0, asking(1)); b.list(1, asking(1)) }, true},
		"what is behind a service": {func(b *builder) { b.list(0, asking(2)); b.list(1, asking(1)) }, true},
		"a service's partitions":   {func(b *builder) { b.list(0, asking(3)); b.list(1, asking(3)) }, true},
		"a function's use":         {func(b *builder) { b.g.Functions[0].Uses = []Use{{Service: None, Function: 1, Flow: None}} }, true},
		"executions at a time":     {func(b *builder) { b.g.Flows[0].Engine.Concurrent, b.g.Flows[1].Engine.Concurrent = slots, slots }, true},
		"starts":                   {func(b *builder) { b.g.Flows[0].Engine.Starts, b.g.Flows[1].Engine.Starts = bucket, bucket }, true},
		"starts of their own": {func(b *builder) {
			b.g.Flows[0].Engine.Starts, b.g.Flows[1].Engine.Starts = bucket, &Bucket{Burst: 1, Rate: 1}
		}, false},
		"transitions": {func(b *builder) { b.g.Flows[0].Engine.States, b.g.Flows[1].Engine.States = bucket, bucket }, true},
		"slots":       {func(b *builder) { b.g.Flows[0].Engine.Slots, b.g.Flows[1].Engine.Slots = slots, slots }, true},
		"limits of shards": {func(b *builder) { // each of which has its own
			b.g.Triggers[0].Stream = &Stream{Service: None, In: bucket, InBytes: bucket, OutBytes: bucket, Reads: bucket}
			b.g.Triggers[1].Stream = &Stream{Service: None, In: bucket, InBytes: bucket, OutBytes: bucket, Reads: bucket}
		}, false},
		"polls":         {func(b *builder) { b.g.Flows[0].Engine.Polls, b.g.Flows[1].Engine.Polls = polls, polls }, true},
		"a dead letter": {func(b *builder) { b.g.Triggers[0].Async = &Async{Dead: &Send{Trigger: 1, Service: None}} }, true},
		"a route": {func(b *builder) {
			s := step(RouteStep, "route")
			s.Route = &Route{To: []int32{0, 1}}
			b.list(0, s)
		}, true},
	} {
		b := newBuilder(second)
		for k := range 2 {
			b.function([]string{"a", "b"}[k], nil)
			f := b.flow([]string{"f", "g"}[k], nothing())
			b.main(f, callOf("call", int32(k)))
			b.trigger([]string{"t", "u"}[k], f)
			b.g.Triggers[k].Function = int32(2 + k)
		}
		b.g.Services = []Service{
			{Behind: None, Ops: []Op{{}}}, {Behind: None, Ops: []Op{{}, {Limit: bucket}}}, {Behind: 1, Ops: []Op{{}}}, {Behind: None, Ops: []Op{{Partition: bucket}}},
		}
		c.change(b)
		want := [][]uint32{{0, 2}, {1, 3}}
		if c.joined {
			want = [][]uint32{{0, 1, 2, 3}}
		}
		if got := New(&b.g, sim.RunKey{}).Joined(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
}

package applications

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// declareStore gives a store its index, so that others can name it.
func (c *compiler) declareStore(i int) {
	s := &c.file.Stores[i]
	c.services[s.Name] = int32(len(c.g.Services))
	c.g.Services = append(c.g.Services, flows.Service{Name: s.Name, Owner: c.owner(s.Name), Behind: flows.None})
}

// store fills in a store.
func (c *compiler) store(i int) {
	s, at := &c.file.Stores[i], c.at("store", i)
	out := &c.g.Services[c.services[s.Name]]
	known, _ := c.catalog.Service(s.Service) // nil: custom
	provider := ""
	if known != nil && known.Provider != "none" {
		provider = known.Provider
	}
	out.Place = c.placeOr(s.Region, func() int32 { return c.home(provider) })
	if known != nil {
		c.fromCatalog(out, known, s.Tariff)
	}
	tariff := s.Tariff
	if tariff == "" && known != nil {
		tariff = c.priced(known.Tariff, out.Place)
	}
	c.ownOps(out, s, known, tariff)
	if r := s.Retry; r != nil {
		out.Retry = flows.Retry{On: flows.OnThrottled, Attempts: r.Attempts - 1, Backoff: backoff.Backoff{First: sim.Time(r.Backoff), Factor: 2, Cap: sim.Time(r.Cap), Jitter: backoff.Full}}
	}
	if s.HitRate != nil {
		out.HitRate = *s.HitRate
	}
	if s.Behind != "" {
		out.Behind = c.services[s.Behind]
	}
	out.Feeds = c.dead(s.Feeds)
	c.encrypt(c.services[s.Name], known, s.Encrypt, s.KeyReuse)
	c.held(out, s, known, tariff, at)
}

// fixed is a fixed size.
func fixed(n int64) flows.Bytes { return bytesOf(&Bytes{Sizer: fixedSize(n)}) }

// noUse is a use of nothing yet.
func noUse(owner flows.Owner) flows.Use {
	return flows.Use{Service: flows.None, Op: 0, Function: flows.None, Flow: flows.None, Count: 1, Probability: 1, SkipOnHit: flows.None, Owner: owner}
}

// fromCatalog fills in what the catalogue says of a service.
func (c *compiler) fromCatalog(out *flows.Service, s *catalog.Service, tariff string) {
	if tariff == "" {
		tariff = c.priced(s.Tariff, out.Place)
	}
	subject := "service " + s.Name
	for i := range s.Ops {
		o := &s.Ops[i]
		key := "op." + o.Name
		op := flows.Op{
			Name: o.Name, First: delayOf(take(c, subject, key+".first", &o.First)), Error: take(c, subject, key+".error_rate", &o.Error),
			Meter: flows.None, Unit: int64(take(c, subject, key+".unit", &o.Unit)), ByBytes: o.ByBytes, Writes: o.Writes,
		}
		if w := take(c, subject, key+".bandwidth", &o.Bandwidth); w > 0 {
			op.PerByte = 1e9 / float64(w)
		}
		if o.Limit.Known {
			rate := float64(take(c, subject, key+".limit", &o.Limit))
			burst := take(c, subject, key+".burst", &o.Burst)
			op.Limit = c.limitOf(out, s, o, rate, burst)
		}
		if o.PerKey.Known {
			rate := float64(take(c, subject, key+".per_key", &o.PerKey))
			op.Partition = c.bucket(limitKey{of: out.Name, name: cmp.Or(o.Shared, o.Name), key: true}, rate, rate, flows.Quota{What: o.Shared})
			op.Partition.Units = true
		}
		if o.KeyCalls.Known {
			rate := float64(take(c, subject, key+".calls_per_key", &o.KeyCalls))
			op.Partition = c.bucket(limitKey{of: out.Name, name: cmp.Or(o.Shared, o.Name), key: true}, rate, rate, flows.Quota{What: o.Shared})
		}
		if o.Most.Known {
			op.Most = &flows.Most{Bytes: int64(take(c, subject, key+".most", &o.Most))}
		}
		if op.Meter = c.meter(tariff, o.Meter, unitOf(o.ByBytes)); o.Meter != "" && op.Meter != flows.None {
			c.notes.add(subject, key+".meter", tariff+"/"+o.Meter, o.Basis)
		}
		out.Ops = append(out.Ops, op)
	}
	if r := s.Retry; r != nil {
		out.Retry = flows.Retry{
			On: flows.OnThrottled, Attempts: max(0, take(c, subject, "retry.attempts", &r.Attempts)-1), Backoff: backoff.Backoff{
				First: sim.Time(take(c, subject, "retry.backoff", &r.Backoff)), Factor: max(1, take(c, subject, "retry.rate", &r.Rate)),
				Cap: sim.Time(take(c, subject, "retry.cap", &r.Cap)), Jitter: backoff.Full,
			},
		}
	}
}

func unitOf(byBytes bool) string {
	if byBytes {
		return perByte
	}
	return perCall
}

// limitKey names a limit: those who have the same share it.
type limitKey struct {
	of    string // a store, queue, topic or flow; where it is of an account, a service or an engine
	place int32  // where it is of an account: its region; else 0
	name  string // of ops, starts, states
	key   bool   // it is of each key
}

// everyone is what a limit is of that belongs to an account and a region, whoever asks.
const everyone = "account"

// limitOf is the limit of an op: of all that is asked of its service in a region, or of
// what is asked of this one.
func (c *compiler) limitOf(out *flows.Service, s *catalog.Service, o *catalog.Op, rate, burst float64) *flows.Bucket {
	name := cmp.Or(o.Shared, o.Name)
	if o.Each != everyone {
		return c.bucket(limitKey{of: out.Name, name: name}, rate, burst, flows.Quota{What: o.Shared})
	}
	of := cmp.Or(s.Account, s.Title)
	return c.bucket(limitKey{of: of, place: out.Place, name: name}, rate, burst, c.accountQuota(of, out.Place, name))
}

// accountQuota says whose a limit is that is of an account in a place.
func (c *compiler) accountQuota(of string, place int32, what string) flows.Quota {
	return flows.Quota{Of: of + " in " + c.g.Places[place], What: what, Each: everyone}
}

// bucket returns the limit of a key; a burst of 0 is what comes in a second.
func (c *compiler) bucket(key limitKey, rate, burst float64, q flows.Quota) *flows.Bucket {
	if known := c.buckets[key]; known != nil {
		return known
	}
	if burst == 0 {
		burst = max(1, rate)
	}
	b := &flows.Bucket{Burst: burst, Rate: rate, Quota: q}
	c.buckets[key] = b
	return b
}

// ownOps puts what the file says of a store's ops in the place of what the catalogue says.
func (c *compiler) ownOps(out *flows.Service, s *storeSpec, known *catalog.Service, tariff string) {
	if known == nil {
		for _, name := range c.opsOf(s) {
			to, known := s.writes(name)
			if !known {
				c.notes.add("store "+s.Name, "op."+name+".size", directionOf(to), catalog.Basis{Grade: "U", Source: "its name does not say which way: a request is sent, a cache answers"})
			}
			out.Ops = append(out.Ops, flows.Op{Name: name, Meter: c.meter(tariff, s.Meters[name], perCall), Writes: to})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Latency)) {
		l := s.Latency[name]
		if o := opNamed(out, name); o != nil {
			o.First, o.Error, o.PerByte = delayOf(l.First), l.Error, 0
			if l.Bandwidth != nil {
				o.PerByte = 1e9 / float64(*l.Bandwidth)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Limits)) {
		if o := opNamed(out, name); o != nil {
			rate := float64(s.Limits[name])
			o.Limit = &flows.Bucket{Rate: rate, Burst: max(1, rate)}
		}
	}
	if known == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(s.Meters)) {
		if o := opNamed(out, name); o != nil {
			o.Meter = c.meter(tariff, s.Meters[name], unitOf(o.ByBytes))
		}
	}
}

func opNamed(s *flows.Service, name string) *flows.Op {
	for i := range s.Ops {
		if s.Ops[i].Name == name {
			return &s.Ops[i]
		}
	}
	return nil
}

// held fills in what a store is billed by time for.
func (c *compiler) held(out *flows.Service, s *storeSpec, known *catalog.Service, tariff string, at *spec.Node) {
	capacity := maps.Clone(s.Capacity)
	if known != nil {
		for _, h := range known.Held {
			amount := 0.0
			switch h.What {
			case "stored":
				amount = float64(s.Stored)
			case "one":
				amount = 1
			case "shards", "retention":
				continue // of a stream's trigger
			default:
				amount = capacity[h.What]
				delete(capacity, h.What)
			}
			c.standing(out, tariff, h, amount)
		}
	} else if s.Stored > 0 {
		c.standing(out, tariff, catalog.Held{What: "stored", Meter: "storage"}, float64(s.Stored))
	}
	for _, meter := range slices.Sorted(maps.Keys(capacity)) {
		c.standing(out, tariff, catalog.Held{What: meter, Meter: meter}, capacity[meter])
		if tariff == "" || tariff == unbilled {
			c.fail(below(at, "capacity", meter), "found a capacity and no tariff, want tariff = …")
		}
	}
}

// standing adds what is billed by time.
func (c *compiler) standing(out *flows.Service, tariff string, h catalog.Held, amount float64) {
	unit := h.Counts()
	meter := c.meter(tariff, h.Meter, unit)
	if meter == flows.None || amount == 0 {
		return
	}
	switch unit {
	case perTime:
		amount *= 1e9
	case perMemory:
		amount = amount / (1 << 20) * 1e9
	}
	out.Standing = append(out.Standing, flows.Standing{Meter: meter, Each: int64(math.Round(min(amount, math.MaxInt64/2)))})
}

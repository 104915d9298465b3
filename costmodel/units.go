package costmodel

import (
	"math/big"
	"slices"
)

// unit is a unit of measure: what it measures, and how much of it in the
// smallest unit of that dimension.
type unit struct {
	name      string
	dimension string
	factor    int64
	help      string
}

// units are all units that meters count and that catalogs price. The first of
// a dimension is its smallest, in which usage that the simulation does not
// produce is given. GB-s is the providers' word for GiB-s: each of them takes
// 1 GB of memory as 1024 MB.
var units = []unit{
	{"1", "count", 1, "requests, operations, …"},
	{"1k", "count", 1_000, "a thousand"},
	{"10k", "count", 10_000, "ten thousand"},
	{"100k", "count", 100_000, "a hundred thousand"},
	{"1M", "count", 1_000_000, "a million"},
	{"MiB-ns", "memory × time", 1, "MiB × nanoseconds"},
	{"MiB-ms", "memory × time", 1_000_000, "MiB × milliseconds"},
	{"GiB-s", "memory × time", 1024 * 1_000_000_000, "1024 MiB × seconds"},
	{"GB-s", "memory × time", 1024 * 1_000_000_000, "1024 MiB × seconds"},
	{"128MB-s", "memory × time", 128 * 1_000_000_000, "128 MiB × seconds"},
	{"GiB-h", "memory × time", 1024 * 3_600_000_000_000, "1024 MiB × hours"},
	{"GB-h", "memory × time", 1024 * 3_600_000_000_000, "1024 MiB × hours"},
	{"mvCPU-ns", "vCPU × time", 1, "thousandths of a vCPU × nanoseconds"},
	{"vCPU-s", "vCPU × time", 1_000 * 1_000_000_000, "vCPU × seconds"},
	{"vCPU-h", "vCPU × time", 1_000 * 3_600_000_000_000, "vCPU × hours"},
	{"MHz-ms", "clock × time", 1, "MHz × milliseconds"},
	{"GHz-s", "clock × time", 1_000_000, "GHz × seconds"},
	{"ns", "time", 1, "nanoseconds"},
	{"1M ms", "time", 1_000_000 * 1_000_000, "a million milliseconds"},
	{"s", "time", 1_000_000_000, "seconds"},
	{"min", "time", 60_000_000_000, "minutes"},
	{"h", "time", 3_600_000_000_000, "hours"},
	{"month", "time", 30 * 86_400_000_000_000, "30 days"},
	{"byte", "size", 1, "bytes"},
	{"GB", "size", 1_000_000_000, "10⁹ bytes"},
	{"GiB", "size", 1 << 30, "2³⁰ bytes"},
	{"TiB", "size", 1 << 40, "2⁴⁰ bytes"},
	{"byte-s", "size × time", 1, "bytes × seconds"},
	{"GB-month", "size × time", 1_000_000_000 * 30 * 86_400, "10⁹ bytes × 30 days"},
	{"GiB-month", "size × time", (1 << 30) * 30 * 86_400, "2³⁰ bytes × 30 days"},
	{"J", "energy", 1, "joules"},
	{"kWh", "energy", 3_600_000, "1000 W × hours"},
}

func findUnit(name string) (unit, bool) {
	i := slices.IndexFunc(units, func(u unit) bool { return u.name == name })
	if i < 0 {
		return unit{}, false
	}
	return units[i], true
}

func unitNames() []string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.name
	}
	return names
}

func (u unit) big() *big.Int { return big.NewInt(u.factor) }

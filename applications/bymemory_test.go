package applications

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

const sizedFile = `
trigger  = [{ name = "asks", start = "work", arrivals = { process = "poisson", rate = "1/s" } }]
function = [{ name = "work", platform = "lambda", memory = "%s", service = "1s", by_memory = %s }]
`

// sellsCPU is a platform that has a vCPU for 1,769 MB, and next to it one of two vCPUs
// whatever the memory, and one that says nothing.
func sellsCPU() []Platform {
	return []Platform{
		{Name: "lambda", VCPU: func(mib int64) float64 { return float64(mib) / 1769 }, Memory: func(mib int64) int64 { return max(mib, 128) }},
		{Name: "two", VCPU: func(int64) float64 { return 2 }},
		{Name: "silent"},
		{Name: "served", Timed: true, Served: true},
	}
}

func sizedFactor(memory, by, platform string) (float64, error) {
	text := strings.Replace(fmt.Sprintf(sizedFile, memory, by), `platform = "lambda"`, fmt.Sprintf("platform = %q", platform), 1)
	root, err := spec.Parse("x.toml", []byte(text))
	if err != nil {
		return 0, err
	}
	a, err := Read(root)
	if err != nil {
		return 0, err
	}
	o := Options{Platforms: sellsCPU()}
	o.Window.Horizon = 1e9
	c, err := a.Compile(o)
	if err != nil {
		return 0, err
	}
	return c.Graph.Functions[0].Factor, nil
}

// How a time follows the memory, by hand: (1 − s) + s · CPU before ÷ CPU now.
func TestByMemory(t *testing.T) {
	const half = `{ at = "512MB", cpu_share = 0.8 }` // 512 ÷ 1769 = 0.28942906 vCPU
	const power = `{ at = "256MB", times = { 256MB = "1s", 1GB = "250ms", 2GB = "240ms" } }`
	for _, c := range []struct {
		memory, by, platform string
		want                 float64
	}{
		{"512MB", half, "lambda", 1},
		{"1GB", half, "lambda", 0.6},               // 0.2 + 0.8 ÷ 2
		{"256MB", half, "lambda", 1.8},             // 0.2 + 0.8 × 2
		{"64MB", half, "lambda", 3.4},              // it gets 128 MB: 0.2 + 0.8 × 4
		{"1769MB", half, "lambda", 0.431543244771}, // 0.2 + 0.8 × 0.28942906
		{"3538MB", half, "lambda", 0.431543244771}, // one thread has one vCPU at most
		{"3538MB", `{ at = "512MB", cpu_share = 0.8, threads = 2 }`, "lambda", 0.315771622385}, // 0.2 + 0.8 × 0.28942906 ÷ 2
		{"8GB", `{ at = "512MB", cpu_share = 0 }`, "lambda", 1},
		{"256MB", half, "two", 1}, // whatever its memory, it has the same
		{"256MB", `{ at = "512MB", on = "lambda", cpu_share = 0.8 }`, "two", 0.431543244771}, // from 0.289 vCPU to one of the two
		{"512MB", power, "lambda", 0.5}, // 1 s to 250 ms over two doublings
		{"2GB", power, "lambda", 0.24},
		{"2GB", `{ at = "1GB", times = { 256MB = "1s", 1GB = "250ms", 2GB = "240ms" } }`, "lambda", 0.96}, // 240 ÷ 250
	} {
		got, err := sizedFactor(c.memory, c.by, c.platform)
		if err != nil || math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s, %s on %s: × %v (%v), want × %v", c.memory, c.by, c.platform, got, err, c.want)
		}
	}
}

// What is wrong, with file and line.
func TestByMemoryWrong(t *testing.T) {
	for _, c := range []struct{ memory, by, platform, want string }{
		{"1GB", `{ cpu_share = 0.8 }`, "lambda", `x.toml:3: function[0].by_memory: missing key "at"`},
		{"1GB", `{ at = "1GB" }`, "lambda", "found neither cpu_share nor times, want one of them"},
		{"1GB", `{ at = "1GB", cpu_share = 1.2 }`, "lambda", "x.toml:3: function[0].by_memory.cpu_share: cpu_share is 1.2, want 0 … 1"},
		{"1GB", `{ at = "1GB", cpu_share = 1, threads = 0 }`, "lambda", "found 0, want 1 to 1024"},
		{"1GB", `{ at = "1GB", cpu_share = 1, times = { 1GB = "1s", 2GB = "1s" } }`, "lambda", "given beside cpu_share, want one of them"},
		{"1GB", `{ at = "1GB", threads = 2, times = { 1GB = "1s", 2GB = "1s" } }`, "lambda", "given beside times"},
		{"1GB", `{ at = "1GB", times = { 1GB = "1s" } }`, "lambda", "found 1, want two or more"},
		{"1GB", `{ at = "1GB", times = { 1GB = "1s", 1024MB = "2s" } }`, "lambda", "found two at 1024MB"},
		{"1GB", `{ at = "1GB", times = { 1GB = "0s", 2GB = "2s" } }`, "lambda", "found 0s at 1GB, want a time above 0"},
		{"1GB", `{ at = "4GB", times = { 1GB = "1s", 2GB = "2s" } }`, "lambda", "want it among the memories that were measured, 1024MB to 2048MB"},
		{"4GB", `{ at = "1GB", times = { 1GB = "1s", 2GB = "2s" } }`, "lambda", "x.toml:3: function[0].by_memory.times: it has 4096MB, and times were measured from 1024MB to 2048MB"},
		{"1GB", `{ at = "1GB", on = "lambda", cpu_share = 1, times_on = { two = { 1GB = "1s" } } }`, "two", "x.toml:3: function[0].by_memory.times_on: given without times, want both"},
		{"1GB", `{ at = "1GB", times = { 1GB = "1s", 2GB = "2s" }, times_on = { lambda = { 1GB = "1s" } } }`, "lambda", "x.toml:3: function[0].by_memory.times_on.lambda: found the platform that times are of, want another"},
		{"1GB", `{ at = "1GB", times = { 1GB = "1s", 2GB = "2s" }, on = "two", times_on = { two = { 1GB = "1s" } } }`, "lambda", "by_memory.times_on.two: found the platform that times are of, want another"},
		{"1GB", `{ at = "1GB", times = { 1GB = "1s", 2GB = "2s" }, times_on = { two = {} } }`, "lambda", "by_memory.times_on.two: found no times, want one or more"},
		{"1GB", `{ at = "1GB", times = { 1GB = "1s", 2GB = "2s" }, times_on = { two = { 1GB = "0s" } } }`, "lambda", "by_memory.times_on.two: found 0s at 1GB, want a time above 0"},
		{"1GB", `{ at = "1GB", times = { 1GB = "1s", 2GB = "2s" }, on = "lambda" }`, "two", `the times by memory are of the platform "lambda", and it runs on "two"`},
		{"1GB", `{ at = "1GB", cpu_share = 0.5 }`, "silent", `the platform "silent" says neither vcpu nor memory_per_vcpu`},
		{"1GB", `{ at = "1GB", cpu_share = 0.5 }`, "served", `the server of the platform "served" says how long`},
		{"1GB", `{ at = "1GB", cpu_share = 0.5, on = "lamda" }`, "lambda", `unknown platform "lamda"; did you mean "lambda"?`},
		{"1GB", `{ at = "0B", cpu_share = 0.5 }`, "lambda", "want a whole number of MiB above 0"},
	} {
		if _, err := sizedFactor(c.memory, c.by, c.platform); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\ngot  %v\nwant %s", c.by, err, c.want)
		}
	}
}

// A cold request's time follows too, and so does what a call is taken to cost for routing
// by price; a drawing, which knows no platforms, is made all the same.
func TestByMemoryElsewhere(t *testing.T) {
	text := strings.Replace(fmt.Sprintf(sizedFile, "256MB", `{ at = "512MB", cpu_share = 0.8 }`), `service = "1s"`, `service = "1s", cold_service = "2s"`, 1)
	root, err := spec.Parse("x.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Read(root)
	if err != nil {
		t.Fatal(err)
	}
	busy := 0.0
	o := Options{Platforms: sellsCPU()}
	o.Platforms[0].Price = func(asked Asked) float64 { busy = asked.Busy; return 0 }
	o.Window.Horizon = 1e9
	c, err := a.Compile(o)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Workload.Functions()[0].Cold.Sample(0.5); got != 3_600_000_000 { // 2 s × (0.2 + 0.8 × 2)
		t.Errorf("a cold request takes %d ns, want 3.6 s", got)
	}
	if busy != 1.8e9 {
		t.Errorf("a call is busy %v ns, want 1.8e9", busy)
	}
	if n := len(c.Notes); n != 1 || !strings.HasPrefix(c.Notes[0].Text, "by_memory = times × 1.8: 0.8 of them follows the CPU, 0.1447 vCPU at 256MB of lambda for 0.2894 at 512MB") || c.Notes[0].Grade != "U" {
		t.Errorf("notes %v", c.Notes)
	}
	if c, err = a.Compile(Options{}); err != nil || c.Graph.Functions[0].Factor != 0 {
		t.Errorf("a drawing: %v", err)
	}
}

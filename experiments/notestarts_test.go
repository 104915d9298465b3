package experiments

import (
	"strings"
	"testing"
)

// A policy that weighs starts is warned about where none takes any time, and one that shares
// by runtime where there is none; else nothing is said.
func TestNoteStarts(t *testing.T) {
	const head = "[workload]\nhorizon = \"1m\"\n[[workload.function]]\nname = \"f\"\nmemory = \"128MB\"\narrivals = { process = \"poisson\", rate = \"1/s\" }\nservice = \"1s\"\n"
	const cluster = "cluster = { nodes = 1, memory = \"1GB\" }\nkeepalive = { name = \"forever\" }\n"
	for _, c := range []struct {
		name, function, platform, starts, runtimes string
	}{
		{"gdsf", "", cluster + "eviction = { name = \"gdsf\" }\n", "platform p: gdsf weighs how long starts take", ""},
		{"landlord", "", cluster + "eviction = { name = \"landlord\" }\n", "platform p: landlord weighs", ""},
		{"cidre", "", cluster + "eviction = { name = \"cidre\" }\n", "platform p: cidre weighs", ""},
		{"lfu", "", cluster + "eviction = { name = \"lfu\" }\n", "platform p: lfu weighs", ""},
		{"offline-belady by starts", "", "keepalive = { name = \"offline-belady\", memory = \"1GB\", cost = \"start\" }\n", "platform p: offline-belady weighs", ""},
		{"offline-belady by counts", "", "keepalive = { name = \"offline-belady\", memory = \"1GB\" }\n", "", ""},
		{"cidre scaling", "", "keepalive = { name = \"forever\" }\ndispatch = \"queue\"\nlimit = { over = \"queue\" }\nscaling = { name = \"cidre\" }\n", "platform p: cidre weighs", ""},
		{"a queue", "", "keepalive = { name = \"forever\" }\nlimit = { over = \"queue\", account = 1 }\nqueue = \"shortest-with-start\"\n", "platform p: shortest-with-start weighs", ""},
		{"lru", "", cluster + "eviction = { name = \"lru\" }\n", "", ""},
		{"gdsf and a function's init", "init = { runtime = \"1s\" }\n", cluster + "eviction = { name = \"gdsf\" }\n", "", ""},
		{"gdsf and a cold service", "cold_service = \"2s\"\n", cluster + "eviction = { name = \"gdsf\" }\n", "", ""},
		{"gdsf and the platform's init", "", cluster + "eviction = { name = \"gdsf\" }\ninit = { runtime = \"1s\" }\n", "", ""},
		{"rainbowcake", "", "keepalive = { name = \"rainbowcake\" }\n", "platform p: rainbowcake weighs", "platform p: rainbowcake shares instances by runtime"},
		{"rainbowcake and a runtime", "init = { runtime = \"1s\" }\nruntime = \"python\"\n", "keepalive = { name = \"rainbowcake\" }\n", "", ""},
	} {
		said := strings.Join(prepared(t, head+c.function+"[[platform]]\nname = \"p\"\n"+c.platform).Warnings, "\n")
		for part, want := range map[string]string{"how long starts take": c.starts, "shares instances by runtime": c.runtimes} {
			if strings.Contains(said, part) != (want != "") || !strings.Contains(said, want) {
				t.Errorf("%s: %q, want %q", c.name, said, want)
			}
		}
	}
}

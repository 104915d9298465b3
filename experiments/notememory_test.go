package experiments

import (
	"strings"
	"testing"
)

// A bound in 1 GiB beside a function of 2 GiB, and nodes that are ordered where cores are shared.
func TestNoteMemory(t *testing.T) {
	const head = "[workload]\nhorizon = \"1m\"\n[[workload.function]]\nname = \"f\"\ncount = 2\nmemory = \"2GB\"\narrivals = { process = \"poisson\", rate = \"1/s\" }\nservice = \"1s\"\n[[platform]]\nname = \"p\"\n"
	const nodes = "keepalive = { name = \"forever\" }\nvcpu = 1\nlimit = { over = \"queue\" }\ncluster = { nodes = 1, memory = \"4GB\", cpu = 2"
	for _, c := range []struct{ name, platform, want string }{
		{"belady", "keepalive = { name = \"offline-belady\", memory = \"1GB\" }\n", "platform p: offline-belady has 1024 MiB for all, and 2 deployments need more for one instance"},
		{"relaxed", "keepalive = { name = \"offline-relaxed\", memory = \"1GB\" }\n", "platform p: offline-relaxed has 1024 MiB for all, and 2 deployments"},
		{"as much as one has", "keepalive = { name = \"offline-belady\", memory = \"2GB\" }\n", ""},
		{"cores", nodes + ", max_nodes = 3, contention = \"shared\" }\n", "platform p: nodes are ordered for who finds no memory or GPU"},
		{"nodes that stay", nodes + ", contention = \"shared\" }\n", ""},
		{"cores of their own", nodes + ", max_nodes = 3 }\n", "the cpu of nodes bounds nothing"},
	} {
		said := strings.Join(prepared(t, head+c.platform).Warnings, "\n")
		if strings.Contains(said, "platform p: ") != (c.want != "") || !strings.Contains(said, c.want) || strings.Contains(said, "\n") {
			t.Errorf("%s: %q, want %q", c.name, said, c.want)
		}
	}
}

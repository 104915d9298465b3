package experiments

import (
	"strings"
	"testing"
)

// Two functions of 128 MiB, three instances each: 768 MiB, six instances.
func TestNoteStanding(t *testing.T) {
	const head = "[workload]\nhorizon = \"1m\"\n[[workload.function]]\nname = \"f\"\ncount = 2\napp = \"a\"\nmemory = \"128MB\"\narrivals = { process = \"poisson\", rate = \"1/s\" }\nservice = \"1s\"\n[[platform]]\nname = \"p\"\nkeepalive = { name = \"forever\" }\n"
	const three = "prewarm = { name = \"provisioned\", count = 3 }\n"
	const nodes = "cluster = { nodes = 2, memory = \"380MB\" }\n"
	for _, c := range []struct{ name, platform, want string }{
		{"nodes", three + nodes, "platform p: provisioned wants instances of 768 MiB in all, and its nodes have 760 MiB"},
		{"nodes that do", three + "cluster = { nodes = 2, memory = \"384MB\" }\n", ""},
		{"nodes that come", three + "cluster = { nodes = 1, max_nodes = 2, memory = \"384MB\" }\nlimit = { over = \"queue\" }\n", ""},
		{"an application is one", strings.Replace(three, "3", "5", 1) + nodes + "unit = \"app\"\n", ""}, // 640 MiB
		{"a limit of each", three + "limit = { instances = 2 }\n", "platform p: provisioned wants 3 instances of each deployment, and limit.instances lets it have 2"},
		{"as many as that", three + "limit = { instances = 3 }\n", ""},
		{"a limit of each and nodes", three + nodes + "limit = { instances = 2 }\n", "limit.instances lets it have 2"},
		{"a quota", three + "gpu = { name = \"t4\" }\nlimit = { gpus = 5 }\n", "platform p: provisioned wants 6 instances in all, and limit.gpus lets it have 5"},
		{"a quota that does", three + "gpu = { name = \"t4\" }\nlimit = { gpus = 6 }\n", ""},
		{"a schedule", "prewarm = { name = \"provisioned-schedule\", times = [{ at = \"10s\", count = 3 }, { at = \"20s\", count = 1 }] }\n" + nodes, "platform p: provisioned-schedule wants instances of 768 MiB"},
		{"a minimum", "prewarm = { name = \"provisioned-target-tracking\", min = 3, max = 9 }\n" + nodes, "platform p: provisioned-target-tracking wants instances of 768 MiB"},
		{"none", "prewarm = { name = \"provisioned\", count = 0 }\n" + nodes, ""},
	} {
		said := strings.Join(prepared(t, head+c.platform).Warnings, "\n")
		if strings.Contains(said, " wants ") != (c.want != "") || !strings.Contains(said, c.want) || strings.Count(said, " wants ") > 1 {
			t.Errorf("%s: %q, want %q", c.name, said, c.want)
		}
	}
}

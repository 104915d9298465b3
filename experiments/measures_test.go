package experiments

import (
	"strings"
	"testing"
)

// An autoscaler that would see nothing is refused, and so is a bound beside a quota; what
// is told is not.
func TestMeasuresAreTold(t *testing.T) {
	const head = "[workload]\nhorizon = \"1h\"\n[[workload.function]]\nname = \"f\"\nservice = \"1s\"\narrivals = { process = \"poisson\", rate = \"1/s\" }\n[[platform]]\nname = \"p\"\ndispatch = \"queue\"\n"
	for _, c := range []struct{ keys, want string }{
		{"keepalive = { name = \"forever\" }\nscaling = { name = \"hpa\" }", "x.toml:11: platform[0].scaling: platform \"p\": the scaling policy \"hpa\" looks at the CPU in use"},
		{"keepalive = { name = \"forever\" }\nscaling = { name = \"aibrix-apa\" }", "looks at the KV blocks in use"},
		{"keepalive = { name = \"forever\" }\nscaling = { name = \"llm-d-saturation\" }", "looks at the KV blocks in use"},
		{"keepalive = { name = \"forever\" }\nscaling = { name = \"hpa\" }\nserver = { name = \"shared\" }", ""},
		{"keepalive = { name = \"forever\" }\nscaling = { name = \"hpa\", requests = 4 }", ""},
		{"keepalive = { name = \"forever\" }\nscaling = { name = \"aibrix-apa\", metric = \"requests\" }", ""},
		{"keepalive = { name = \"forever\" }\nscaling = { name = \"llm-d-saturation\" }\nserver = { name = \"llm\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" } }", ""},
		{"keepalive = { name = \"offline-keepalive\", window = \"10m\" }\ngpu = { name = \"l4\" }\nlimit = { gpus = 2 }", "found a quota of GPUs beside an offline bound"},
	} {
		_, err := Parse("x.toml", []byte(head+c.keys))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.keys, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", c.keys, err, c.want)
		}
	}
}

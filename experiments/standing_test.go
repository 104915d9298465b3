package experiments

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// asksAPI has a function whose engine starts for a minute wherever it starts, at gaps that no
// keep-alive bridges, the first at time 0; and one whose answers of 15.4 s are asked for
// every 10 s.
const asksAPI = `[workload]
horizon = "2h"
[[workload.function]]
name = "chat"
init = { weights = "60s" }
arrivals = { process = "periodic", every = "10m" }
tokens = { input = 500, output = 101 }
[[workload.function]]
name = "long"
init = { weights = "60s" }
arrivals = { process = "periodic", every = "10s" }
tokens = { input = 500, output = 1001 }
[[platform]]
name = "api"
dispatch = "queue"
concurrency = 2
max_lifetime = "15m"
keepalive = { name = "none" }
limit = { over = "queue" }
memory = "1GB"
server = { name = "api", ttft = "400ms", tpot = "15ms" }
[output]
plots = []
`

// Who asks a model by the token never waits for a start: the first token comes 400 ms
// after the request. Each of the two functions has one instance, of two requests at a
// time, and no other.
func TestAPIsHaveNoColdStarts(t *testing.T) {
	p := planOf(t, "x.toml", asksAPI)
	set, err := p.Run(t.Context(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 1})
	if err := errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	// 12 + 720 requests.
	for name, want := range map[string]float64{"invocations": 732, "cold_starts": 0, "cold_ratio": 0, "init_mean_s": 0, "ttft_p99_s": 0.4, "instances_peak": 2} {
		s, ok := rows[0].Stat(name)
		if got := s.Mean; !ok || got < want*0.99 || got > want*1.01 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// What starts instances ahead has nothing to do there.
func TestAPIsTakeNoPrewarm(t *testing.T) {
	text := strings.Replace(asksAPI, "keepalive = ", "prewarm = { name = \"ping\" }\nkeepalive = ", 1)
	_, err := Parse("x.toml", []byte(text))
	if err == nil || !strings.Contains(err.Error(), `x.toml:`) || !strings.Contains(err.Error(), `the prewarm policy "ping" beside the server "api"`) {
		t.Errorf("error %v, want the line, and both names", err)
	}
}

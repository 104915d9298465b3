package experiments

import (
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// Twenty requests to a function of 1 GB, of 1 s each, each with an initialisation of 2 s, of
// which half fail. Lambda bills those 2 s of initialisation and no more, the others 3 s:
// 60 − n GB-s for n that failed, and 20 requests.
func TestFailedInitialisationsAreBilled(t *testing.T) {
	text := `[workload]
horizon = "1h"

[[workload.function]]
name            = "f"
memory          = "1024MB"
arrivals        = { process = "periodic", every = "3m" }
service         = "1s"
init            = { runtime = "2s" }
init_error_rate = 0.5

[[platform]]
name      = "lambda"
preset    = "aws-lambda"
keepalive = { name = "none" }
tariffs   = ["aws-lambda"]

[bill]
span = "run"

[output]
plots = []
`
	e, err := Parse("x.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(t.Context(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	set, err := p.Run(t.Context(), RunOptions{Dir: out, Workers: 1})
	if err := errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
	r := set.Cells[0].Replications[0]
	failed := int(r.Ended[sim.Failed])
	if failed == 0 || failed == 20 || r.Arrivals() != 20 || int(r.Lives.Stops[sim.InitFailed]) != failed {
		t.Fatalf("%d of %d requests failed, and %d initialisations; want as many, some of 20", failed, r.Arrivals(), r.Lives.Stops[sim.InitFailed])
	}
	if got := readCSV(t, filepath.Join(out, "cells.csv"))[0]["init_failures"]; got != strconv.Itoa(failed) {
		t.Errorf("init_failures is %q, want %d", got, failed)
	}
	found := map[string]bool{}
	for _, line := range readCSV(t, filepath.Join(out, "bill.csv")) {
		found[line["unit"]+" "+strings.TrimSuffix(line["quantity"], ".0")] = true
	}
	for _, want := range []string{"GB-s " + strconv.Itoa(60-failed), "1M 0.00002"} {
		if !found[want] {
			t.Errorf("the bill has %v, want %s in it", found, want)
		}
	}
}

// What cannot be said of initialisations that fail.
func TestFailedInitialisationsAreRefused(t *testing.T) {
	for _, c := range []struct{ rate, platform, want string }{
		{"1.0", "", `init_error_rate: found 1, want 0 to below 1`},
		{"-0.1", "", `init_error_rate: found -0.1, want 0 to below 1`},
		{"0.5", `server = { name = "batch", size = 4, wait = "1s", base = "20ms", each = "2ms" }`, `x.toml:13: platform[0].server: platform "p": found the server "batch", and f, whose initialisations fail (init_error_rate = 0.5); want server = "slots" or none that fail`},
		{"0.5", `keepalive = { name = "offline-keepalive", window = "10m" }`, `x.toml:13: platform[0].keepalive: platform "p": found an offline bound, and f, whose initialisations fail (init_error_rate = 0.5); want none that fail: which gaps a bound would bridge depends on that`},
	} {
		platform := c.platform
		if !strings.Contains(platform, "keepalive") {
			platform += "\nkeepalive = { name = \"none\" }"
		}
		text := "[workload]\nhorizon = \"1h\"\n\n[[workload.function]]\nname = \"f\"\nmemory = \"1GB\"\narrivals = { process = \"periodic\", every = \"3m\" }\nservice = \"1s\"\ninit_error_rate = " +
			c.rate + "\n\n[[platform]]\nname = \"p\"\n" + platform + "\n"
		err := func() error {
			e, err := Parse("x.toml", []byte(text))
			if err != nil {
				return err
			}
			p, err := Prepare(t.Context(), e, Env{})
			if err != nil {
				return err
			}
			_, err = p.Run(t.Context(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 1})
			return errors.Join(err, p.Close())
		}()
		var input *InputError
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("rate %s, %s: got %v, want %s", c.rate, c.platform, err, c.want)
		} else if !errors.As(err, &input) {
			t.Errorf("%v is no InputError", err)
		}
	}
}

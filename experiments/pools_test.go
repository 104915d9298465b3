package experiments

import (
	"strings"
	"testing"
)

// Bad pools and runtimes are refused with file, line and what is wanted.
func TestPoolErrors(t *testing.T) {
	const head = "[workload]\nhorizon = \"1h\"\n"
	const function = "[[workload.function]]\nname = \"f\"\nruntime = \"python\"\narrivals = { process = \"poisson\", rate = \"1/s\" }\nservice = \"1s\"\n"
	const platform = "[[platform]]\nname = \"p\"\n"
	for _, test := range []struct{ src, want string }{
		{head + "runtimes = [{ runtime = \"a\", share = 0 }]\n" + function + platform + "keepalive = { name = \"none\" }\n",
			"x.toml:3: workload.runtimes: found shares that are all 0, want one above"},
		{head + "runtimes = [{ runtime = \"a\", share = -1.5 }]\n" + function + platform + "keepalive = { name = \"none\" }\n",
			"x.toml:3: workload.runtimes[0].share: found -1.5, want 0 to 1000000"},
		{head + function + platform + "keepalive = { name = \"rainbowcake\" }\npool = { name = \"stem-cells\", cells = [{ runtime = \"python\" }] }\n",
			`found a pool beside the keep-alive policy "rainbowcake"`},
		{head + function + platform + "keepalive = { name = \"offline-keepalive\", window = \"1m\" }\npool = { name = \"stem-cells\", cells = [{ runtime = \"python\" }] }\n",
			"found a pool beside an offline bound"},
		{head + function + platform + "keepalive = { name = \"none\" }\npool = { name = \"stem-cell\" }\n",
			`unknown pool policy "stem-cell"; did you mean "stem-cells"?`},
		{head + function + platform + "keepalive = { name = \"none\" }\npool = { name = \"stem-cells\", cells = [{ runtime = \"pyton\" }] }\n",
			`found a pool of the runtime "pyton", which no function has; want one of ["python"]`},
		{head + function + platform + "keepalive = { name = \"none\" }\npool = { name = \"stem-cells\", cells = [{ runtime = \"python\", min = 3, max = 2 }] }\n",
			"found 2, want 3 to 1000000"},
		{head + function + platform + "keepalive = { name = \"none\" }\ncluster = { nodes = 1, memory = \"512MB\" }\npool = { name = \"stem-cells\", cells = [{ runtime = \"python\" }, { runtime = \"python\", memory = \"513MB\" }] }\n",
			"platform \"p\": found a pool of instances of 513 MB, and no node has more than 512 MB"},
		{head + function + platform + "keepalive = { name = \"rainbowcake\" }\ncluster = { nodes = 2, memory = \"1GB\" }\nplacement = { name = \"random\" }\n",
			"platform[0].keepalive: platform \"p\": found the keep-alive policy rainbowcake, by which functions share instances beside the placement \"random\""},
		{head + function + platform + "keepalive = { name = \"none\" }\ncluster = { nodes = 2, memory = \"1GB\" }\nplacement = { name = \"random\" }\npool = { name = \"stem-cells\", cells = [{ runtime = \"python\" }] }\n",
			"platform[0].pool: platform \"p\": found a pool beside the placement \"random\""},
		{head + function + platform + "keepalive = { name = \"none\" }\npool = { name = \"stem-cells\", layer = \"weights\", cells = [{ runtime = \"python\" }] }\n",
			`found "weights", want node, sandbox, image, restore, runtime, dependencies`},
	} {
		e, err := Parse("x.toml", []byte(test.src))
		if err == nil {
			_, err = Prepare(t.Context(), e, Env{})
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "x.toml:") {
			t.Errorf("got %v\nwant x.toml:…%s", err, test.want)
		}
	}
}

// A runtime is drawn by share for functions that state none, and whoever has one keeps it.
func TestRuntimesAreDrawn(t *testing.T) {
	src := `
replications = 2
[workload]
horizon = "1h"
runtimes = [{ runtime = "a", share = 3 }, { runtime = "never", share = 0 }, { runtime = "b", share = 1 }]
[[workload.function]]
name = "f"
count = 4000
arrivals = { process = "poisson", rate = "1/h" }
service = "1s"
[[workload.function]]
name = "own"
runtime = "c"
arrivals = { process = "poisson", rate = "1/h" }
service = "1s"
[[platform]]
name = "p"
keepalive = { name = "none" }
`
	e, err := Parse("x.toml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(t.Context(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	count := map[string]int{}
	for _, f := range p.units[0].workload.Functions() {
		count[f.Runtime]++
	}
	// Of 4,000, three quarters: 3,000 ± 4 standard deviations of √(4000 · ¾ · ¼) = 27.4.
	if n := count["a"]; n < 2890 || n > 3110 || count["b"] != 4000-n || count["c"] != 1 || count["never"] != 0 {
		t.Errorf("the runtimes are %v, want some 3,000 of a, the rest of 4,000 of b, and one of c", count)
	}
}

// A keep-alive policy that looks at its functions as it is made stands beside a pool.
func TestPoolBesideAnyKeepAlive(t *testing.T) {
	const src = "[workload]\nhorizon = \"1m\"\n[[workload.function]]\nname = \"f\"\nruntime = \"python\"\nmemory = \"128MB\"\narrivals = { process = \"poisson\", rate = \"1/s\" }\nservice = \"1s\"\n" +
		"[[platform]]\nname = \"p\"\nkeepalive = { name = \"drawn\", idle = { dist = \"exponential\", mean = \"1m\" } }\npool = { name = \"stem-cells\", cells = [{ runtime = \"python\" }] }\n"
	e, err := Parse("x.toml", []byte(src))
	if err == nil {
		_, err = Prepare(t.Context(), e, Env{})
	}
	if err != nil {
		t.Error(err)
	}
}

package policies

import (
	"strings"
	"testing"
)

// TestPrewarmErrors has the exact message of each bad parameter, behind its file and line.
func TestPrewarmErrors(t *testing.T) {
	tracking := func(rest string) string { return `{ name = "provisioned-target-tracking", ` + rest + ` }` }
	schedule := func(times string) string { return `{ name = "provisioned-schedule", times = [` + times + `] }` }
	for _, test := range []struct{ src, want string }{
		{`{ name = "forecast-ewma", alpha = 0 }`, `policy.alpha: found 0, want a weight above 0, up to 1`},
		{`{ name = "forecast-ewma", alpha = 1.5 }`, `policy.alpha: found 1.5, want a weight above 0, up to 1`},
		{`{ name = "forecast-ewma", beta = 0.5 }`, `unknown key "beta"; known: alpha, every, least, look, max, of, z`},
		{`{ name = "forecast-holt", beta = 0 }`, `policy.beta: found 0, want a weight above 0, up to 1`},
		{`{ name = "forecast-holt-winters", gamma = 2 }`, `policy.gamma: found 2, want a weight above 0, up to 1`},
		{`{ name = "forecast-holt-winters", season = "90s" }`, `policy.season: found a season of 1m30s and intervals of 1m, want 2 to 100000 whole intervals`},
		{`{ name = "forecast-holt-winters", season = "1m" }`, `policy.season: found a season of 1m and intervals of 1m, want 2 to 100000 whole intervals`},
		{`{ name = "forecast-holt-winters", season = "2400h", every = "1s" }`, `policy.season: found a season of 100d and intervals of 1s, want 2 to 100000 whole intervals`},
		{`{ name = "forecast-ar", order = 0 }`, `policy.order: found 0, want 1 to 100 lags`},
		{`{ name = "forecast-ar", order = 101 }`, `policy.order: found 101, want 1 to 100 lags`},
		{`{ name = "forecast-ar", window = 1 }`, `policy.window: found 1, want 2 to 10000 intervals`},
		{`{ name = "forecast-fft", window = 10001 }`, `policy.window: found 10001, want 2 to 10000 intervals`},
		{`{ name = "forecast-fft", harmonics = 0 }`, `policy.harmonics: found 0, want 1 to 5000 frequencies`},
		{`{ name = "forecast-fft", every = "0s" }`, `policy.every: found 0s, want 1ms or more`},
		{`{ name = "forecast-fft", look = "1us" }`, `policy.look: found 1us, want 1ms or more`},
		{`{ name = "forecast-fft", look = "7s" }`, `policy: found 1m and 7s between two looks, want a whole number of looks`},
		{`{ name = "forecast-fft", every = "4h" }`, `policy.every: found 4h and 1s between two looks, want 10000 looks at most`},
		{`{ name = "forecast-fft", of = "median" }`, `policy.of: found "median", want "mean" or "peak"`},
		{`{ name = "forecast-fft", z = -1 }`, `policy.z: found -1, want 0 to 100 standard deviations`},
		{`{ name = "forecast-fft", least = -1 }`, `policy.least: found -1, want ≥ 0`},
		{`{ name = "forecast-fft", max = 0 }`, `policy.max: found 0, want 1 to 1000000`},
		{tracking(`min = 2`), `policy: missing key "max"`},
		{tracking(`max = 5, min = 0`), `policy.min: found 0, want 1 to 1000000`},
		{tracking(`max = 5, min = 6`), `policy.max: found 5, want 6 to 1000000`},
		{tracking(`max = 5, target = 70`), `policy.target: found 70, want a utilisation from 0.1 to 1`},
		{tracking(`max = 5, out_points = 0`), `policy.out_points: found 0, want 1 to 1440 measurements`},
		{tracking(`max = 5, in_points = 1441`), `policy.in_points: found 1441, want 1 to 1440 measurements`},
		{tracking(`max = 5, in_ratio = 2`), `policy.in_ratio: found 2, want a part from 0 to 1`},
		{tracking(`max = 5, period = "90s", look = "1m"`), `policy.period: found 1m30s and 1m between two looks, want a whole number of looks`},
		{tracking(`max = 5, allocation = 0`), `policy.allocation: found 0, want 1 to 1000000`},
		{schedule(``), `policy.times: found no time, want tables such as { at = "8h", every = "24h", count = 20 }`},
		{schedule(`{ at = "8h" }`), `policy.times[0]: missing key "count"`},
		{schedule(`{ at = "8h", count = 1 }, { count = 1 }`), `policy.times[1]: missing key "at"`},
		{schedule(`{ at = "8h", count = -1 }`), `policy.times[0].count: found -1, want 0 to 1000000`},
		{schedule(`{ at = "8h", count = 1, every = "1us" }`), `policy.times[0].every: found 1us, want 1ms or more, or 0s`},
		{schedule(`{ at = "-1h", count = 1 }`), `policy.times[0].at: found "-1h", which is negative; want a duration such as "250ms", "10m" or "1h30m"`},
		{`{ name = "provisioned-schedule", count = -1, times = [{ at = "1h", count = 1 }] }`, `policy.count: found -1, want 0 to 1000000`},
		{`{ name = "provisioned-schedule", allocation = 0, times = [{ at = "1h", count = 1 }] }`, `policy.allocation: found 0, want 1 to 1000000`},
		{`{ name = "forecast-ewa" }`, `policy.name: unknown prewarm policy "forecast-ewa"; did you mean "forecast-ewma"?`},
	} {
		_, err := Prewarm(table(t, test.src))
		if err == nil || strings.TrimPrefix(err.Error(), "x.toml:1: ") != test.want || !strings.HasPrefix(err.Error(), "x.toml:1: ") {
			t.Errorf("%s:\n got %v\nwant x.toml:1: %s", test.src, err, test.want)
		}
	}
	// The last value on the right side of each limit.
	for _, src := range []string{
		`{ name = "forecast-ewma", alpha = 1, z = 100, least = 0, max = 1 }`,
		`{ name = "forecast-holt-winters", season = "2m" }`,
		`{ name = "forecast-ar", order = 100, window = 10000 }`,
		`{ name = "forecast-fft", harmonics = 5000, window = 2, every = "10000s" }`,
		`{ name = "forecast-fft", every = "1ms", look = "1ms" }`,
		tracking(`max = 1, target = 1, in_ratio = 1, out_points = 1, in_points = 1440`),
		tracking(`max = 1, target = 0.1, in_ratio = 0, allocation = 1000000`),
		schedule(`{ at = "0s", count = 0, every = "1ms" }`),
	} {
		if _, err := Prewarm(table(t, src)); err != nil {
			t.Errorf("%s: %v", src, err)
		}
	}
}

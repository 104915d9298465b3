package calibrate

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// An engine that is as its profile says has no value to fit: the scales are told, and
// are the profile's own, which is an answer and no failure. What is written is the
// profile with the band of the tested half, and an experiment takes it.
func TestAgrees(t *testing.T) {
	load := truth{given: []string{"host", "host_per_request", "front", "blocks"}, gpu: "rtx-4090", rate: 1, n: 80, input: 500, output: 60, change: still}
	c, err := load.calibrate(t, load.log(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Values) != 0 || c.After.PrefillScale != 1 || c.After.DecodeScale != 1 {
		t.Errorf("%+v was fitted to the profile's own log", c.Values)
	}
	for _, key := range []string{"prefill_scale", "decode_scale"} {
		if why := c.why(key); !strings.HasPrefix(why, "1 ± ") || !strings.HasSuffix(why, ": not told from the 1 that the profile has") {
			t.Errorf("%s: %q", key, why)
		}
	}
	if text := c.text(); !strings.Contains(text, "\nno value differs from the profile's\n") || strings.Contains(text, "± standard error") {
		t.Error(text)
	}
	root, err := spec.Parse("own.toml", []byte(c.Document(model("llama-3.1-8b"))))
	if err != nil {
		t.Fatal(err)
	}
	s, err := hardware.Read(root.Get("hardware"), root.Get("model"))
	if err != nil || s.Calibration == nil || s.Calibration.Median != c.Band.Median {
		t.Errorf("%v of\n%s", err, c.Document(model("llama-3.1-8b")))
	}
}

// Of a value that brings the replay no nearer it is not said that it does.
func TestNotNearer(t *testing.T) {
	load := truth{given: []string{"host_per_request", "front", "blocks"}, gpu: "h100", rate: 2, n: 100, input: 500, output: 100, change: func(s *hardware.Spec) { s.DecodeScale = 1.2 }}
	c, err := load.calibrate(t, load.log(t))
	if err != nil {
		t.Fatal(err)
	}
	if why := c.why("host"); why == "" || strings.Contains(why, "would be nearer") {
		t.Errorf("host: %q, of an engine that has none", why)
	}
}

// A standard error is that of rounding at least: decode_scale to 0.0001, which leaves
// 0.0001 ÷ √12.
func TestRoundingCounts(t *testing.T) {
	load := truth{given: []string{"prefill_scale", "host", "host_per_request", "front", "blocks"}, gpu: "rtx-4090", rate: 1, n: 80, input: 500, output: 60, change: func(s *hardware.Spec) { s.DecodeScale = 1.25 }}
	c, err := load.calibrate(t, load.log(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Values) != 1 || c.Values[0].After != 1.25 || c.Values[0].Error < 2.88e-5 || c.Values[0].Error > 1e-4 {
		t.Errorf("%+v, want 1.25 ± 0.000029", c.Values)
	}
}

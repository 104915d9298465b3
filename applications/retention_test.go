package applications

import (
	"fmt"
	"strings"
	"testing"
)

// A day is in a stream's price. Beyond it a provisioned one is billed by its shards for up to
// seven days, and one on demand by the bytes that it keeps; beyond seven days both are billed by
// these, at another price. Of a day of 86,400 s each byte is so many byte-seconds.
func TestRetentionIsBilled(t *testing.T) {
	const text = `title = "x"
trigger = [{ name = "in", start = "f", arrivals = { process = "poisson", rate = "1/s" }, stream = { service = "SERVICE", retention = "KEEPS" } }]
function = [{ name = "f", platform = "lambda", service = "1s" }]
`
	for _, tt := range []struct {
		service, keeps, want string
	}{
		{"kinesis", "24h", ""},
		{"kinesis", "7d", "extended_retention by the hour"},
		{"kinesis", "8d", "extended_retention by the hour, long_retention 86400"},
		{"kinesis-fan-out", "30d", "extended_retention by the hour, long_retention 1987200"}, // 23 days
		{"kinesis-on-demand", "24h", ""},
		{"kinesis-on-demand", "3d", "extended_retention 172800"},
		{"kinesis-on-demand", "30d", "extended_retention 518400, long_retention 1987200"}, // 6 and 23 days
	} {
		a, err := readShipped(t, strings.NewReplacer("SERVICE", tt.service, "KEEPS", tt.keeps).Replace(text))
		if err != nil {
			t.Fatal(err)
		}
		c := compiled(t, a)
		g := c.Graph
		var got []string
		for i := range g.Services {
			for _, s := range g.Services[i].Standing {
				if name := g.Meters[s.Meter].Name; name == "extended_retention" {
					got = append(got, name+" by the hour")
				}
			}
		}
		for _, k := range g.Triggers[0].Stream.Kept {
			if m := g.Meters[k.Meter]; m.Unit != "byte-s" {
				t.Errorf("%s is counted in %s, want byte-s", m.Name, m.Unit)
			}
			got = append(got, fmt.Sprintf("%s %d", g.Meters[k.Meter].Name, k.Seconds))
		}
		if s := strings.Join(got, ", "); s != tt.want {
			t.Errorf("%s for %s: %q, want %q", tt.service, tt.keeps, s, tt.want)
		}
		for _, n := range c.Notes {
			if strings.Contains(n.Text, "not billed") && strings.HasPrefix(n.Text, "retention") {
				t.Errorf("%s for %s: %s", tt.service, tt.keeps, n.Text)
			}
		}
	}
}

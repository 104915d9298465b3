package experiments

import (
	"context"
	"strings"
	"testing"
)

// On a provider's platform the experiment's own choice of what only the provider decides is
// warned about, once for each policy; what the preset has, what a tenant controls (a floor)
// and what users operate themselves is not, nor is an operator's study.
func TestUncontrolledPolicies(t *testing.T) {
	load := everyTen("1h", "")
	for _, c := range []struct {
		text string
		want []string
	}{
		{"preset = \"aws-lambda\"", nil},
		{"preset = \"aws-lambda\"\nprewarm = { name = \"provisioned\", count = 1 }", nil},
		{"preset = \"aws-lambda\"\nkeepalive = { name = \"forever\" }", []string{`platform p (aws-lambda): warning: keepalive = { name = "forever" } is not a tenant's to choose`}},
		{"preset = \"openwhisk\"\nkeepalive = { name = \"forever\" }", nil},
		{"preset = \"aws-lambda\"\nkeepalive = { name = \"forever\" }\n[operator]\nholding_cost = 1", nil},
	} {
		e, err := Parse("x.toml", []byte(load+"[[platform]]\nname = \"p\"\ntariffs = []\n"+c.text))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Prepare(context.Background(), e, Env{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		var got []string
		for _, a := range p.Assumptions() {
			if strings.HasPrefix(a.Text, "warning: ") {
				got = append(got, a.Subject+": "+a.Text)
			}
		}
		if len(got) != len(c.want) || len(got) == 1 && !strings.HasPrefix(got[0], c.want[0]) {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

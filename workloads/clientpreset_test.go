package workloads

import (
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim/clients"
)

// What each preset asks again after is what its documentation has: an SDK after what is no
// answer or a throttle, the queue of asynchronous calls after whatever fails.
func TestPresetsAskAgain(t *testing.T) {
	for _, c := range []struct {
		preset string
		on     clients.On
	}{
		{"aws-sdk-standard", clients.OnTimeout | clients.OnRejected | clients.OnNode},
		{"aws-sdk-standard-2026", clients.OnTimeout | clients.OnRejected | clients.OnNode},
		{"aws-lambda-async", clients.OnTimeout | clients.OnRejected | clients.OnFailed | clients.OnNode},
	} {
		n, err := spec.Parse("x.toml", []byte("client = { preset = \""+c.preset+"\" }"))
		if err != nil {
			t.Fatal(err)
		}
		var got ClientSpec
		if err := n.Get("client").Decode(&got); err != nil {
			t.Fatal(err)
		}
		if on := got.Client().On; on != c.on {
			t.Errorf("%s asks again after %04b, want %04b", c.preset, on, c.on)
		}
	}
}

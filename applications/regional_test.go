package applications

import "testing"

// Step Functions Standard as AWS publishes it: 1,300 starts at once and 300 a second, 5,000
// transitions and 1,500, in us-east-1, us-west-2 and eu-west-1; in all other regions 800 and
// 150, 800 and 500. Workflows takes 6,000 writes of executions a minute in each location.
// What the file says of a flow holds in any region.
func TestLimitsByRegion(t *testing.T) {
	g, err := compiledOn(t, startsF("", "",
		callsF("large", `preset = "step-functions-standard", region = "us-west-2"`)+
			callsF("other", `preset = "step-functions-standard", region = "eu-central-1"`)+
			callsF("own", `preset = "step-functions-standard", region = "eu-central-1", limits = { starts = "7/s" }`)+
			callsF("workflows", `preset = "google-workflows", region = "us-east1"`)), "")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ starts, startsBurst, states, statesBurst float64 }{
		{300, 1300, 1500, 5000}, {150, 800, 500, 800}, {7, 7, 500, 800}, {100, 6000, 0, 0},
	} {
		e := &g.Flows[i].Engine
		if e.Starts.Rate != want.starts || e.Starts.Burst != want.startsBurst {
			t.Errorf("%s: %v starts a second, %v at once, want %v and %v", g.Flows[i].Name, e.Starts.Rate, e.Starts.Burst, want.starts, want.startsBurst)
		}
		switch {
		case want.states == 0:
			if e.States != nil {
				t.Errorf("%s: %+v of states, want no limit", g.Flows[i].Name, e.States)
			}
		case e.States.Rate != want.states || e.States.Burst != want.statesBurst:
			t.Errorf("%s: %v transitions a second, %v at once, want %v and %v", g.Flows[i].Name, e.States.Rate, e.States.Burst, want.states, want.statesBurst)
		}
	}
}

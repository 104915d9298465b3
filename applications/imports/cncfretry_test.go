package imports

import "testing"

// The multiplier of a backoff is the rate; what is assumed of a schedule and of a
// workflow that nobody waits for is listed.
func TestCNCFListed(t *testing.T) {
	d := read(t, `
document: {dsl: 1.0.0, name: w}
schedule: {every: {minutes: 5}}
do:
  - a: {run: {await: false, workflow: {name: other, namespace: n, version: 1.0.0}}}
  - b:
      try: [{c: {call: http, with: {method: get, endpoint: "https://x.example.com/y"}}}]
      catch: {retry: {delay: {seconds: 1}, backoff: {exponential: {multiplier: 3}}, limit: {attempt: {count: 2}}}}
`)
	checked(t, d)
	text, _ := d.Write()
	holds(t, text, `interval = "1s", rate = 3`)
	holds(t, lost(d), "who keeps the schedule", "await: false")
}

package imports

import "testing"

// After the steps of a condition a switch goes on where its own next leads.
func TestGoogleSwitchNext(t *testing.T) {
	d := read(t, `
main:
  steps:
    - a:
        switch:
          - condition: ${x}
            steps: [{s: {call: sys.sleep, args: {seconds: 1}}}]
          - condition: ${w}
            steps: [{v: {call: sys.sleep, args: {seconds: 2}, next: y}}]
        next: z
    - y: {call: sys.sleep, args: {seconds: 3}}
    - z: {call: sys.sleep, args: {seconds: 4}}
`)
	checked(t, d)
	for _, s := range d.flows[0].list {
		switch {
		case s.name == "s" && (s.next == nil || s.next.name != "z"):
			t.Errorf("s leads to %v, want z", s.next)
		case s.name == "v" && (s.next == nil || s.next.name != "y"):
			t.Errorf("v leads to %v, want y", s.next)
		case s.name == "a" && s.choices[2].next.name != "z":
			t.Errorf("where nothing holds a leads to %s, want z", s.choices[2].next.name)
		}
	}
}

// What a topic is sent is counted, and policies that tell errors apart are listed.
func TestGoogleListed(t *testing.T) {
	d := read(t, `
main:
  steps:
    - p: {call: googleapis.pubsub.v1.projects.topics.publish, args: {topic: projects/p/topics/t, body: {messages: [{data: x}, {data: y}]}}}
    - q:
        try: {call: http.get, args: {url: "https://svc-abc-uc.a.run.app/get"}}
        retry: {predicate: "${http.default_retry_predicate}", max_retries: 4}
    - r:
        parallel:
          exception_policy: continueAll
          branches: [{b: {steps: [{c: {call: sys.sleep, args: {seconds: 1}}}]}}]
`)
	checked(t, d)
	text, _ := d.Write()
	holds(t, text, `send = { to = "t", count = 2 }`)
	holds(t, lost(d), "the predicate ${http.default_retry_predicate}", "exception_policy continueAll")
}

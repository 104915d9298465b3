package results

import "testing"

// TestIsLoad: what arrives and what it asks for is the load; who serves it, and which
// application does, is a choice.
func TestIsLoad(t *testing.T) {
	for path, want := range map[string]bool{
		"workload.function.api.arrivals.rate":    true,
		"workload.function.api.memory":           false,
		"workload.application":                   false,
		"app.trigger.shop.arrivals.rate":         true,
		"app.trigger.shop.arrivals":              true,
		"app.trigger.shop.record.size":           true,
		"app.trigger.shop.queue.batch":           false,
		"app.function.answer.tokens.input":       true,
		"app.function.answer.memory":             false,
		"app.store.cache.hit_rate":               false,
		"app.flow.ask.step.model.route.by":       false,
		"platform.lambda.concurrency":            false,
		`app.trigger."a.b".arrivals.rate`:        true,
		"app.function.answer.platform":           false,
		"workload.function.chat.tokens.input":    true,
		"workload.function.api.arrivals.process": true,
	} {
		if got := isLoad(path); got != want {
			t.Errorf("isLoad(%q) = %v, want %v", path, got, want)
		}
	}
}

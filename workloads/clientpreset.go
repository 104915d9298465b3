package workloads

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// clientPreset is a client that others have made.
type clientPreset struct {
	name   string
	grade  string // as in costmodel.Grades
	source string
	keys   map[string]any
}

// clientPresets are the clients that can be named.
//
// A function's error is an answer to an SDK (HTTP 200 with X-Amz-Function-Error), after which
// these do not ask again; a connection that breaks, as with a node, is none. SDKs differ in their first
// backoff before 2026: that of botocore's and of the older documentation's standard mode
// stands here, 1 s.
var clientPresets = []clientPreset{
	{
		name: "aws-sdk-standard", grade: "A",
		source: "docs.aws.amazon.com/sdkref, retry behavior before 2026: 3 attempts, 2^n s with full jitter, at most 20 s; a quota of 500 tokens, 5 a retry, 10 after a time-out, 1 back (aws-sdk-js-v3 middleware-retry/src/constants.ts, which begins at 0.1 s, and at 0.5 s after a throttle)",
		keys: map[string]any{
			"retries": int64(2), "backoff": "1s", "cap": "20s", "on": []any{"timeout", "rejected", "node"},
			"quota": map[string]any{"tokens": int64(500), "rejected": int64(5), "failed": int64(5), "timeout": int64(10), "success": int64(1)},
		},
	},
	{
		name: "aws-sdk-standard-2026", grade: "A",
		source: "AWS Developer Tools Blog, updated retry behavior, and aws-sdk-cpp issue 3832 (opt-in AWS_NEW_RETRIES_2026; the default from November 2026): first backoff 50 ms, 1 s after a throttle; a retry takes 14 tokens, 5 after a throttle; the cap of 20 s and what comes back are those of before",
		keys: map[string]any{
			"retries": int64(2), "backoff": "50ms", "cap": "20s", "on": []any{"timeout", "rejected", "node"}, "throttled": map[string]any{"backoff": "1s"},
			"quota": map[string]any{"tokens": int64(500), "rejected": int64(5), "failed": int64(14), "timeout": int64(14), "success": int64(1)},
		},
	},
	{
		name: "aws-lambda-async", grade: "A",
		source: "docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: after an error two more attempts, after 1 and 2 min; after a throttle for up to 6 h, from 1 s exponentially to 5 min. That the backoff doubles, without jitter, is assumed; the queue is taken to be short, for AWS reads a long one more slowly",
		keys: map[string]any{
			"retries": int64(2), "backoff": "1m", "cap": "0s", "jitter": "none", "max_age": "6h",
			"throttled": map[string]any{"retries": int64(100), "backoff": "1s", "cap": "5m"},
		},
	},
}

// PlainClient is what a client's preset sets, as it is written, but for the keys that only
// clients of functions have; "": there is no such preset.
func PlainClient(preset string) string {
	var words []string
	for _, p := range clientPresets {
		if p.name != preset {
			continue
		}
		for _, key := range []string{"retries", "backoff", "cap", "jitter", "on"} {
			value, given := p.keys[key]
			if list, ok := value.([]any); ok {
				value = slices.DeleteFunc(slices.Clone(list), func(way any) bool { return way == "node" }) // which is a failure to those
			}
			if given {
				words = append(words, key+" = "+spec.FromValue("", 0, value).String())
			}
		}
	}
	if words == nil {
		return ""
	}
	return "{ " + strings.Join(words, ", ") + " }"
}

// withClientPreset returns a client's table over that of its preset.
func withClientPreset(n *spec.Node) (*spec.Node, error) {
	at := n.Get("preset")
	if at == nil {
		return n, nil
	}
	name, _ := at.Value().(string)
	var names []string
	for _, p := range clientPresets {
		if names = append(names, p.name); p.name != name {
			continue
		}
		whole := spec.FromValue(n.File, n.Line, p.keys)
		whole.Path = n.Path
		for _, key := range n.Keys() {
			if err := whole.Set([]string{key}, n.Get(key)); err != nil {
				return nil, fmt.Errorf("a client over its preset: %w", err)
			}
		}
		return whole, nil
	}
	return nil, at.Errorf("%s", spec.Unknown("client preset", name, names))
}

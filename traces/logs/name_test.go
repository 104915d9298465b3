package logs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// names reads JSON lines of these functions and returns how they are called.
func names(t *testing.T, o Options, functions ...string) (got []string) {
	t.Helper()
	var b strings.Builder
	for _, f := range functions {
		fmt.Fprintf(&b, `{"function":%s,"time":1756728000,"duration_ms":1}`+"\n", jsonString(f))
	}
	o.Strict = true
	for _, f := range read(t, "x", b.String(), o).Functions {
		got = append(got, fmt.Sprint(f.Name, " × ", f.Requests))
	}
	return got
}

// Names that are cut merge, since they are of one function; names that are
// masked do not, and are numbered as they come.
func TestNames(t *testing.T) {
	for _, c := range []struct{ functions, want []string }{
		{[]string{"handler?password=A", "handler", "handler#B"}, []string{"handler × 3"}},
		{[]string{"Bearer A", "Bearer B", "Bearer A", "orders-prod-2"}, []string{"orders-prod-2 × 1", "{secret}-1 × 2", "{secret}-2 × 1"}},
		{[]string{"a@example.org", "b@example.org", "10.0.0.1"}, []string{"{id}-1 × 1", "{id}-2 × 1", "{id}-3 × 1"}},
		{[]string{"{secret}-1", "Bearer A"}, []string{"{secret}-1 × 1", "{secret}-2 × 1"}},
		{[]string{"arn:aws:lambda:us-east-1:123456789012:function:pay:1", "arn:aws:lambda:us-east-1:123456789012:function:pay", "arn:aws:lambda:eu-west-1:123456789012:function:pay"},
			[]string{"pay × 2", "pay-2 × 1"}},
		{[]string{"pay", "arn:aws:lambda:us-east-1:123456789012:function:pay", "arn:aws:lambda:eu-west-1:123456789012:function:pay", "pay"}, []string{"pay × 3", "pay-2 × 1"}},
		{[]string{"/aws/lambda/orders-prod-2", "orders-prod-2"}, []string{"orders-prod-2 × 2"}},
		{[]string{"a%1b[31m%3Fx", "a%1b[31m"}, []string{"a%1b[31m × 1", `a\u001b[31m × 1`}},
		{[]string{"GET /reset/A", "GET /reset/B"}, []string{"GET /reset/{id} × 2"}},
	} {
		if got := names(t, Options{}, c.functions...); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.functions, got, c.want)
		}
	}
}

// What was masked is said.
func TestMaskedIsSaid(t *testing.T) {
	text := `{"function":"Bearer A"}` + "\n" + `{"function":"Bearer B"}` + "\n" + `{"function":"f?token=A"}`
	const want = "2 functions with what looks like a secret, an address or a long number in the name: masked, and told apart by number"
	if p := read(t, "x", text, Options{}); !slices.Contains(p.Caveats, want) {
		t.Errorf("%q", p.Caveats)
	}
	if p := read(t, "x", text, Options{Anonymous: true}); slices.Contains(p.Caveats, want) {
		t.Errorf("%q", p.Caveats)
	}
}

// Beyond the limit names are neither kept nor numbered.
func TestMaskedBeyondTheLimit(t *testing.T) {
	var functions []string
	for i := range 50 {
		functions = append(functions, fmt.Sprintf("Bearer A%d", i), fmt.Sprintf("f%d Bearer A", i))
	}
	if got, want := names(t, Options{MaxFunctions: 3}, functions...), []string{"f0 {secret}-1 × 1", "{other} × 97", "{secret}-1 × 1", "{secret}-2 × 1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A name with what acts on a terminal is no name.
func TestNamesThatAct(t *testing.T) {
	for _, name := range []string{"a\x1b[31m", "a\u009b31m", "a\u202eb", "a\x7f", "a\u2028b"} {
		p := read(t, "x", `{"function":"f"}`+"\n"+`{"function":`+jsonString(name)+`}`, Options{})
		if len(p.Functions) != 1 || p.Skipped != 1 {
			t.Errorf("%q: %+v", name, p.Functions)
		}
	}
}

// By number, the most requests first; and neither routes nor places name anything.
func TestAnonymous(t *testing.T) {
	got := names(t, Options{Anonymous: true}, "alice", "bob", "bob", "GET /shop", "GET /shop", "GET /shop", "carol")
	if want := []string{"function-1 × 3", "function-2 × 2", "function-3 × 1", "function-4 × 1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	p := read(t, "/home/alice/bob.log", warm+"\nREPORT RequestId: x\tDuration: x", Options{Anonymous: true})
	if f := one(t, p); f.Name != "function-1" || !slices.ContainsFunc(p.Caveats, func(s string) bool { return strings.HasSuffix(s, "(first: log 1:2)") }) || strings.Contains(fmt.Sprint(p.Caveats), "bob") {
		t.Errorf("%s: %q", f.Name, p.Caveats)
	}
	twelve := make([]string, 12)
	for i := range twelve {
		twelve[i] = fmt.Sprintf("f%d", i)
	}
	if got := names(t, Options{Anonymous: true}, twelve...); got[0] != "function-01 × 1" || got[11] != "function-12 × 1" {
		t.Errorf("%q", got) // in the order of their numbers
	}
}

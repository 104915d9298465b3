package experiments

import "testing"

// TestDottedName: a name with a dot that a path does not quote is offered in quotes.
func TestDottedName(t *testing.T) {
	known := []string{"kms", "tls-1.3", "gpt-4.1-mini"}
	for _, tt := range []struct {
		keys []string
		want string
	}{
		{[]string{"tls-1", "3", "enabled"}, `unknown overhead "tls-1"; the name tls-1.3 holds a dot: want it in quotes, overhead."tls-1.3".enabled`},
		{[]string{"gpt-4", "1-mini", "a", "b"}, `unknown overhead "gpt-4"; the name gpt-4.1-mini holds a dot: want it in quotes, overhead."gpt-4.1-mini".a.b`},
		{[]string{"tls-1", "33", "enabled"}, `unknown overhead "tls-1"; known: gpt-4.1-mini, kms, tls-1.3`},
		{[]string{"kmss", "rate"}, `unknown overhead "kmss"; did you mean "kms"?`},
	} {
		if got := unknownName("overhead", tt.keys, known); got != tt.want {
			t.Errorf("%v: %s\nwant %s", tt.keys, got, tt.want)
		}
	}
}

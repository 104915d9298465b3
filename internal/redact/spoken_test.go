package redact

import (
	"strings"
	"testing"
)

// Secrets that follow a word for one, or come in groups; and names that look
// like them.
func TestSpokenSecrets(t *testing.T) {
	for _, secret := range []string{
		"--password hunter2hunter", "password swordfish", "api key swordfish", "X-Api-Key swordfish", "bearer_swordfish", "pw=swordfish", `token\u003dswordfish`,
	} {
		if got, _ := Name([]byte(secret)); strings.Contains(got, "swordfish") || strings.Contains(got, "hunter2") {
			t.Errorf("%q is %q", secret, got)
		}
	}
	for _, personal := range []string{"XK7D-9QPL-ZZ3M", "4111 1111 1111 1111", "ssn 123-45-6789", "0170-1234567", "[2001:db8::1]:80", "john.doe(at)example.com"} {
		got, _ := Name([]byte(personal))
		for _, part := range []string{"9QPL", "1111", "6789", "1234567", "2001", "john"} {
			if strings.Contains(got, part) {
				t.Errorf("%q is %q", personal, got)
			}
		}
	}
	for _, plain := range []string{"orders-prod-2", "my_func-v3", "password-reset", "PROD-ORDERS-API", "secret-rotation-prod", "api-key-rotator", "resize-1024-768"} {
		if got, _ := Name([]byte(plain)); got != plain {
			t.Errorf("%q is %q, want it as it is", plain, got)
		}
	}
}
